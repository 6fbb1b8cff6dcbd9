/** The ways a pickle spells numbers: little-endian two's complement, and the decimal text of protocol 0. */
import { SklearnError } from '../errors.ts';

function malformed(message: string, offsetBytes: number): SklearnError {
  return new SklearnError('PICKLE_MALFORMED', message, { offsetBytes });
}

/** Text from the file, shortened for a message. */
function quoted(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}...` : text);
}

/** `number` where it is exact, else `bigint`. */
function narrow(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** `LONG1`, `LONG4`: two's complement, least significant byte first; no bytes at all is zero. */
export function decodeLong(bytes: Uint8Array): number | bigint {
  if (bytes.length === 0) return 0;
  let hex = '0x';
  for (let i = bytes.length - 1; i >= 0; i--) hex += bytes[i]!.toString(16).padStart(2, '0');
  return narrow(BigInt.asIntN(bytes.length * 8, BigInt(hex)));
}

/** `INT`: a decimal integer, or `00` and `01` for the booleans of protocol 0 and 1. */
export function parseIntText(text: string, offsetBytes: number): number | bigint | boolean {
  if (text === '00') return false;
  if (text === '01') return true;
  return parseLongText(text, offsetBytes);
}

/** `LONG`: decimal digits, with or without Python 2's `L` at the end. */
export function parseLongText(text: string, offsetBytes: number): number | bigint {
  if (!/^[+-]?[0-9]+L?$/.test(text)) throw malformed(`${quoted(text)} is not an integer.`, offsetBytes);
  const digits = text.replace(/^\+|L$/g, '');
  return digits.length <= 15 ? Number(digits) + 0 : narrow(BigInt(digits));
}

/** `FLOAT`: what Python's `repr` of a float writes. */
export function parseFloatText(text: string, offsetBytes: number): number {
  const infinity = /^([+-]?)(inf|nan)$/.exec(text);
  if (infinity !== null)
    return infinity[2] === 'nan' ? Number.NaN : infinity[1] === '-' ? -Infinity : Infinity;
  if (!/^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$/.test(text)) {
    throw malformed(`${quoted(text)} is not a float.`, offsetBytes);
  }
  return Number(text);
}

/** A memo key in text: a short decimal integer without sign. */
export function parseMemoKey(text: string, offsetBytes: number): number {
  if (!/^[0-9]{1,10}$/.test(text)) throw malformed(`${quoted(text)} is not a memo key.`, offsetBytes);
  return Number(text);
}
