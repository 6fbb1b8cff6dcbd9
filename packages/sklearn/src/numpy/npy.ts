/**
 * NumPy's own file of one array, `.npy` (versions 1 to 3 are read, 1 is written). Refuses object arrays, which
 * are pickles, and anything after the data.
 * Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
import { SklearnError } from '../errors.ts';
import { Meter, PICKLE_LIMITS } from '../pickle/limits.ts';
import { decodeLatin1, decodeUtf8 } from '../pickle/text.ts';
import type { NdArray } from '../pickle/value.ts';
import { decodeArray } from './decode-array.ts';
import {
  countElements,
  type Dtype,
  type DtypeField,
  malformed,
  parseDtype,
  shownShape,
  structuredDtype,
  unsupported,
} from './dtype.ts';
import { fortranStrides } from './permute.ts';
import { type Literal, parseLiteral } from './python-literal.ts';

const MAGIC: readonly number[] = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
/** NumPy itself reads no longer ones unless told to; a thousand fields fit. */
const HEADER_BYTES_MAX = 10_000;
/** The data start at a multiple of this. */
const ALIGNMENT = 64;

/**
 * Reads one array; it may share memory with `bytes`.
 * Throws `PICKLE_MALFORMED`, `PICKLE_TRAILING_DATA`, `PICKLE_LIMIT_EXCEEDED` or `ARRAY_UNSUPPORTED`.
 */
export function readNpy(bytes: Uint8Array): NdArray {
  const { text, dataStart } = readHeader(bytes);
  const header = parseLiteral(text, MAGIC.length);
  const entries = header instanceof Map ? header : new Map<string, Literal>();
  const fortran = entries.get('fortran_order');
  if (typeof fortran !== 'boolean') throw malformed('The .npy header lacks fortran_order.', MAGIC.length);
  const shape = parseShape(entries.get('shape'));
  const dtype = parseDescription(entries.get('descr'), 0);
  const dataBytes = countElements(shape, MAGIC.length) * dtype.itemsize;
  if (bytes.length - dataStart > dataBytes) {
    throw new SklearnError('PICKLE_TRAILING_DATA', 'Bytes follow the data of the .npy file.', {
      offsetBytes: dataStart + dataBytes,
    });
  }
  return decodeArray({
    dtype,
    shape,
    bytes: bytes.subarray(dataStart),
    strides: fortran ? fortranStrides(shape) : undefined,
    meter: new Meter(PICKLE_LIMITS, bytes.length),
    offsetBytes: dataStart,
  });
}

function readHeader(bytes: Uint8Array): { readonly text: string; readonly dataStart: number } {
  if (!MAGIC.every((byte, i) => bytes[i] === byte)) throw malformed('The file is no .npy file.', 0);
  const version = bytes[6] ?? 0;
  if (version < 1 || version > 3) throw unsupported(`Version ${version} of .npy is not known.`, 6);
  const textStart = version === 1 ? 10 : 12;
  if (bytes.length < textStart) throw malformed('The .npy file ends inside its header.', bytes.length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const textBytes = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (textBytes > HEADER_BYTES_MAX) throw malformed(`A .npy header of ${textBytes} bytes is too long.`, 8);
  const dataStart = textStart + textBytes;
  if (bytes.length < dataStart) throw malformed('The .npy file ends inside its header.', bytes.length);
  const header = bytes.subarray(textStart, dataStart);
  return { text: version === 3 ? decodeUtf8(header, textStart) : decodeLatin1(header), dataStart };
}

function parseShape(value: Literal | undefined): number[] {
  if (!Array.isArray(value)) throw malformed('The .npy header lacks a shape.', MAGIC.length);
  return value.map((length) => (typeof length === 'number' ? length : Number.NaN));
}

/** `descr`: a type as text, or a list of fields `(name, descr)` or `(name, descr, shape)`; padding has no name. */
function parseDescription(value: Literal | undefined, depth: number): Dtype {
  if (typeof value === 'string') return parseDtype(value, MAGIC.length);
  if (!Array.isArray(value) || depth > 8)
    throw malformed('The .npy header has an unknown dtype.', MAGIC.length);
  const fields: DtypeField[] = [];
  let itemsize = 0;
  for (const item of value) {
    const [name, description, shape] = Array.isArray(item) ? item : [];
    // A title stands before the name: ('title', 'name').
    const shortName = Array.isArray(name) ? name[1] : name;
    if (typeof shortName !== 'string')
      throw malformed('A field of the .npy header has no name.', MAGIC.length);
    const dtype = parseDescription(description, depth + 1);
    const axes = shape === undefined ? [] : parseShape(Array.isArray(shape) ? shape : [shape]);
    if (shortName !== '') fields.push({ name: shortName, dtype, offset: itemsize, shape: axes });
    itemsize += dtype.itemsize * countElements(axes, MAGIC.length);
  }
  return structuredDtype(fields, itemsize, MAGIC.length);
}

/** Elements wider than a byte are written least significant byte first. */
const WRITABLE = /^(b1|[iu][1248]|f[48]|[mM]8(\[.+\])?)$/;

/**
 * Writes numbers, booleans, moments and spans as `.npy` version 1, in C order.
 * Throws `ARRAY_UNSUPPORTED` for text, objects and structured arrays.
 */
export function encodeNpy(array: NdArray): Uint8Array {
  const { dtype, shape, data } = array;
  if (!WRITABLE.test(dtype) || !ArrayBuffer.isView(data)) {
    throw unsupported(`Arrays of type ${dtype} cannot be written as .npy.`, undefined);
  }
  const parsed = parseDtype(dtype);
  if (data.byteLength !== countElements(shape) * parsed.itemsize) {
    throw unsupported(
      `An array of shape ${shownShape(shape)} does not have ${data.length} elements.`,
      undefined,
    );
  }
  const order = parsed.itemsize === 1 ? '|' : parsed.littleEndian ? '<' : '>';
  const axes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': '${order}${dtype}', 'fortran_order': False, 'shape': (${axes}), }`;
  const textStart = MAGIC.length + 4;
  // Spaces, and a newline last.
  const dataStart = Math.ceil((textStart + text.length + 1) / ALIGNMENT) * ALIGNMENT;
  const bytes = new Uint8Array(dataStart + data.byteLength);
  bytes.set([...MAGIC, 1, 0]);
  new DataView(bytes.buffer).setUint16(MAGIC.length + 2, dataStart - textStart, true);
  bytes.set(new TextEncoder().encode(text.padEnd(dataStart - textStart - 1)), textStart);
  bytes[dataStart - 1] = 0x0a;
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), dataStart);
  return bytes;
}
