/** Chamfer itself, as its own command starts it, with a data folder of its own. */
import { join } from 'node:path';
import { repositoryRoot } from '../../../scripts/pinned-node.mjs';
import { jsonPredict } from '../json-predict.ts';
import { openInference, openInferenceBytes } from '../open-inference.ts';
import type { Peer } from '../peer.ts';

export const chamfer: Peer = {
  name: 'chamfer',
  title: 'Chamfer',
  predicts: true,
  ...jsonPredict,
  formats: { 'open-inference': openInference, 'open-inference-bytes': openInferenceBytes },
  start: ({ port, modelPaths, folder }) => ({
    program: process.execPath,
    arguments: [
      join(repositoryRoot, 'apps', 'site', 'src', 'main.ts'),
      ...['--port', String(port), '--grpc-port', 'off', '--data', join(folder, 'data')],
      ...modelPaths.flatMap((path) => ['--model', path]),
    ],
  }),
};
