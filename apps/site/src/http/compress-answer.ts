/** Compresses an answer where its reader asks for that (RFC 9110, section 12.5.3) and it is worth it. */
import { promisify } from 'node:util';
import { constants, deflate, gzip } from 'node:zlib';

export type AnswerEncoding = 'gzip' | 'deflate';

/** What fits into one packet arrives no sooner for being shorter. */
const BYTES_MIN = 1400;
/** Numbers as text lose three fifths at the quickest level and little more at any other. */
const OPTIONS = { level: constants.Z_BEST_SPEED };

const ENCODERS = { gzip: promisify(gzip), deflate: promisify(deflate) } as const;

/** The encoding asked for with the largest weight; null where none of ours is. `length` is in bytes, or letters. */
export function chooseEncoding(header: string | undefined, length: number): AnswerEncoding | null {
  if (header === undefined || length < BYTES_MIN) return null;
  let best: AnswerEncoding | null = null;
  let bestWeight = 0;
  for (const part of header.split(',')) {
    const [name, ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase());
    const given = parameters.find((one) => one.startsWith('q='));
    const weight = given === undefined ? 1 : Number(given.slice(2));
    const isOurs = name === 'gzip' || name === 'deflate';
    if (isOurs && weight > bestWeight) {
      best = name;
      bestWeight = weight;
    }
  }
  return best;
}

/** In the threads of Node.js, not on the event loop. */
export function compress(body: string | Uint8Array, encoding: AnswerEncoding): Promise<Buffer> {
  return ENCODERS[encoding](body, OPTIONS);
}
