/**
 * Turns the raw bytes of a NumPy array into an `NdArray`: native byte order, C order, one column a field.
 * Numbers that lie aligned in the file are viewed in place, the rest is copied once.
 */
import type { Meter } from '../pickle/limits.ts';
import type { NdArray, NdArrayData, PickleValue } from '../pickle/value.ts';
import {
  countElements,
  type Dtype,
  type DtypeField,
  isForeign,
  malformed,
  shownShape,
  unsupported,
} from './dtype.ts';
import { isCOrder, permute } from './permute.ts';

/** What the bytes mean, and who pays. */
export interface RawArray {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
  /** Elements between neighbours along each axis; absent for C order. */
  readonly strides?: readonly number[] | undefined;
  readonly meter: Meter;
  /** Only for errors. */
  readonly offsetBytes: number;
}

type NumberArray =
  | Float64Array
  | Float32Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array;

const ARRAY_TYPES = {
  b1: Uint8Array,
  i1: Int8Array,
  i2: Int16Array,
  i4: Int32Array,
  i8: BigInt64Array,
  u1: Uint8Array,
  u2: Uint16Array,
  u4: Uint32Array,
  u8: BigUint64Array,
  f2: Uint16Array,
  f4: Float32Array,
  f8: Float64Array,
  m8: BigInt64Array,
  M8: BigInt64Array,
} as const;

/**
 * The array the bytes describe. The result may share memory with `bytes`.
 * Throws `PICKLE_MALFORMED` where the sizes disagree, `ARRAY_UNSUPPORTED`, `PICKLE_LIMIT_EXCEEDED`.
 */
export function decodeArray(raw: RawArray): NdArray {
  const { dtype, shape, bytes, meter, offsetBytes } = raw;
  const count = countElements(shape, offsetBytes);
  if (dtype.kind === 'O') throw unsupported('An object array has no raw bytes.', offsetBytes);
  if (dtype.itemsize === 0 && count > 0 && dtype.fields !== null) {
    throw unsupported('Structured arrays without fields cannot be read.', offsetBytes);
  }
  if (bytes.length !== count * dtype.itemsize) {
    throw malformed(
      `An array of shape ${shownShape(shape)} and type ${dtype.name} needs ${count * dtype.itemsize} bytes, the file has ${bytes.length}.`,
      offsetBytes,
    );
  }
  meter.countOpcodes(dtype.columns, offsetBytes);
  meter.countBytes(bytes.length, offsetBytes);
  return { kind: 'ndarray', dtype: dtype.name, shape, data: decodeData(raw, count) };
}

function decodeData(raw: RawArray, count: number): NdArrayData {
  const { dtype, shape, bytes, strides, meter, offsetBytes } = raw;
  const inOrder = strides === undefined || isCOrder(shape, strides);
  if (dtype.fields !== null) {
    const ordered = inOrder ? bytes : permuteItems(raw, strides);
    return { kind: 'structured', fields: decodeFields({ ...raw, bytes: ordered }, dtype.fields, count) };
  }
  if (dtype.kind === 'U' || dtype.kind === 'S' || dtype.kind === 'V') {
    meter.countTextElements(count, offsetBytes);
    const values = decodeTexts(raw, count);
    if (inOrder) return values;
    const ordered = new Array<PickleValue>(count);
    permute(values, ordered, shape, strides);
    return ordered;
  }
  const numbers = decodeNumbers(raw, count);
  if (inOrder) return numbers;
  meter.countBytes(numbers.byteLength, offsetBytes);
  // The two arrays have one type; TypeScript cannot say so of a union.
  const ordered = new (numbers.constructor as typeof Float64Array)(count);
  permute(numbers as Float64Array, ordered, shape, strides);
  return ordered;
}

function decodeNumbers(raw: RawArray, count: number): NumberArray {
  const { dtype, meter, offsetBytes } = raw;
  const type = ARRAY_TYPES[`${dtype.kind}${dtype.itemsize}` as keyof typeof ARRAY_TYPES];
  const width = type.BYTES_PER_ELEMENT;
  let bytes = raw.bytes;
  const foreign = width > 1 && isForeign(dtype);
  if (foreign || bytes.byteOffset % width !== 0) {
    meter.countBytes(bytes.length, offsetBytes);
    bytes = alignedCopy(bytes);
    if (foreign) swapBytes(bytes, width);
  }
  const numbers = new type(bytes.buffer as ArrayBuffer, bytes.byteOffset, count);
  if (dtype.kind === 'b' && (numbers as Uint8Array).some((value) => value > 1)) {
    throw malformed('An array of booleans holds a byte that is neither 0 nor 1.', offsetBytes);
  }
  if (dtype.name !== 'f2') return numbers;
  meter.countBytes(2 * bytes.length, offsetBytes);
  return Float32Array.from(numbers as Uint16Array, widenFloat16);
}

