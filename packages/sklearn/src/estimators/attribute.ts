/**
 * One value of a fitted state with the path to it, read as what it has to be. Refuses every other type, shape
 * and range with `ESTIMATOR_MALFORMED` and the path.
 */
import { SklearnError } from '../errors.ts';
import type { Datatype, Label, Matrix } from '../model.ts';
import { isKind, type NdArray, type PickleObject, type PickleValue } from '../pickle/value.ts';
import type { FittedEstimator } from './definition.ts';
import type { Loading } from './loading.ts';
import type { ObjectState } from './object-state.ts';
import { isSparse, toDense } from './sparse-matrix.ts';
import { narrowIndices } from './wide-integers.ts';

/** Class labels as scikit-learn returns them, and what they are. */
export interface Classes {
  readonly labels: readonly Label[];
  readonly datatype: Datatype;
}

export class Attribute {
  readonly path: string;
  readonly value: PickleValue;
  readonly #loading: Loading;

  constructor(value: PickleValue, path: string, loading: Loading) {
    this.value = value;
    this.path = path;
    this.#loading = loading;
  }

  get isNone(): boolean {
    return this.value === null;
  }

  /** The same value under the path by which people know it. */
  knownAs(path: string): Attribute {
    return new Attribute(this.value, path, this.#loading);
  }

  /** Another value that belongs to this place: a key of a dict. */
  with(value: PickleValue): Attribute {
    return new Attribute(value, this.path, this.#loading);
  }

  /** A Python or NumPy number. */
  number(): number {
    const { value } = this;
    if (typeof value === 'number') return value;
    if (typeof value === 'bigint') return Number(value);
    if (isArray(value) && value.shape.length === 0 && isNumeric(value)) return Number(firstOf(value));
    throw this.malformed('a number');
  }

  /** A whole number from `min` to `max`. */
  integer(min: number, max: number = Number.MAX_SAFE_INTEGER): number {
    const value = this.number();
    if (Number.isInteger(value) && value >= min && value <= max) return value;
    throw this.malformed(
      max === Number.MAX_SAFE_INTEGER ? `a whole number from ${min}` : `a whole number from ${min} to ${max}`,
    );
  }

  boolean(): boolean {
    const { value } = this;
    if (typeof value === 'boolean') return value;
    if (value === 0 || value === 1) return value === 1;
    if (isArray(value) && value.shape.length === 0 && value.dtype === 'b1') return firstOf(value) === 1;
    throw this.malformed('True or False');
  }

  text(): string {
    if (typeof this.value === 'string') return this.value;
    throw this.malformed('a string');
  }

  /** An array of numbers of any shape; `data` may be shared with the file and must not be written to. */
  array(): { readonly data: Float64Array; readonly shape: readonly number[] } {
    const { value } = this;
    if (!isArray(value) || !isNumeric(value)) throw this.malformed('an array of numbers');
    return { data: this.#loading.float64(value), shape: value.shape };
  }

  /** An array of numbers with one dimension, `length` long where given. Not to be written to. */
  vector(length?: number): Float64Array {
    const { value } = this;
    if (isArray(value) && value.shape.length === 1 && isNumeric(value)) {
      if (length === undefined || value.shape[0] === length) return this.#loading.float64(value);
    }
    throw this.malformed(length === undefined ? 'a vector of numbers' : `a vector of ${length} numbers`);
  }

  /** An array of numbers with two dimensions, or a sparse matrix of them. Not to be written to. */
  matrix(size: { readonly rows?: number; readonly columns?: number } = {}): Matrix {
    const { value } = this;
    if (isArray(value) && value.shape.length === 2 && isNumeric(value)) {
      const [rows, columns] = value.shape as [number, number];
      if ((size.rows ?? rows) === rows && (size.columns ?? columns) === columns) {
        return { data: this.#loading.float64(value), rows, columns };
      }
    }
    if (isObject(value) && isSparse(value)) return toDense(this, size);
    throw this.malformed(`a matrix of numbers of shape (${size.rows ?? 'any'}, ${size.columns ?? 'any'})`);
  }

  /** An array of whole numbers from `min` to `max` of the given shape, as 32-bit integers. */
  indices(shape: readonly number[], min: number, max: number): Int32Array {
    const { value } = this;
    if (!isArray(value) || !/^[iub]/.test(value.dtype) || value.shape.join() !== shape.join()) {
      throw this.malformed(`an array of integers of shape (${shape.join(', ')})`);
    }
    const narrow = narrowIndices(value.data, min, max);
    if (narrow !== null) return narrow;
    const data = this.#loading.float64(value);
    const indices = Int32Array.from(data);
    for (let i = 0; i < data.length; i++) {
      if (!(data[i]! >= min && data[i]! <= max)) {
        throw new SklearnError(
          'ESTIMATOR_MALFORMED',
          `${this.path} holds ${data[i]} where only ${min} to ${max} can be.`,
          { path: this.path },
        );
      }
    }
    return indices;
  }

  /** One column of a structured array. */
  column(name: string): Attribute {
    const { value } = this;
    if (isArray(value) && 'kind' in value.data) {
      const column = value.data.fields.get(name);
      if (column !== undefined) return new Attribute(column, `${this.path}[${name}]`, this.#loading);
    }
    throw this.malformed(`a structured array with a column ${name}`);
  }

  hasColumn(name: string): boolean {
    const { value } = this;
    return isArray(value) && 'kind' in value.data && value.data.fields.has(name);
  }

  /** Class labels, one or more: an array with one dimension. */
  classes(): Classes {
    const { value } = this;
    if (!isArray(value) || value.shape.length !== 1 || value.shape[0] === 0 || 'kind' in value.data) {
      throw this.malformed('an array of class labels');
    }
    const labels = Array.from(value.data as ArrayLike<unknown>, (item) => toLabel(item, value.dtype));
    if (labels.includes(undefined)) throw this.malformed('an array of class labels');
    return { labels: labels as Label[], datatype: datatypeOf(labels as Label[], value.dtype) };
  }

  /** Values of any kind that a cell of a row can have, out of an array with one dimension. */
  values(): readonly (Label | null)[] {
    const { value } = this;
    if (isArray(value) && value.shape.length === 1) {
      if (isNumeric(value) && value.dtype !== 'b1') return [...this.#loading.float64(value)];
      if (!('kind' in value.data)) {
        const values = Array.from(value.data as ArrayLike<PickleValue>, (item) => toCell(item, value.dtype));
        if (!values.includes(undefined)) return values as (Label | null)[];
      }
    }
    throw this.malformed('an array of numbers, strings or None');
  }

  /** One class label: Python's or NumPy's. */
  label(): Label {
    const { value } = this;
    const isScalar = isArray(value) && value.shape.length === 0 && !('kind' in value.data);
    const label = isScalar ? toLabel(firstOf(value), value.dtype) : toLabel(value, '');
    if (label === undefined) throw this.malformed('a class label');
    return label;
  }

  /** The same out of a list. */
  listedValues(): readonly (Label | null)[] {
    const values = this.items().map((item) => toCell(item.value, 'O'));
    if (!values.includes(undefined)) return values as (Label | null)[];
    throw this.malformed('a list of numbers, strings or None');
  }

  /** `count` strings. */
  texts(count: number): readonly string[] {
    const { value } = this;
    if (isArray(value) && value.shape.length === 1 && value.shape[0] === count && Array.isArray(value.data)) {
      if (value.data.every((item) => typeof item === 'string')) return value.data as readonly string[];
    }
    if (isKind(value, 'list') && value.items.length === count) {
      if (value.items.every((item) => typeof item === 'string')) return value.items as readonly string[];
    }
    throw this.malformed(`an array of ${count} strings`);
  }

  /** The values of a list, a tuple or an object array (of any shape, in C order). */
  items(): Attribute[] {
    const { value } = this;
    if (isArray(value) && value.dtype === 'O') {
      const items = value.data as readonly PickleValue[];
      return items.map(
        (item, i) => new Attribute(item, this.path + subscript(i, value.shape), this.#loading),
      );
    }
    if (typeof value === 'object' && value !== null && 'kind' in value) {
      if (value.kind === 'list' || value.kind === 'tuple') {
        return value.items.map((item, i) => new Attribute(item, `${this.path}[${i}]`, this.#loading));
      }
    }
    throw this.malformed('a list');
  }

  /** The values of a dict by their names, without those that are None. */
  dict(): Map<string, Attribute> {
    const { value } = this;
    if (typeof value !== 'object' || value === null || !('kind' in value) || value.kind !== 'dict') {
      throw this.malformed('a dict');
    }
    const named = new Map<string, Attribute>();
    for (const [key, item] of value.entries) {
      if (typeof key !== 'string') throw this.malformed('a dict of names');
      if (item !== null)
        named.set(key, new Attribute(item, `${this.path}[${JSON.stringify(key)}]`, this.#loading));
    }
    return named;
  }

  /** The shape of an array, `[length]` of a list or tuple, `[]` of anything else. */
  shape(): readonly number[] {
    const { value } = this;
    if (typeof value !== 'object' || value === null || !('kind' in value)) return [];
    if (value.kind === 'ndarray') return value.shape;
    return value.kind === 'list' || value.kind === 'tuple' ? [value.items.length] : [];
  }

  /** An object with a state of its own that is no estimator by itself: a tree, a binarizer. */
  object(): ObjectState {
    if (!isObject(this.value)) throw this.malformed('an object');
    return this.#loading.open(this.value, this.path);
  }

  /** An estimator inside this one. Where it is not supported that is noted, and a placeholder stands in. */
  estimator(): FittedEstimator {
    return this.#loading.load(this.value, this.path);
  }

  /** For the value of another kind; an inert one, which the prediction would need, is not supported. */
  malformed(expected: string): SklearnError {
    const name = this.path === '' ? 'The file' : this.path;
    if (isInert(this.value)) {
      const what = `${describeValue(this.value)} where ${expected} should be`;
      return new SklearnError('ESTIMATOR_UNSUPPORTED', `${name} is not supported: ${what}.`, {
        path: this.path,
        unsupported: [{ path: this.path, what }],
      });
    }
    return new SklearnError(
      'ESTIMATOR_MALFORMED',
      `${name} should be ${expected}, but is ${describeValue(this.value)}.`,
      { path: this.path },
    );
  }
}

function isInert(value: PickleValue): boolean {
  if (isObject(value)) return value.global.inert === true;
  return isKind(value, 'global') && value.inert === true;
}

function isArray(value: PickleValue): value is NdArray {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'ndarray';
}

export function isObject(value: PickleValue): value is PickleObject {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'object';
}

/** Floats, integers and booleans; neither times nor text. */
function isNumeric(array: NdArray): boolean {
  return /^[fiub]\d/.test(array.dtype);
}

function firstOf(array: NdArray): unknown {
  return (array.data as ArrayLike<unknown>)[0];
}

function toLabel(item: unknown, dtype: string): Label | undefined {
  if (dtype === 'b1') return item === 1;
  if (typeof item === 'bigint') return toSafeNumber(item);
  if (typeof item === 'number' || typeof item === 'string' || typeof item === 'boolean') return item;
  return undefined;
}

function toCell(item: PickleValue, dtype: string): Label | null | undefined {
  if (item === null) return null;
  if (isArray(item) && item.shape.length === 0 && isNumeric(item)) return toLabel(firstOf(item), item.dtype);
  return toLabel(item, dtype);
}

function toSafeNumber(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function datatypeOf(labels: readonly Label[], dtype: string): Datatype {
  if (dtype === 'b1') return 'BOOL';
  if (/^[iu]\d/.test(dtype)) return 'INT64';
  if (/^f\d/.test(dtype)) return 'FP64';
  if (dtype.startsWith('U')) return 'BYTES';
  if (labels.every((label) => typeof label === 'boolean')) return 'BOOL';
  if (labels.every((label) => typeof label === 'bigint' || Number.isInteger(label))) return 'INT64';
  return labels.every((label) => typeof label === 'number') ? 'FP64' : 'BYTES';
}

/** `[3][0]` for element 3 of a (4, 1) array. */
function subscript(index: number, shape: readonly number[]): string {
  let rest = index;
  let text = '';
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    text = `[${rest % shape[axis]!}]${text}`;
    rest = Math.floor(rest / shape[axis]!);
  }
  return text;
}

/** A NumPy string or boolean as Python's: a parameter may have been drawn from an array of them. */
export function plainScalar(value: PickleValue): PickleValue {
  if (!isArray(value) || value.shape.length !== 0) return value;
  return (
    value.dtype === 'b1' || value.dtype.startsWith('U') ? toLabel(firstOf(value), value.dtype) : value
  )!;
}

/** What a value is, in Python's words. */
export function describeValue(value: PickleValue): string {
  if (value === null) return 'None';
  if (typeof value === 'string') return `the string ${JSON.stringify(value.slice(0, 40))}`;
  if (typeof value !== 'object') return `${value}`;
  if (!('kind' in value)) return 'bytes';
  switch (value.kind) {
    case 'ndarray':
      return `an array of type ${value.dtype} and shape (${value.shape.join(', ')})`;
    case 'object':
      return `a ${value.global.inert === true ? `${value.global.module}.` : ''}${value.global.name}`;
    case 'global':
      return `the name ${value.module}.${value.name}`;
    default:
      return `a ${value.kind}`;
  }
}
