/**
 * The arrays of an .npz file: a ZIP of .npy files, stored or deflated, as `numpy.savez` writes it. Refuses ZIPs of
 * 4 GiB and more, encrypted ones, and arrays of Python objects, which are pickles.
 * Format: APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16.
 */
import { crc32, inflateRawSync } from 'node:zlib';
import { type NdArray, readNpy } from '@chamfer/sklearn';

/** A ZIP ends with this record and a comment of at most 65,535 bytes. */
const END_BYTES = 22;
const COMMENT_BYTES_MAX = 65_535;
const CENTRAL_BYTES = 46;
const LOCAL_BYTES = 30;
/** What all arrays together may unfold to: recorded cases are small, a bomb is not. */
const UNFOLDED_BYTES_MAX = 2 ** 28;

const END_SIGNATURE = 0x06054b50;
const CENTRAL_SIGNATURE = 0x02014b50;
const LOCAL_SIGNATURE = 0x04034b50;

/** By name, without `.npy`. Throws an Error, or the `SklearnError` of an array. */
export function readNpz(bytes: Buffer): ReadonlyMap<string, NdArray> {
  const end = findEnd(bytes);
  const count = bytes.readUInt16LE(end + 10);
  let at = bytes.readUInt32LE(end + 16);
  let left = UNFOLDED_BYTES_MAX;
  const arrays = new Map<string, NdArray>();
  for (let i = 0; i < count; i++) {
    if (at + CENTRAL_BYTES > end || bytes.readUInt32LE(at) !== CENTRAL_SIGNATURE)
      throw damaged('its directory');
    const nameEnd = at + CENTRAL_BYTES + bytes.readUInt16LE(at + 28);
    const name = bytes.toString('utf8', at + CENTRAL_BYTES, nameEnd);
    const content = readEntry(bytes, at, end, left);
    left -= content.length;
    arrays.set(name.replace(/\.npy$/, ''), readNpy(content));
    at = nameEnd + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return arrays;
}

function findEnd(bytes: Buffer): number {
  const first = Math.max(0, bytes.length - END_BYTES - COMMENT_BYTES_MAX);
  for (let at = bytes.length - END_BYTES; at >= first; at--) {
    if (bytes.readUInt32LE(at) === END_SIGNATURE) return at;
  }
  throw damaged('its end');
}

/** The file that the entry of the directory at `central` names, checked against its size and checksum. */
function readEntry(bytes: Buffer, central: number, end: number, left: number): Buffer {
  const isEncrypted = (bytes.readUInt16LE(central + 8) & 1) === 1;
  const method = bytes.readUInt16LE(central + 10);
  const packed = bytes.readUInt32LE(central + 20);
  const size = bytes.readUInt32LE(central + 24);
  const local = bytes.readUInt32LE(central + 42);
  if (isEncrypted || (method !== 0 && method !== 8)) throw damaged('a file that is not stored or deflated');
  if (size > left) throw new Error(`the arrays of the .npz need more than ${UNFOLDED_BYTES_MAX} bytes`);
  if (local + LOCAL_BYTES > end || bytes.readUInt32LE(local) !== LOCAL_SIGNATURE) throw damaged('a file');
  // Name and extra field may be longer here than in the directory.
  const start = local + LOCAL_BYTES + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
  if (start + packed > end) throw damaged('the size of a file');
  const raw = bytes.subarray(start, start + packed);
  const content = method === 0 ? raw : inflate(raw, size);
  if (content.length !== size || crc32(content) !== bytes.readUInt32LE(central + 16))
    throw damaged('a checksum');
  return content;
}

function inflate(raw: Buffer, size: number): Buffer {
  try {
    return inflateRawSync(raw, { maxOutputLength: Math.max(1, size) });
  } catch {
    throw damaged('compressed data');
  }
}

function damaged(what: string): Error {
  return new Error(`the .npz is damaged, or no ZIP that is read here: ${what}`);
}
