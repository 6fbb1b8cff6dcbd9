/** `GET /v2/models...`: which models there are, what each takes and gives, how it is configured, what it has done. */
import type { ModelDirectory } from '../../../inference/oip/model-directory.ts';
import { type Operation, type Route, schemaRef } from '../../route.ts';
import { atBothAddresses, readModelAddress } from './model-address.ts';

/** `schema` is the `$id` of the answer's. */
function operationOf(
  id: string,
  summary: string,
  description: string,
  schema: string,
  errors: Operation['errors'] = ['MODEL_UNKNOWN'],
): Operation {
  const content = { 'application/json': schemaRef(schema) };
  return { id, summary, answer: { status: 200, description, content }, errors };
}

/** What `answer` says of the model that an address names. */
function routesOf(
  suffix: string,
  operation: Operation,
  answer: (model: string, version: string | null) => unknown,
): Route[] {
  return atBothAddresses(suffix, {
    method: 'GET',
    operation,
    handle(request) {
      const { model, version } = readModelAddress(request);
      return answer(model, version);
    },
  });
}

const DONE = 'answered since the start, and how long it took';

const NAMES = operationOf('modelNames', 'Names of the loaded models', 'The names.', 'ModelNames', []);
const ALL_STATISTICS = operationOf(
  'allModelStatistics',
  `What every model has ${DONE}`,
  'The statistics.',
  'ModelStatisticsList',
  [],
);
const METADATA = operationOf('modelMetadata', 'What a model takes and gives', 'The model.', 'ModelMetadata');
const READINESS = operationOf('modelReady', 'Whether a model can be asked', 'It can.', 'ModelReadiness', [
  'MODEL_UNKNOWN',
  'REMOTE_UNAVAILABLE',
]);
const CONFIG = operationOf(
  'modelConfig',
  "A model's configuration, in Triton's terms",
  'The configuration.',
  'ModelConfig',
);
const STATISTICS = operationOf(
  'modelStatistics',
  `What a model has ${DONE}`,
  'The statistics.',
  'ModelStatisticsList',
);

export function openInferenceModelRoutes(directory: ModelDirectory): Route[] {
  return [
    {
      method: 'GET',
      url: '/v2/models',
      operation: NAMES,
      handle: () => ({ models: directory.names() }),
    },
    {
      method: 'GET',
      url: '/v2/models/stats',
      operation: ALL_STATISTICS,
      handle: () => directory.statistics(null, null),
    },
    ...routesOf('', METADATA, (model, version) => directory.metadata(model, version)),
    ...routesOf('/ready', READINESS, (model, version) => {
      directory.requireReady(model, version);
      return { name: model, ready: true };
    }),
    ...routesOf('/config', CONFIG, (model, version) => directory.config(model, version)),
    ...routesOf('/stats', STATISTICS, (model, version) => directory.statistics(model, version)),
  ];
}
