/**
 * The ways a pickle spells text: UTF-8 (with lone surrogates, as Python's `surrogatepass`), Latin-1, and the
 * escapes of protocol 0. Refuses what Python would refuse.
 */
import { SklearnError } from '../errors.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
/** Up to this length a loop beats the call into the decoder. */
const SHORT_BYTES = 24;
const CHUNK = 8_192;

function malformed(message: string, offsetBytes: number): SklearnError {
  return new SklearnError('PICKLE_MALFORMED', message, { offsetBytes });
}

/** `offsetBytes` only for the error. */
export function decodeUtf8(bytes: Uint8Array, offsetBytes: number): string {
  if (bytes.length <= SHORT_BYTES) {
    const ascii = decodeShortAscii(bytes);
    if (ascii !== null) return ascii;
  }
  try {
    return utf8.decode(bytes);
  } catch {
    return decodeUtf8WithSurrogates(bytes, offsetBytes);
  }
}

function decodeShortAscii(bytes: Uint8Array): string | null {
  let text = '';
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    if (byte > 0x7f) return null;
    text += String.fromCharCode(byte);
  }
  return text;
}

/** Splits at the three bytes of each lone surrogate (ED A0..BF xx), which strict UTF-8 does not allow. */
function decodeUtf8WithSurrogates(bytes: Uint8Array, offsetBytes: number): string {
  let text = '';
  let start = 0;
  try {
    for (let i = 0; i + 2 < bytes.length; i++) {
      const second = bytes[i + 1]!;
      const third = bytes[i + 2]!;
      if (bytes[i] !== 0xed || second < 0xa0 || second > 0xbf || third < 0x80 || third > 0xbf) continue;
      text += utf8.decode(bytes.subarray(start, i));
      text += String.fromCharCode(0xd000 | ((second & 0x3f) << 6) | (third & 0x3f));
      start = i + 3;
      i += 2;
    }
    return text + utf8.decode(bytes.subarray(start));
  } catch (cause) {
    throw new SklearnError('PICKLE_MALFORMED', 'A text is not valid UTF-8.', { offsetBytes, cause });
  }
}

/** One character a byte: how Python 2 text, and `bytes` before protocol 3, are kept whole. */
export function decodeLatin1(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += CHUNK) {
    text += String.fromCharCode(...bytes.subarray(i, i + CHUNK));
  }
  return text;
}

/** The inverse of `decodeLatin1`; refuses characters past U+00FF. */
export function encodeLatin1(text: string, offsetBytes: number): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0xff) throw malformed('Bytes written as text hold a character above U+00FF.', offsetBytes);
    bytes[i] = code;
  }
  return bytes;
}

/** `UNICODE` of protocol 0: Latin-1 in which only `\uXXXX` and `\UXXXXXXXX` are escapes. */
export function decodeRawUnicodeEscape(bytes: Uint8Array, offsetBytes: number): string {
  // Any other character after a backslash is taken with it, so that a doubled one escapes nothing.
  return decodeLatin1(bytes).replace(
    /\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([\s\S]))/g,
    (all, short: string | undefined, long: string | undefined, other: string | undefined) => {
      if (other !== undefined && other !== 'u' && other !== 'U') return all;
      const code = Number.parseInt(short ?? long ?? '', 16);
      if (!(code <= 0x10ffff)) throw malformed('A text holds a broken \\u escape.', offsetBytes);
      return String.fromCodePoint(code);
    },
  );
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\',
  "'": "'",
  '"': '"',
  '\n': '',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** `STRING` of protocol 0: a Python 2 literal in quotes, such as `'it\'s'`. */
export function decodeQuoted(bytes: Uint8Array, offsetBytes: number): string {
  const text = decodeLatin1(bytes).trimEnd();
  const quote = text[0];
  if (text.length < 2 || (quote !== "'" && quote !== '"') || text.at(-1) !== quote) {
    throw malformed('A STRING is not in quotes.', offsetBytes);
  }
  // The alternatives exclude each other, so the time is linear.
  return text.slice(1, -1).replace(/\\(x[0-9a-fA-F]{2}|[0-7]{1,3}|[\s\S]|$)/g, (all, code: string) => {
    if (/^x./.test(code)) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
    if (/^[0-7]/.test(code)) return String.fromCharCode(Number.parseInt(code, 8) & 0xff);
    if (code === '' || code === 'x') throw malformed('A STRING holds a broken escape.', offsetBytes);
    return ESCAPES[code] ?? all;
  });
}
