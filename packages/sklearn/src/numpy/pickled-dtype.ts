/**
 * Reads a dtype out of a pickle: the object that `numpy.dtype(...)` and its state left behind. Refuses record
 * types with classes of their own.
 */
import type { Meter } from '../pickle/limits.ts';
import {
  isKind,
  type PickleDict,
  type PickleObject,
  type PickleTuple,
  type PickleValue,
} from '../pickle/value.ts';
import {
  AXES_MAX,
  countElements,
  type Dtype,
  type DtypeField,
  malformed,
  parseDtype,
  structuredDtype,
  unsupported,
} from './dtype.ts';

/** dtypes inside dtypes: a structure of sub-arrays of structures is three deep. */
const DEPTH_MAX = 16;

/** What reading an array needs besides its own values. */
export interface ArrayContext {
  /** Shared by all arrays of a file: most name the same few dtypes. */
  readonly dtypes: Map<PickleObject, SizedDtype>;
  readonly meter: Meter;
  /** Only for errors. */
  readonly offsetBytes: number;
}

/** A dtype with axes of its own, as the fields of a structured dtype may have. */
export interface SizedDtype {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
}

/** The dtype of an array. Throws `PICKLE_MALFORMED` or `ARRAY_UNSUPPORTED`. */
export function readPickledDtype(value: PickleValue | undefined, context: ArrayContext): Dtype {
  const { dtype, shape } = readSized(value, context, 0);
  if (shape.length > 0) throw malformed('An array has a sub-array as its dtype.', context.offsetBytes);
  return dtype;
}

function readSized(value: PickleValue | undefined, context: ArrayContext, depth: number): SizedDtype {
  const { offsetBytes } = context;
  if (!isKind(value, 'object') || value.global.module !== 'numpy' || value.global.name !== 'dtype') {
    throw malformed('An array has something else than a dtype where its dtype should be.', offsetBytes);
  }
  const known = context.dtypes.get(value);
  if (known !== undefined) return known;
  if (depth > DEPTH_MAX) throw malformed('A dtype is nested too deep.', offsetBytes);
  const sized = readNew(value, context, depth);
  // Without its state a dtype may still change.
  if (value.state !== undefined) context.dtypes.set(value, sized);
  return sized;
}

function readNew(value: PickleObject, context: ArrayContext, depth: number): SizedDtype {
  const { offsetBytes } = context;
  const text = asText(value.args[0]);
  if (text === null) throw unsupported('Arrays of a record class cannot be read.', offsetBytes);
  if (value.state === undefined) return { dtype: parseDtype(text, offsetBytes), shape: [] };
  const state = isKind(value.state, 'tuple') ? value.state.items : [];
  const [version, order, subdtype, names, fields, itemsize] = state;
  if (typeof version !== 'number' || version < 3 || version > 4 || state.length < 8) {
    throw malformed('The state of a dtype has an unknown layout.', offsetBytes);
  }
  if (isKind(subdtype, 'tuple')) {
    const base = readSized(subdtype.items[0], context, depth + 1);
    const shape = [...readShape(subdtype.items[1], offsetBytes), ...base.shape];
    countElements(shape, offsetBytes);
    return { dtype: base.dtype, shape };
  }
  if (isKind(names, 'tuple') && isKind(fields, 'dict') && typeof itemsize === 'number') {
    const read = readFields(names, fields, context, depth);
    return { dtype: structuredDtype(read, itemsize, offsetBytes), shape: [] };
  }
  const orderText = asText(order);
  if (orderText === null || !/^[<>|=]$/.test(orderText))
    throw malformed('A dtype has no byte order.', offsetBytes);
  const bare = text.replace(/^[<>|=]/, '');
  return { dtype: parseDtype(`${orderText}${bare}${readTimeUnit(bare, state[8])}`, offsetBytes), shape: [] };
}

function readFields(
  names: PickleTuple,
  fields: PickleDict,
  context: ArrayContext,
  depth: number,
): DtypeField[] {
  const { offsetBytes } = context;
  context.meter.countOpcodes(names.items.length + fields.entries.length, offsetBytes);
  const byName = new Map(fields.entries.map(([key, field]) => [asText(key), field]));
  return names.items.map((item) => {
    const name = asText(item);
    const field = byName.get(name);
    const parts = isKind(field, 'tuple') ? field.items : [];
    const offset = parts[1];
    if (name === null || typeof offset !== 'number' || !Number.isInteger(offset)) {
      throw malformed('A structured dtype lacks one of its fields.', offsetBytes);
    }
    const { dtype, shape } = readSized(parts[0], context, depth + 1);
    return { name, dtype, offset, shape };
  });
}

/** `datetime64` keeps its unit in the metadata: `({}, (b'ns', 1, 1, 1))`. */
function readTimeUnit(text: string, metadata: PickleValue | undefined): string {
  if (!/^[mM]8$/.test(text) || !isKind(metadata, 'tuple')) return '';
  const unit = metadata.items[1];
  if (!isKind(unit, 'tuple')) return '';
  const name = asText(unit.items[0]);
  const multiple = unit.items[1];
  if (name === null || name === 'generic' || typeof multiple !== 'number') return '';
  return `[${multiple === 1 ? '' : String(multiple)}${name}]`;
}

/** A tuple of axis lengths, or one length. */
export function readShape(value: PickleValue | undefined, offsetBytes: number): number[] {
  const items = isKind(value, 'tuple') ? value.items : [value];
  if (items.length > AXES_MAX) throw malformed(`An array has ${items.length} axes.`, offsetBytes);
  const shape = items.map((item) => {
    // joblib writes the lengths of some arrays as NumPy integers.
    const length = isKind(item, 'ndarray') && item.shape.length === 0 ? Number(firstNumber(item.data)) : item;
    if (typeof length !== 'number') throw malformed('An array has an impossible shape.', offsetBytes);
    return length;
  });
  countElements(shape, offsetBytes);
  return shape;
}

function firstNumber(data: unknown): unknown {
  return ArrayBuffer.isView(data) ? (data as Float64Array)[0] : Number.NaN;
}

const ascii = new TextDecoder();

/** Text, or the bytes that Python 2 wrote for it. */
function asText(value: PickleValue | undefined): string | null {
  if (typeof value === 'string') return value;
  return value instanceof Uint8Array && value.length <= 256 ? ascii.decode(value) : null;
}