/** A copy at the start of a buffer of its own (a `Buffer`'s `slice` would not copy). */
function alignedCopy(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(bytes.length);
  copy.set(bytes);
  return copy;
}

/** Reverses the bytes of each number in place. */
function swapBytes(bytes: Uint8Array, width: number): void {
  for (let start = 0; start < bytes.length; start += width) {
    for (let low = start, high = start + width - 1; low < high; low++, high--) {
      const byte = bytes[low]!;
      bytes[low] = bytes[high]!;
      bytes[high] = byte;
    }
  }
}

/** IEEE 754 binary16 to binary32, exact for every value; the payload of a NaN is not kept. */
export function widenFloat16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : Number.NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Text without its padding of NULs; bytes and void as views. */
function decodeTexts(raw: RawArray, count: number): PickleValue[] {
  const { dtype, bytes, offsetBytes } = raw;
  const { itemsize, kind } = dtype;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = new Array<PickleValue>(count);
  for (let i = 0; i < count; i++) {
    const start = i * itemsize;
    let end = start + itemsize;
    if (kind === 'U') {
      values[i] = decodeUcs4(view, start, end, dtype.littleEndian, offsetBytes);
      continue;
    }
    if (kind === 'S') while (end > start && bytes[end - 1] === 0) end--;
    values[i] = bytes.subarray(start, end);
  }
  return values;
}

function decodeUcs4(
  view: DataView,
  start: number,
  end: number,
  littleEndian: boolean,
  offsetBytes: number,
): string {
  let last = end;
  while (last > start && view.getUint32(last - 4, true) === 0) last -= 4;
  let text = '';
  for (let at = start; at < last; at += 4) {
    const code = view.getUint32(at, littleEndian);
    if (code > 0x10ffff) throw malformed('A text array holds a character beyond Unicode.', offsetBytes);
    text += String.fromCodePoint(code);
  }
  return text;
}

function decodeFields(raw: RawArray, fields: readonly DtypeField[], count: number): Map<string, NdArray> {
  const { meter, offsetBytes } = raw;
  let bytes = raw.bytes;
  if (bytes.byteOffset % 4 !== 0) {
    meter.countBytes(bytes.length, offsetBytes);
    bytes = alignedCopy(bytes);
  }
  const columns = new Map<string, NdArray>();
  for (const field of fields) {
    const width = field.dtype.itemsize * countElements(field.shape, offsetBytes);
    meter.countBytes(width * count, offsetBytes);
    columns.set(
      field.name,
      decodeArray({
        dtype: field.dtype,
        shape: [...raw.shape, ...field.shape],
        bytes: gatherColumn(bytes, raw.dtype.itemsize, field.offset, width, count),
        meter,
        offsetBytes,
      }),
    );
  }
  return columns;
}

/** Copies `width` bytes at `offset` of every item, in the widest steps that the layout allows. */
function gatherColumn(
  bytes: Uint8Array,
  itemsize: number,
  offset: number,
  width: number,
  count: number,
): Uint8Array {
  const target = new Uint8Array(width * count);
  if (itemsize % 4 === 0 && offset % 4 === 0 && width === 8) {
    const from = new Uint32Array(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.length / 4);
    gatherPairs(from, itemsize / 4, offset / 4, new Uint32Array(target.buffer));
    return target;
  }
  const together = itemsize | offset | width;
  const lane = together % 4 === 0 ? Uint32Array : together % 2 === 0 ? Uint16Array : Uint8Array;
  const laneBytes = lane.BYTES_PER_ELEMENT;
  const from = new lane(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.length / laneBytes);
  const to = new lane(target.buffer);
  const step = itemsize / laneBytes;
  const lanes = width / laneBytes;
  let out = 0;
  for (let i = 0, at = offset / laneBytes; i < count; i++, at += step) {
    for (let k = 0; k < lanes; k++) to[out++] = from[at + k]!;
  }
  return target;
}

/** The same for numbers of 64 bits, which the nodes of trees are made of: with arrays of one type it is much faster. */
function gatherPairs(from: Uint32Array, step: number, offset: number, to: Uint32Array): void {
  for (let out = 0, at = offset; out < to.length; out += 2, at += step) {
    to[out] = from[at]!;
    to[out + 1] = from[at + 1]!;
  }
}

/** The items of a structured array in C order. */
function permuteItems(raw: RawArray, strides: readonly number[]): Uint8Array {
  const { dtype, shape, bytes, meter, offsetBytes } = raw;
  meter.countBytes(bytes.length, offsetBytes);
  const ordered = new Uint8Array(bytes.length);
  // One more axis, that of the bytes of an item.
  permute(
    bytes,
    ordered,
    [...shape, dtype.itemsize],
    [...strides.map((stride) => stride * dtype.itemsize), 1],
  );
  return ordered;
}
