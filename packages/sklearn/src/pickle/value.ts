/**
 * The plain data a pickle is read into. Nothing in it can be called: a global is a name, an object is a name
 * with arguments and state.
 */

/** A reference to a Python name, such as `sklearn.linear_model._logistic` `LogisticRegression`. Never resolved. */
export interface PickleGlobal {
  readonly kind: 'global';
  readonly module: string;
  readonly name: string;
  /** Not on the list: whatever is made of it is carried along, and nothing is read from it. */
  readonly inert?: true;
}

/**
 * What a callable of the pickle would have built: `NEWOBJ`, `REDUCE` and `INST` record the name and the
 * arguments, `BUILD` the state, `APPEND(S)` and `SETITEM(S)` the items (subclasses of list and dict).
 */
export interface PickleObject {
  readonly kind: 'object';
  readonly global: PickleGlobal;
  readonly args: readonly PickleValue[];
  state: PickleValue | undefined;
  readonly items: PickleValue[];
  readonly entries: [PickleValue, PickleValue][];
}

export interface PickleTuple {
  readonly kind: 'tuple';
  readonly items: readonly PickleValue[];
}

export interface PickleList {
  readonly kind: 'list';
  readonly items: PickleValue[];
}

export interface PickleSet {
  readonly kind: 'set';
  readonly items: PickleValue[];
}

/** Insertion order kept; keys may be any value, strings in practice. */
export interface PickleDict {
  readonly kind: 'dict';
  readonly entries: [PickleValue, PickleValue][];
}

/** Python `int` becomes `number` where it is a safe integer, else `bigint`; `float` becomes `number`. */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PickleGlobal
  | PickleObject
  | PickleTuple
  | PickleList
  | PickleSet
  | PickleDict
  | NdArray;

/** Values that are more than themselves: everything but numbers, text, bytes, booleans and `None`. */
export type PickleStructure = Extract<PickleValue, { readonly kind: string }>;

export function isKind<K extends PickleStructure['kind']>(
  value: PickleValue | undefined,
  kind: K,
): value is Extract<PickleStructure, { readonly kind: K }> {
  return asStructure(value)?.kind === kind;
}

/** `null` for plain values. */
export function asStructure(value: PickleValue | undefined): PickleStructure | null {
  return typeof value === 'object' && value !== null && 'kind' in value ? value : null;
}

/** What an array holds, by `dtype`: numbers in native byte order, JavaScript arrays for `U`, `S` and `O`. */
export type NdArrayData =
  | Float64Array
  | Float32Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array
  | readonly PickleValue[]
  | StructuredData;

/** A structured array as one column a field (a tree's `nodes`), each in C order over the array's shape. */
export interface StructuredData {
  readonly kind: 'structured';
  readonly fields: ReadonlyMap<string, NdArray>;
}

/**
 * A NumPy array, always in native byte order and C order, whatever the file held.
 * `dtype` is NumPy's type string without byte order: `f8`, `i4`, `b1`, `U12`, `S3`, `O`, `V64`...
 * Strings (`U`), bytes (`S`) and objects (`O`) are JavaScript arrays; bool (`b1`) is a `Uint8Array` of 0 and 1;
 * float16 is widened to `Float32Array` exactly. A NumPy scalar is an array with an empty shape.
 */
export interface NdArray {
  readonly kind: 'ndarray';
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data: NdArrayData;
}
