/** Addresses of models under `/v2`: each with and without the version, as the Open Inference Protocol has them. */
import type { FastifyRequest } from 'fastify';
import type { Operation, Parameter, Route } from '../../route.ts';

const MODEL: Parameter = {
  name: 'model',
  in: 'path',
  description: 'Name of a loaded model.',
  schema: { type: 'string' },
};

const VERSION: Parameter = {
  name: 'version',
  in: 'path',
  description: 'Version of the model; refused where it is not the loaded one.',
  schema: { type: 'string' },
};

export interface ModelAddress {
  readonly model: string;
  readonly version: string | null;
}

export function readModelAddress(request: FastifyRequest): ModelAddress {
  const { model, version } = request.params as { model: string; version?: string };
  return { model, version: version ?? null };
}

/** The route at both addresses; `suffix` comes after the model or its version. */
export function atBothAddresses(
  suffix: string,
  { operation, ...route }: Omit<Route, 'url'> & { readonly operation: Operation },
): Route[] {
  const { id, parameters = [] } = operation;
  return [
    {
      ...route,
      url: `/v2/models/:model${suffix}`,
      operation: { ...operation, parameters: [MODEL, ...parameters] },
    },
    {
      ...route,
      url: `/v2/models/:model/versions/:version${suffix}`,
      operation: { ...operation, id: `${id}OfVersion`, parameters: [MODEL, VERSION, ...parameters] },
    },
  ];
}
