/** The ceiling of what Node.js can give: its own HTTP server, `JSON.parse` of the same body, and no model. */
import { fileURLToPath } from 'node:url';
import { jsonPredict } from '../json-predict.ts';
import type { Peer } from '../peer.ts';

export const bareNode: Peer = {
  name: 'bare-node',
  title: 'bare node:http',
  predicts: false,
  ...jsonPredict,
  start: ({ port }) => ({
    program: process.execPath,
    arguments: [fileURLToPath(new URL('./server.ts', import.meta.url)), String(port)],
  }),
};
