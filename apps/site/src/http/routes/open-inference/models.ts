/** `GET /v2/models...`: which models there are, what each takes and gives, how it is configured, what it has done. */
import type { ModelDirectory } from '../../../inference/oip/model-directory.ts';
import { type Answer, type Operation, type Route, schemaRef } from '../../route.ts';
import { atBothAddresses, readModelAddress } from './model-address.ts';

function answerOf(description: string, id: string): Answer {
  return { status: 200, description, content: { 'application/json': schemaRef(id) } };
}

export function openInferenceModelRoutes(directory: ModelDirectory): Route[] {
  const list: Route = {
    method: 'GET',
    url: '/v2/models',
    operation: {
      id: 'modelNames',
      summary: 'Names of the loaded models',
      answer: answerOf('The names.', 'ModelNames'),
      errors: [],
    },
    handle: () => ({ models: directory.names() }),
  };
  const allStatistics: Route = {
    method: 'GET',
    url: '/v2/models/stats',
    operation: {
      id: 'allModelStatistics',
      summary: 'What every model has answered since the start, and how long it took',
      answer: answerOf('The statistics.', 'ModelStatisticsList'),
      errors: [],
    },
    handle: () => directory.statistics(null, null),
  };
  const metadata: Operation = {
    id: 'modelMetadata',
    summary: 'What a model takes and gives',
    answer: answerOf('The model.', 'ModelMetadata'),
    errors: ['MODEL_UNKNOWN'],
  };
  const readiness: Operation = {
    id: 'modelReady',
    summary: 'Whether a model can be asked',
    answer: answerOf('It can.', 'ModelReadiness'),
    errors: ['MODEL_UNKNOWN', 'REMOTE_UNAVAILABLE'],
  };
  const config: Operation = {
    id: 'modelConfig',
    summary: "A model's configuration, in Triton's terms",
    answer: answerOf('The configuration.', 'ModelConfig'),
    errors: ['MODEL_UNKNOWN'],
  };
  const statistics: Operation = {
    id: 'modelStatistics',
    summary: 'What a model has answered since the start, and how long it took',
    answer: answerOf('The statistics.', 'ModelStatisticsList'),
    errors: ['MODEL_UNKNOWN'],
  };
  return [
    list,
    allStatistics,
    ...atBothAddresses('GET', '', metadata, (request) => {
      const { model, version } = readModelAddress(request);
      return directory.metadata(model, version);
    }),
    ...atBothAddresses('GET', '/ready', readiness, (request) => {
      const { model, version } = readModelAddress(request);
      directory.requireReady(model, version);
      return { name: model, ready: true };
    }),
    ...atBothAddresses('GET', '/config', config, (request) => {
      const { model, version } = readModelAddress(request);
      return directory.config(model, version);
    }),
    ...atBothAddresses('GET', '/stats', statistics, (request) => {
      const { model, version } = readModelAddress(request);
      return directory.statistics(model, version);
    }),
  ];
}
