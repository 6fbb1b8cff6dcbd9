/** Estimators that stand inside others: read, and held to the width and the answers that the outer one needs. */
import type { Label, Matrix, MethodName, Output } from '../model.ts';
import type { Attribute, Classes } from './attribute.ts';
import type { Accepts, FittedEstimator, FittedMethod, FittedMethods } from './definition.ts';
import type { ObjectState } from './object-state.ts';

/** An estimator that is given rows of `columns` numbers; `null` where the outer one takes any. */
export function readInner(at: Attribute, columns: number | null): FittedEstimator {
  const inner = at.estimator();
  if (columns !== null && inner.columns !== null && inner.columns !== columns) {
    throw at.malformed(`an estimator of ${columns} columns`);
  }
  return inner;
}

/** A method of `inner` that answers numbers or labels of this shape; -1 stands for the rows, and for any width. */
export function innerMethod(
  state: ObjectState,
  inner: FittedEstimator,
  at: Attribute,
  name: MethodName,
  shape: readonly number[],
): FittedMethod {
  const method = state.methodOf(inner, at, name);
  const isPlaceholder = inner.className === '';
  const fits =
    method.parts === undefined &&
    method.shape.length === shape.length &&
    shape.every((size, axis) => size === -1 || method.shape[axis] === -1 || method.shape[axis] === size);
  if (!isPlaceholder && !fits) {
    throw at.malformed(`an estimator whose ${name} answers (${shape.map(shown).join(', ')})`);
  }
  return method;
}

function shown(size: number, axis: number): string {
  if (size !== -1) return `${size}`;
  return axis === 0 ? 'rows' : 'any';
}

/** What an estimator accepts that hands its rows to all of these. */
export function strictest(estimators: readonly FittedEstimator[]): Accepts {
  const all = estimators.map(({ accepts }) => accepts).filter((accepts) => accepts !== 'anything');
  if (all.length === 0) return 'anything';
  const missing = all.every((accepts) => accepts.startsWith('missing'));
  const asFloat32 = all.some((accepts) => accepts.endsWith('float32'));
  if (missing) return asFloat32 ? 'missing-float32' : 'missing';
  return asFloat32 ? 'finite-float32' : 'finite';
}

/** What an estimator takes that hands its rows to all of these as they are. */
export function rowsOf(
  estimators: readonly FittedEstimator[],
): Pick<FittedEstimator, 'rows' | 'columnKinds'> {
  const first = estimators.find(({ rows }) => rows !== undefined);
  return first === undefined ? {} : { rows: first.rows!, columnKinds: first.columnKinds ?? null };
}

/** What an estimator takes that only passes its columns on. */
export function anythingIn(columns: number | null): Pick<FittedEstimator, 'rows' | 'columnKinds'> {
  const kinds = columns === null ? null : Array.from({ length: columns }, () => ({ kind: 'any' as const }));
  return { rows: 'table', columnKinds: kinds };
}

/** The numbers of an answer that is known to consist of numbers. */
export function numbersOf(output: Output): Float64Array {
  if (output.kind === 'numbers') return output.data;
  if (output.kind === 'labels') return Float64Array.from(output.values, Number);
  throw new TypeError('A list is no answer of one number a row.');
}

/** The index in `classes` of each label of an answer; labels that are not among them count as -1. */
export function classIndices(output: Output, classes: Classes): Int32Array {
  const { labels } = classes;
  const places = new Map<Label | null, number>(labels.map((label, index) => [label, index]));
  const values = output.kind === 'labels' ? output.values : numbersOf(output);
  const indices = new Int32Array(values.length);
  for (let i = 0; i < indices.length; i++) {
    const label = values[i]!;
    // Most labels are whole numbers from 0 on: they are their own places.
    indices[i] = typeof label === 'number' && labels[label] === label ? label : (places.get(label) ?? -1);
  }
  return indices;
}

/** Matrices of the same rows side by side. */
export function sideBySide(rows: number, parts: readonly Matrix[]): Matrix {
  const columns = parts.reduce((sum, part) => sum + part.columns, 0);
  const data = new Float64Array(rows * columns);
  let first = 0;
  for (const part of parts) {
    for (let i = 0; i < rows; i++) {
      const to = i * columns + first;
      const from = i * part.columns;
      for (let j = 0; j < part.columns; j++) data[to + j] = part.data[from + j]!;
    }
    first += part.columns;
  }
  return { data, rows, columns };
}

/** The methods of `inner` that are among `names`, unchanged. */
export function methodsAmong(inner: FittedEstimator, names: readonly MethodName[]): FittedMethods {
  const methods: Partial<Record<MethodName, FittedMethod>> = {};
  for (const name of names) {
    const method = inner.methods[name];
    if (method !== undefined) methods[name] = method;
  }
  return methods;
}
