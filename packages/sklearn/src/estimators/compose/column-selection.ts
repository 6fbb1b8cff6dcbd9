/** Which columns a ColumnTransformer gives to one of its transformers. Refuses what does not name columns of the input. */
import type { PickleValue } from '../../pickle/value.ts';
import type { Attribute } from '../attribute.ts';

/** The columns as indices, in their order. Throws `ESTIMATOR_MALFORMED`. */
export function readColumns(
  attribute: Attribute,
  columns: number,
  names: readonly string[] | null,
): Int32Array {
  const { value } = attribute;
  if (isSlice(value)) return fromSlice(attribute, value.args, columns, names);
  if (value === null || typeof value !== 'object')
    return Int32Array.of(toIndex(attribute, value, columns, names));
  const keys = keysOf(attribute);
  if (keys.length === columns && keys.length > 0 && keys.every((key) => typeof key === 'boolean')) {
    return Int32Array.from(keys.keys()).filter((j) => keys[j] === true);
  }
  return Int32Array.from(keys, (key) => toIndex(attribute, key, columns, names));
}

/** The values of a list or an array, or of what keeps one: scikit-learn's own list of remaining columns. */
function keysOf(attribute: Attribute): PickleValue[] {
  const { value } = attribute;
  if (typeof value === 'object' && value !== null && 'kind' in value) {
    if (value.kind === 'object') return keysOf(attribute.object().attribute('data'));
    if (value.kind === 'ndarray' && value.shape.length === 1 && value.dtype !== 'O') {
      if (Array.isArray(value.data)) return [...(value.data as readonly PickleValue[])];
      const numbers = [...attribute.vector()];
      return value.dtype === 'b1' ? numbers.map((flag) => flag === 1) : numbers;
    }
  }
  return attribute
    .items()
    .map((item) =>
      typeof item.value === 'string' || typeof item.value === 'boolean' ? item.value : item.number(),
    );
}

function toIndex(
  attribute: Attribute,
  key: PickleValue,
  columns: number,
  names: readonly string[] | null,
): number {
  const index = typeof key === 'string' ? (names?.indexOf(key) ?? -1) : typeof key === 'number' ? key : -1;
  const isByNumber = typeof key === 'number';
  const inRange = Number.isInteger(index) && index >= (isByNumber ? -columns : 0) && index < columns;
  if (!inRange) throw attribute.malformed('columns of the input');
  return index < 0 ? index + columns : index;
}

function isSlice(value: PickleValue): value is PickleValue & { readonly args: readonly PickleValue[] } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'kind' in value &&
    value.kind === 'object' &&
    value.global.module === 'builtins' &&
    value.global.name === 'slice'
  );
}

/** `slice(start, stop, step)`; by name the stop belongs to it. */
function fromSlice(
  attribute: Attribute,
  args: readonly PickleValue[],
  columns: number,
  names: readonly string[] | null,
): Int32Array {
  const [start = null, stop = null, step = null] = args;
  const isStep = step === null || (typeof step === 'number' && Number.isInteger(step) && step > 0);
  if (!isStep) throw attribute.malformed('a slice with a step of 1 or more');
  const bound = (value: PickleValue, whenNone: number, past: 0 | 1): number => {
    if (value === null) return whenNone;
    if (typeof value === 'string') {
      const index = names?.indexOf(value) ?? -1;
      if (index !== -1) return index + past;
    }
    if (typeof value !== 'number' || !Number.isInteger(value))
      throw attribute.malformed('a slice of columns');
    return Math.min(Math.max(value < 0 ? value + columns : value, 0), columns);
  };
  const from = bound(start, 0, 0);
  const to = bound(stop, columns, 1);
  const indices: number[] = [];
  for (let j = from; j < to; j += step ?? 1) indices.push(j);
  return Int32Array.from(indices);
}
