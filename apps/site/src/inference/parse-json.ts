/** JSON from its bytes (UTF-8); what is none is refused with the place where it stops being JSON. */
import { SiteError } from '../errors.ts';
import { locateJsonError } from './locate-json-error.ts';

/** Throws `JSON_MALFORMED`. */
export function parseJson(body: Uint8Array): unknown {
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString();
  try {
    return JSON.parse(text);
  } catch (cause) {
    const mistake = locateJsonError(text) ?? { position: 0, what: 'this is no JSON' };
    const before = text.slice(0, mistake.position);
    const line = before.split('\n').length;
    const column = mistake.position - before.lastIndexOf('\n');
    throw new SiteError('JSON_MALFORMED', `Line ${line}, column ${column}: ${mistake.what}.`, {
      line,
      offsetBytes: Buffer.byteLength(before),
      cause,
    });
  }
}
