/**
 * Which model and method a body of a prediction asks for, from the words around its rows, without reading them: enough
 * to know whether it would be refused for want of time. Refuses nothing: what is out of the ordinary is null, and a body
 * that gives its rows twice may be taken for another's.
 */

/** The words around the rows are short; longer ones are not ordinary. */
const WORDS_BYTES_MAX = 512;
const OPENING_BRACKET = 0x5b;
const CLOSING_BRACKET = 0x5d;

export interface PeekedCall {
  readonly model: string | undefined;
  readonly method: string | undefined;
}

export function peekCall(body: Uint8Array): PeekedCall | null {
  const head = body.subarray(0, WORDS_BYTES_MAX);
  const tail = body.subarray(-WORDS_BYTES_MAX);
  const [start, end] = [head.indexOf(OPENING_BRACKET), tail.lastIndexOf(CLOSING_BRACKET)];
  if (start === -1 || end === -1) return null;
  // Rows are one value, whichever.
  const words = `${textOf(head.subarray(0, start))}0${textOf(tail.subarray(end + 1))}`;
  try {
    const call: unknown = JSON.parse(words);
    if (typeof call !== 'object') return null;
    const { model, method } = call as Record<string, unknown>;
    return isTextOrNone(model) && isTextOrNone(method) ? { model, method } : null;
  } catch {
    return null;
  }
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
}

function isTextOrNone(value: unknown): value is string | undefined {
  return value === undefined || typeof value === 'string';
}
