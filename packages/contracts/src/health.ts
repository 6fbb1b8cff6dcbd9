/** `GET /health/live` and `GET /health/ready`: what an orchestrator and a person ask first. */
import Type from 'typebox';

export const Liveness = Type.Object(
  { live: Type.Boolean({ description: 'Always true: a process that cannot answer does not answer.' }) },
  { $id: 'Liveness' },
);
export type Liveness = Type.Static<typeof Liveness>;

export const HealthPart = Type.Object({
  name: Type.String({ description: 'Which part of the site, such as `models`.' }),
  ready: Type.Boolean(),
  detail: Type.String({ description: 'What it holds, or what keeps it from being ready.' }),
});
export type HealthPart = Type.Static<typeof HealthPart>;

export const Readiness = Type.Object(
  {
    ready: Type.Boolean({ description: 'Whether every part is ready; the status is 503 where one is not.' }),
    parts: Type.Array(HealthPart),
  },
  { $id: 'Readiness' },
);
export type Readiness = Type.Static<typeof Readiness>;
