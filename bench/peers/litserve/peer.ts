/** LitServe with one worker and without its access log. Its workers go on for a while after their server has ended. */
import { fileURLToPath } from 'node:url';
import { jsonPredict } from '../json-predict.ts';
import type { Peer } from '../peer.ts';

export const litserve: Peer = {
  name: 'litserve',
  title: 'LitServe',
  predicts: true,
  environment: 'litserve',
  ...jsonPredict,
  start: ({ port, pythonPath, modelsFolder, folder }) => ({
    program: pythonPath,
    arguments: [fileURLToPath(new URL('./server.py', import.meta.url)), String(port)],
    environment: { MODELS: modelsFolder },
    cwd: folder,
  }),
};
