/** `POST /predict` with JSON both ways, which every peer so far speaks. */
import type { Peer, Rows } from './peer.ts';

export const jsonPredict: Pick<Peer, 'path' | 'contentType' | 'encode' | 'decode'> = {
  path: () => '/predict',
  contentType: 'application/json',
  encode: ({ model, method, inputs }: Rows) => JSON.stringify({ model, method, inputs }),
  decode: (answer) => (JSON.parse(answer) as { predictions: unknown }).predictions,
};
