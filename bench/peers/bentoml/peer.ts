/** BentoML with one worker and without its access log and metrics. */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { jsonPredict } from '../json-predict.ts';
import type { Peer } from '../peer.ts';

export const bentoml: Peer = {
  name: 'bentoml',
  title: 'BentoML',
  predicts: true,
  environment: 'bentoml',
  ...jsonPredict,
  decode: (answer) => JSON.parse(answer.toString()),
  start: ({ port, pythonPath, modelsFolder, folder }) => ({
    program: pythonPath,
    arguments: ['-m', 'bentoml', 'serve', 'service:Predictor', '--host', '127.0.0.1', '--port', String(port)],
    environment: {
      MODELS: modelsFolder,
      BENTOML_HOME: join(folder, 'home'),
      BENTOML_DO_NOT_TRACK: 'True',
    },
    cwd: dirname(fileURLToPath(import.meta.url)),
  }),
};
