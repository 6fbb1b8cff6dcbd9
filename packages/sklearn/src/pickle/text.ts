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
  return decodeUnits(bytes);
}

/** Text of UTF-16 code units, in pieces that fit into a call. */
function decodeUnits(units: Uint8Array | Uint16Array): string {
  let text = '';
  for (let i = 0; i < units.length; i += CHUNK) {
    text += String.fromCharCode.apply(null, units.subarray(i, i + CHUNK) as unknown as number[]);
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

const BACKSLASH = 0x5c;

/** `UNICODE` of protocol 0: Latin-1 in which only `\uXXXX` and `\UXXXXXXXX` are escapes. */
export function decodeRawUnicodeEscape(bytes: Uint8Array, offsetBytes: number): string {
  if (!bytes.includes(BACKSLASH)) return decodeLatin1(bytes);
  // NumPy data in protocol 0 has millions of escapes, so they are written into code units, not joined as text.
  const units = new Uint16Array(bytes.length);
  let length = 0;
  for (let i = 0; i < bytes.length; ) {
    const digits = bytes[i] === BACKSLASH ? escapeDigits(bytes[i + 1]) : 0;
    if (digits === 0) {
      units[length++] = bytes[i]!;
      // What follows a backslash is taken with it, so that a doubled one escapes nothing.
      if (bytes[i++] === BACKSLASH && i < bytes.length) units[length++] = bytes[i++]!;
      continue;
    }
    const code = parseHex(bytes, i + 2, digits);
    if (code < 0 || code > 0x10ffff) throw malformed('A text holds a broken \\u escape.', offsetBytes);
    if (code > 0xffff) units[length++] = 0xd7c0 + (code >> 10);
    units[length++] = code > 0xffff ? 0xdc00 | (code & 0x3ff) : code;
    i += 2 + digits;
  }
  return decodeUnits(units.subarray(0, length));
}

/** Digits after `\u` or `\U`; 0 where the byte after the backslash is neither. */
function escapeDigits(byte: number | undefined): number {
  return byte === 0x75 ? 4 : byte === 0x55 ? 8 : 0;
}

/** -1 where one of the bytes is no hexadecimal digit. */
function parseHex(bytes: Uint8Array, start: number, digits: number): number {
  let value = 0;
  for (let i = start; i < start + digits; i++) {
    const byte = bytes[i] ?? 0;
    const letter = byte | 0x20;
    if (byte >= 0x30 && byte <= 0x39) value = value * 16 + byte - 0x30;
    else if (letter >= 0x61 && letter <= 0x66) value = value * 16 + letter - 0x57;
    else return -1;
  }
  return value;
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
