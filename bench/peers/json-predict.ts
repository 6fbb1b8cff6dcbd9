/** `POST /predict` with JSON both ways, as most peers speak it. Refuses answers without predictions. */
import type { Dialect, Rows } from './peer.ts';

export const jsonPredict: Dialect = {
  path: () => '/predict',
  contentType: 'application/json',
  encode: ({ model, method, inputs }: Rows) => JSON.stringify({ model, method, inputs }),
  decode: (answer) => (JSON.parse(answer.toString()) as { predictions: unknown }).predictions,
};
