/** Answers as nested lists of JSON values, row by row; what JSON cannot say is a string. */
import type { Label, Output } from '@chamfer/sklearn';

export type JsonValue = number | string | boolean | null | readonly JsonValue[];

/** The answer for each row: of an answer of several arrays a list of them, as the rows of `zip` in Python. */
export function rowsOf(output: Output): readonly JsonValue[] {
  if (output.kind === 'list') {
    const items = output.items.map(rowsOf);
    return (items[0] ?? []).map((_, row) => items.map((item) => item[row]!));
  }
  return nestedOutput(output) as readonly JsonValue[];
}

/** As scikit-learn returns it: a list of arrays stays one. */
export function nestedOutput(output: Output): JsonValue {
  if (output.kind === 'list') return output.items.map(nestedOutput);
  const items: ArrayLike<Label | null> = output.kind === 'numbers' ? output.data : output.values;
  return nest(items, output.shape, 0, 0);
}

function nest(
  items: ArrayLike<Label | null>,
  shape: readonly number[],
  depth: number,
  offset: number,
): JsonValue {
  if (depth === shape.length) return jsonValue(items[offset]!);
  const length = shape[depth]!;
  const step = shape.slice(depth + 1).reduce((product, size) => product * size, 1);
  return Array.from({ length }, (_, at) => nest(items, shape, depth + 1, offset + at * step));
}

function jsonValue(value: Label | null): number | string | boolean | null {
  // Whole numbers past 2^53 are rounded, as JSON readers would round them.
  if (typeof value === 'bigint') return Number(value);
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}
