/**
 * NumPy's dtypes as data: kind, width, byte order, fields. Reads the short spelling (`<f8`, `U12`, `M8[ns]`).
 * Refuses by name what JavaScript has no exact array for: long double and its complex, and variable strings.
 */
import { SklearnError } from '../errors.ts';

/** As many axes as NumPy 2 itself allows. */
export const AXES_MAX: number = 64;
/** A structured dtype of a decision tree has 8 fields; each becomes an array of its own. */
const COLUMNS_MAX = 4_096;
/** One element: a text of a million characters is not a label. */
const ITEM_BYTES_MAX = 2 ** 24;
/** One axis, also of an array without elements: what reads the array may reserve this much for a row. */
const AXIS_LENGTH_MAX = 2 ** 31 - 1;

/** NumPy's own letters: bool, signed, unsigned, float, complex, time span, moment, text, bytes, object, void. */
type DtypeKind = 'b' | 'i' | 'u' | 'f' | 'c' | 'm' | 'M' | 'U' | 'S' | 'O' | 'V';

export interface DtypeField {
  readonly name: string;
  readonly dtype: Dtype;
  /** Bytes from the start of the item. */
  readonly offset: number;
  /** Axes of its own, after those of the array: empty for a plain field. */
  readonly shape: readonly number[];
}

export interface Dtype {
  readonly kind: DtypeKind;
  /** Bytes of one element. */
  readonly itemsize: number;
  readonly littleEndian: boolean;
  /** Without byte order, as `NdArray.dtype` has it. */
  readonly name: string;
  /** Columns of a structured dtype; a complex number has `real` and `imag`. */
  readonly fields: readonly DtypeField[] | null;
  /** Arrays that one array of this dtype becomes. */
  readonly columns: number;
}

const SIZES: Readonly<Record<string, readonly number[]>> = {
  b: [1],
  i: [1, 2, 4, 8],
  u: [1, 2, 4, 8],
  f: [2, 4, 8],
  c: [8, 16],
  m: [8],
  M: [8],
};

const HOST_IS_LITTLE_ENDIAN: boolean = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Whether numbers of this byte order must be swapped to be read on this machine. */
export function isForeign(dtype: Dtype): boolean {
  return dtype.littleEndian !== HOST_IS_LITTLE_ENDIAN;
}

export function unsupported(message: string, offsetBytes: number | undefined): SklearnError {
  return new SklearnError('ARRAY_UNSUPPORTED', message, { offsetBytes });
}

export function malformed(message: string, offsetBytes: number | undefined): SklearnError {
  return new SklearnError('PICKLE_MALFORMED', message, { offsetBytes });
}

/** Reads `<f8`, `|b1`, `>U12`, `M8[ns]`, `O`. `offsetBytes` only for the error. */
export function parseDtype(text: string, offsetBytes?: number): Dtype {
  const match = /^([<>|=]?)([a-zA-Z?])([0-9]{0,9})(\[[0-9a-zA-Zμ]{1,20}\])?$/.exec(text);
  const [, order = '', letter = '', digits = '', unit = ''] = match ?? [];
  const kind = letter === '?' ? 'b' : letter === 'a' ? 'S' : letter;
  const count = letter === '?' ? 1 : Number(digits);
  const littleEndian = order === '>' ? false : order === '<' || HOST_IS_LITTLE_ENDIAN;
  const plain = { littleEndian, fields: null, columns: 1 };
  switch (kind) {
    case 'O':
      return { ...plain, kind, itemsize: 8, name: 'O' };
    case 'U':
    case 'S':
    case 'V': {
      const itemsize = kind === 'U' ? 4 * count : count;
      if (itemsize > ITEM_BYTES_MAX)
        throw unsupported(`Elements of ${itemsize} bytes are too long.`, offsetBytes);
      return { ...plain, kind, itemsize, name: `${kind}${count}` };
    }
    case 'b':
    case 'i':
    case 'u':
    case 'f':
    case 'c':
    case 'm':
    case 'M': {
      if (!SIZES[kind]!.includes(count) || (unit !== '' && kind !== 'm' && kind !== 'M')) break;
      const dtype = { ...plain, kind, itemsize: count, name: `${kind}${count}${unit}` };
      return kind === 'c' ? withComplexParts(dtype) : dtype;
    }
  }
  const what =
    (kind === 'f' || kind === 'g' || kind === 'c' || kind === 'G') && count !== 0 ? 'long double ' : '';
  throw unsupported(
    `Arrays of NumPy type ${what}${JSON.stringify(text.slice(0, 40))} cannot be read: save them as float64 or int64.`,
    offsetBytes,
  );
}

function withComplexParts(dtype: Dtype): Dtype {
  const itemsize = dtype.itemsize / 2;
  const part: Dtype = { ...dtype, kind: 'f', itemsize, name: `f${itemsize}` };
  const fields: DtypeField[] = [
    { name: 'real', dtype: part, offset: 0, shape: [] },
    { name: 'imag', dtype: part, offset: itemsize, shape: [] },
  ];
  return { ...dtype, fields, columns: 3 };
}

/** A structured dtype; fields may leave gaps but not leave the item. */
export function structuredDtype(
  fields: readonly DtypeField[],
  itemsize: number,
  offsetBytes?: number,
): Dtype {
  if (!(itemsize <= ITEM_BYTES_MAX))
    throw unsupported(`Elements of ${itemsize} bytes are too long.`, offsetBytes);
  let columns = 1;
  const names = new Set<string>();
  for (const field of fields) {
    const size = field.dtype.itemsize * countElements(field.shape, offsetBytes);
    if (!(field.offset >= 0 && field.offset + size <= itemsize)) {
      throw malformed('A field of a structured array lies outside its element.', offsetBytes);
    }
    if (field.dtype.kind === 'O') {
      throw unsupported('Structured arrays with Python objects in them cannot be read.', offsetBytes);
    }
    columns += field.dtype.columns;
    names.add(field.name);
  }
  if (names.size !== fields.length)
    throw malformed('Two fields of a structured array share a name.', offsetBytes);
  if (columns > COLUMNS_MAX) {
    throw unsupported(`Structured arrays of more than ${COLUMNS_MAX} fields cannot be read.`, offsetBytes);
  }
  return { kind: 'V', itemsize, littleEndian: true, name: `V${itemsize}`, fields, columns };
}

/** Product of a shape; refuses shapes that no file can fill. */
export function countElements(shape: readonly number[], offsetBytes?: number): number {
  if (shape.length > AXES_MAX) throw malformed(`An array has ${shape.length} axes.`, offsetBytes);
  let count = 1;
  let empty = false;
  for (const length of shape) {
    if (!Number.isInteger(length) || length < 0 || length > AXIS_LENGTH_MAX) {
      throw malformed('An array has an impossible shape.', offsetBytes);
    }
    if (length === 0) empty = true;
    else count *= length;
    if (count > Number.MAX_SAFE_INTEGER) throw malformed('An array has an impossible shape.', offsetBytes);
  }
  return empty ? 0 : count;
}

/** A shape for a message, which stays short. */
export function shownShape(shape: readonly number[]): string {
  return shape.length > 8 ? `(${shape.length} axes)` : `(${shape.join(', ')})`;
}
