/** What a site tells whoever started it: what to open, what it serves, what to try next. */
import type { HealthPart, ModelInfo } from '@chamfer/contracts';

/** A command with more values than this is not one that people copy. */
const EXAMPLE_COLUMNS_MAX = 32;

export interface Greeting {
  readonly version: string;
  readonly url: string;
  readonly grpcAddress: string | null;
  readonly data: string;
  readonly models: readonly ModelInfo[];
  readonly health: readonly HealthPart[];
}

export function greetingLines({ version, url, grpcAddress, data, models, health }: Greeting): string[] {
  const standard = models.find((model) => model.isDefault);
  const rows = [
    ['page', url],
    ['API', `${url}/docs`],
    ...(grpcAddress === null ? [] : [['gRPC', grpcAddress] as const]),
    ['data', data],
    ...health.map(({ name, ready, detail }) => [name, ready ? detail : `NOT READY: ${detail}`] as const),
    ...(standard === undefined ? [] : [['default model', standard.name] as const]),
  ] as const;
  const width = Math.max(...rows.map(([name]) => name.length));
  return [
    '',
    `Chamfer ${version} is ready.`,
    '',
    ...rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`),
    '',
    'Try in another terminal:',
    '',
    `  npm run client -- --url ${url}`,
    `  curl -F file=@part.stl ${url}/api/v1/recommendations`,
    ...exampleCall(url, standard),
    '',
    'Ctrl-C stops it.',
    '',
  ];
}

/** A call that works as it stands, where a row is short enough to write. */
function exampleCall(url: string, standard: ModelInfo | undefined): string[] {
  const columns = standard?.signature.input.shape[1] ?? -1;
  if (columns < 1 || columns > EXAMPLE_COLUMNS_MAX) return [];
  const body = JSON.stringify({ inputs: [new Array(columns).fill(0)] });
  return [`  curl -H 'content-type: application/json' -d '${body}' ${url}/predict`];
}
