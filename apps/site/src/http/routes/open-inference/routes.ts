/** Everything under `/v2`: the Open Inference Protocol, and the extensions of Triton that a site has. */
import type { ModelDirectory } from '../../../inference/oip/model-directory.ts';
import type { Route } from '../../route.ts';
import { type InferRouteOptions, inferRoutes } from './infer.ts';
import { openInferenceModelRoutes } from './models.ts';
import { repositoryRoutes } from './repository.ts';
import { openInferenceServerRoutes } from './server.ts';

export interface OpenInferenceOptions extends InferRouteOptions {
  readonly directory: ModelDirectory;
}

export function openInferenceRoutes(options: OpenInferenceOptions): Route[] {
  const { directory, budget } = options;
  return [
    ...openInferenceServerRoutes(directory),
    ...openInferenceModelRoutes(directory),
    ...inferRoutes(options),
    ...repositoryRoutes(directory, budget),
  ];
}
