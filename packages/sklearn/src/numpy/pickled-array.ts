/**
 * Makes arrays of what a pickle says about them: `ndarray` and its state, `scalar`, `_frombuffer`, and joblib's
 * description of the bytes that follow. Refuses subclasses that are more than an array.
 */

import { encodeLatin1 } from '../pickle/text.ts';
import { isKind, type NdArray, type PickleValue } from '../pickle/value.ts';
import { decodeArray } from './decode-array.ts';
import { countElements, type Dtype, malformed, shownShape, unsupported } from './dtype.ts';
import { cStrides, fortranStrides } from './permute.ts';
import { type ArrayContext, readPickledDtype, readShape } from './pickled-dtype.ts';

/** The state of an array has had this layout since NumPy 1.0. */
const STATE_VERSION = 1;

/** Marks an array that `BUILD` has not filled yet. */
const UNFILLED: Int8Array = new Int8Array(0);

const ARRAY_CLASSES: ReadonlySet<string> = new Set(['ndarray', 'matrix', 'memmap']);

/** Refuses array subclasses, whose state means something else. */
function checkArrayClass(value: PickleValue | undefined, offsetBytes: number): void {
  if (isKind(value, 'global') && value.module === 'numpy' && ARRAY_CLASSES.has(value.name)) return;
  const name = isKind(value, 'global') ? `${value.module}.${value.name}` : 'something unnamed';
  throw unsupported(`Arrays of class ${name} cannot be read: save them as numpy.ndarray.`, offsetBytes);
}

/** `_reconstruct(ndarray, (0,), b'b')`: an empty array, for `BUILD` to fill. */
export function emptyArray(args: readonly PickleValue[], context: ArrayContext): NdArray {
  checkArrayClass(args[0], context.offsetBytes);
  return { kind: 'ndarray', dtype: 'i1', shape: [0], data: UNFILLED };
}

/** `BUILD` on an array: `(version, shape, dtype, is_fortran, data)`. */
export function fillArray(array: NdArray, state: PickleValue, context: ArrayContext): void {
  const { offsetBytes } = context;
  const [version, shape, dtype, isFortran, raw] = isKind(state, 'tuple') ? state.items : [];
  if (version !== STATE_VERSION || typeof isFortran !== 'boolean') {
    throw malformed('The state of an array has an unknown layout.', offsetBytes);
  }
  if (array.data !== UNFILLED) throw malformed('An array is filled twice.', offsetBytes);
  const layout = { dtype: readPickledDtype(dtype, context), shape: readShape(shape, offsetBytes) };
  // The one place where an array changes: the pickle made it empty and may have named it already.
  Object.assign(
    array,
    layout.dtype.kind === 'O'
      ? objectArray(layout.shape, raw, context)
      : numberArray(layout, raw, isFortran ? 'F' : 'C', context),
  );
}

/** A list of Python objects; it is in C order whatever the array was. */
function objectArray(shape: readonly number[], raw: PickleValue | undefined, context: ArrayContext): NdArray {
  const { meter, offsetBytes } = context;
  const count = countElements(shape, offsetBytes);
  if (!isKind(raw, 'list') || raw.items.length !== count) {
    throw malformed(
      `An object array of shape ${shownShape(shape)} does not have ${count} elements.`,
      offsetBytes,
    );
  }
  meter.countTextElements(count, offsetBytes);
  // A copy: the file could go on appending to its list.
  return { kind: 'ndarray', dtype: 'O', shape, data: raw.items.slice() };
}

function numberArray(
  layout: { readonly dtype: Dtype; readonly shape: readonly number[] },
  raw: PickleValue | undefined,
  order: 'C' | 'F',
  context: ArrayContext,
): NdArray {
  const strides = order === 'F' ? fortranStrides(layout.shape) : undefined;
  return decodeArray({ ...layout, bytes: asBytes(raw, context), strides, ...context });
}

/** `scalar(dtype, bytes)`, or `scalar(dtype('O'), value)`. */
export function scalarArray(args: readonly PickleValue[], context: ArrayContext): NdArray {
  const dtype = readPickledDtype(args[0], context);
  if (dtype.kind === 'O') return { kind: 'ndarray', dtype: 'O', shape: [], data: [args[1] ?? null] };
  // A text without characters has no second argument.
  return numberArray({ dtype, shape: [] }, args[1] ?? new Uint8Array(0), 'C', context);
}

/** `_frombuffer(bytes, dtype, shape, order, axis_order)`, how protocol 5 spells an array. */
export function bufferArray(args: readonly PickleValue[], context: ArrayContext): NdArray {
  const { offsetBytes } = context;
  const [raw, dtypeValue, shapeValue, order, axisOrder] = args;
  const dtype = readPickledDtype(dtypeValue, context);
  const shape = readShape(shapeValue, offsetBytes);
  if (order === 'C' || order === 'F') return numberArray({ dtype, shape }, raw, order, context);
  if (order !== 'K') throw malformed('An array has an unknown order of its elements.', offsetBytes);
  if (axisOrder === undefined || axisOrder === null) return numberArray({ dtype, shape }, raw, 'C', context);
  const axes = readAxisOrder(axisOrder, shape.length, offsetBytes);
  const stored = cStrides(shape);
  const bytes = asBytes(raw, context);
  const strides = axes.map((axis) => stored[axis]!);
  return decodeArray({ dtype, shape: axes.map((axis) => shape[axis]!), bytes, strides, ...context });
}

function readAxisOrder(value: PickleValue, count: number, offsetBytes: number): number[] {
  const items = isKind(value, 'tuple') || isKind(value, 'list') ? value.items : [];
  const axes = new Set<number>();
  for (const item of items.slice(0, count)) {
    if (typeof item === 'number' && Number.isInteger(item) && item >= 0 && item < count) axes.add(item);
  }
  if (items.length !== count || axes.size !== count) {
    throw malformed('An array has an impossible order of its axes.', offsetBytes);
  }
  return [...axes];
}

/** `bytes`, or the text that protocols before 3 made of them. */
function asBytes(raw: PickleValue | undefined, context: ArrayContext): Uint8Array {
  if (raw instanceof Uint8Array) return raw;
  if (typeof raw !== 'string') throw malformed('An array has no bytes.', context.offsetBytes);
  context.meter.countBytes(raw.length, context.offsetBytes);
  return encodeLatin1(raw, context.offsetBytes);
}

/** What joblib's `NumpyArrayWrapper` says of the array that follows it in the file. */
export interface RawArrayNote {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly order: 'C' | 'F';
  /** Whether a byte with the length of a padding, and the padding, stand before the data (joblib 1.1 on). */
  readonly padded: boolean;
}

/** Reads the state of a `NumpyArrayWrapper`. */
export function readRawArrayNote(state: PickleValue, context: ArrayContext): RawArrayNote {
  const { offsetBytes } = context;
  const note = new Map(isKind(state, 'dict') ? state.entries.slice(0, 16) : []);
  const order = note.get('order');
  if (order !== 'C' && order !== 'F') throw malformed('joblib describes an array of no order.', offsetBytes);
  checkArrayClass(note.get('subclass'), offsetBytes);
  return {
    dtype: readPickledDtype(note.get('dtype'), context),
    shape: readShape(note.get('shape'), offsetBytes),
    order,
    padded: (note.get('numpy_array_alignment_bytes') ?? null) !== null,
  };
}

/** The array whose bytes joblib wrote as they were. */
export function rawArray(note: RawArrayNote, bytes: Uint8Array, context: ArrayContext): NdArray {
  return numberArray(note, bytes, note.order, context);
}
