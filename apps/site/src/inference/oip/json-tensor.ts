/**
 * Elements of a tensor as JSON, nested by its shape or flat in row-major order. Refuses values that are not of the
 * datatype, and more or fewer than the shape says. What JSON cannot hold is written as `NaN`, `Infinity` and
 * `-Infinity` in quotes, as `POST /predict` does, and read so too.
 */
import type { Datatype } from '@chamfer/contracts';
import { SiteError } from '../../errors.ts';
import {
  ARRAYS,
  type BytesElement,
  elementsOf,
  type NumericData,
  type NumericDatatype,
  type Tensor,
  type TensorData,
} from '../tensor.ts';
import { NumberElements } from './scan-request.ts';

const INTEGER_RANGES: Readonly<Partial<Record<Datatype, readonly [number, number]>>> = {
  UINT8: [0, 0xff],
  UINT16: [0, 0xffff],
  UINT32: [0, 0xffff_ffff],
  INT8: [-0x80, 0x7f],
  INT16: [-0x8000, 0x7fff],
  INT32: [-0x8000_0000, 0x7fff_ffff],
};

const WIDE_RANGES: Readonly<Partial<Record<Datatype, readonly [bigint, bigint]>>> = {
  UINT64: [0n, 2n ** 64n - 1n],
  INT64: [-(2n ** 63n), 2n ** 63n - 1n],
};

const WORDS: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
};

/** `value` is what stands at `path`. Throws `INPUT_INVALID` with the place of the element. */
export function decodeJsonData(
  value: unknown,
  datatype: Datatype,
  shape: readonly number[],
  path: string,
): TensorData {
  const refuse = (what: string, at?: number): SiteError => {
    const place = at === undefined ? `"${path}"` : `Element ${at} of "${path}"`;
    return new SiteError('INPUT_INVALID', `${place} ${what}.`, { path });
  };
  const flat = flatten(value, shape, refuse);
  const elements = elementsOf(shape);
  if (flat.length !== elements) {
    throw refuse(`has ${flat.length} elements; the shape [${shape}] has ${elements}`);
  }
  if (datatype === 'BYTES') {
    const at = flat.findIndex((element) => typeof element !== 'string');
    if (at !== -1) throw refuse(`is ${kindOf(flat[at])}; send a string`, at);
    return flat as string[];
  }
  // Finite, and nobody else's.
  if (datatype === 'FP64' && flat instanceof Float64Array) return flat;
  return datatype === 'BOOL' ? readBooleans(flat, refuse) : readNumbers(flat, datatype, refuse);
}

/** Elements one after another. */
type Flat = readonly unknown[] | Float64Array;

function flatten(value: unknown, shape: readonly number[], refuse: Refuse): Flat {
  if (value instanceof NumberElements) {
    const { data, sizes } = value;
    const isByShape = sizes.length === shape.length && sizes.every((size, axis) => size === shape[axis]);
    return isByShape || sizes.length === 1 ? data : flattenLists(value.nested(), shape, refuse);
  }
  if (!Array.isArray(value)) throw refuse('is no array; send the elements, nested by the shape or flat');
  return value.some(Array.isArray) ? flattenLists(value, shape, refuse) : value;
}

/** Nested exactly by the shape: a longer and a shorter row are no rectangle. */
function flattenLists(nested: readonly unknown[], shape: readonly number[], refuse: Refuse): unknown[] {
  const flat: unknown[] = [];
  const visit = (value: unknown, axis: number): void => {
    if (axis === shape.length) {
      flat.push(value);
    } else if (!Array.isArray(value) || value.length !== shape[axis]) {
      const found = Array.isArray(value) ? `an array of ${value.length}` : kindOf(value);
      throw refuse(`is not nested by the shape [${shape}]: at axis ${axis} stands ${found}`);
    } else {
      for (const item of value) visit(item, axis + 1);
    }
  };
  visit(nested, 0);
  return flat;
}

type Refuse = (what: string, at?: number) => SiteError;

function readBooleans(flat: Flat, refuse: Refuse): Uint8Array {
  return Uint8Array.from<unknown>(flat, (value, at) => {
    if (typeof value !== 'boolean') throw refuse(`is ${kindOf(value)}; send true or false`, at);
    return Number(value);
  });
}

function readNumbers(flat: Flat, datatype: NumericDatatype, refuse: Refuse): NumericData {
  const data = new ARRAYS[datatype](flat.length);
  const range = INTEGER_RANGES[datatype];
  const wideRange = WIDE_RANGES[datatype];
  for (let at = 0; at < flat.length; at++) {
    const value = flat[at];
    if (range === undefined && wideRange === undefined) {
      data[at] = readFloat(value, at, refuse) as never;
      // A finite number that this datatype can only hold as infinity.
      if (typeof value === 'number' && !Number.isFinite(data[at])) {
        throw refuse(`is ${value}, too large for ${datatype}`, at);
      }
      continue;
    }
    if (!Number.isInteger(value) && typeof value !== 'bigint') {
      throw refuse(`is ${kindOf(value)}; ${datatype} takes integers`, at);
    }
    const integer = wideRange === undefined ? (value as number) : BigInt(value as number | bigint);
    const [min, max] = (range ?? wideRange)!;
    if (integer < min || integer > max) throw refuse(`is ${integer}, out of the range of ${datatype}`, at);
    data[at] = integer as never;
  }
  return data;
}

function readFloat(value: unknown, at: number, refuse: Refuse): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'string' && Object.hasOwn(WORDS, value)) return WORDS[value]!;
  const what = typeof value === 'number' ? 'too large for a 64-bit floating-point number' : kindOf(value);
  throw refuse(`is ${what}; send a number, or "NaN", "Infinity" or "-Infinity"`, at);
}

function kindOf(value: unknown): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return `the number ${value}`;
  if (typeof value === 'string') return `the string ${JSON.stringify(value.slice(0, 40))}`;
  return Array.isArray(value) ? 'an array' : 'an object';
}

/** The elements as one flat JSON array. Throws `INPUT_INVALID` for bytes that are no text: those need binary data. */
export function encodeJsonData({ name, datatype, data }: Tensor): string {
  switch (datatype) {
    case 'BYTES':
      return `[${data.map((element) => JSON.stringify(textOf(element, name))).join(',')}]`;
    case 'BOOL':
      return `[${Array.from(data, (value) => (value === 0 ? 'false' : 'true')).join(',')}]`;
    case 'FP16':
    case 'FP32':
    case 'FP64':
      return encodeNumbers(data);
    case 'INT64':
      return encodeWide(data);
    default:
      return `[${data.join(',')}]`;
  }
}

function encodeNumbers(data: Float64Array | Float32Array | Float16Array): string {
  let text = '[';
  for (let at = 0; at < data.length; at++) {
    const value = data[at]!;
    if (at > 0) text += ',';
    text += Number.isFinite(value) ? value : `"${value}"`;
  }
  return `${text}]`;
}

/** Classes and counts, which are small: as such they need no big integers. */
function encodeWide(data: BigInt64Array): string {
  const halves = new Int32Array(data.buffer, data.byteOffset, 2 * data.length);
  let text = '[';
  for (let at = 0; at < data.length; at++) {
    const low = halves[2 * at]!;
    if (at > 0) text += ',';
    text += halves[2 * at + 1] === low >> 31 ? low : data[at];
  }
  return `${text}]`;
}

const STRICT_UTF8 = new TextDecoder('utf-8', { fatal: true });

function textOf(element: BytesElement, name: string): string {
  if (typeof element === 'string') return element;
  try {
    return STRICT_UTF8.decode(element);
  } catch (cause) {
    const what = `The output ${JSON.stringify(name)} holds bytes that are no text; ask for it as binary data.`;
    throw new SiteError('INPUT_INVALID', what, { path: 'outputs', cause });
  }
}
