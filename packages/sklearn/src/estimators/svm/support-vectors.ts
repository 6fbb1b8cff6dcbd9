/**
 * What all support vector machines of libsvm keep: support vectors, dense or sparse, and a kernel. Refuses kernels
 * that are functions.
 */
import type { Matrix } from '../../model.ts';
import { visitKernelBlocks } from '../kernels/kernel-sums.ts';
import { type Kernel, linear, polynomial, power, radial, sigmoid } from '../kernels/pairwise-kernels.ts';
import { dot } from '../linear-algebra.ts';
import type { ObjectState } from '../object-state.ts';
import { dotSparse, readSparseMatrix, type SparseMatrix } from '../sparse-matrix.ts';

export interface SupportVectors {
  readonly columns: number;
  readonly count: number;
  /** How many numbers the vectors hold; those of sparse ones that are zero do not count. */
  readonly size: number;
  /**
   * Calls `visit` for each row of X with the row's number, and the kernel's values with all support vectors,
   * which stand in `values` from `start` on.
   */
  readonly forEachRow: (X: Matrix, visit: (row: number, values: Float64Array, start: number) => void) => void;
  /**
   * Where the kernel is the product of two rows, so that sums of vectors can be taken beforehand: adds vector
   * `index` times `factor` to the numbers from `start` on.
   */
  readonly addTo: ((sums: Float64Array, start: number, index: number, factor: number) => void) | null;
}

type KernelName = 'rbf' | 'linear' | 'poly' | 'sigmoid';

/** The coefficients, one row for each of `rows` machines; those of sparse models are a sparse matrix without zeros. */
export function readCoefficients(state: ObjectState, rows: number): Matrix {
  const attribute = state.attribute('_dual_coef_');
  if (!isSparse(state)) return attribute.matrix({ rows });
  const { columns, starts, columnsOf, data } = readSparseMatrix(attribute, { rows });
  const isFull = data.length === rows * columns && columnsOf.every((column, i) => column === i % columns);
  if (!isFull || starts.some((start, row) => start !== row * columns))
    throw attribute.malformed('a matrix without zeros');
  return { data, rows, columns };
}

/** `count` support vectors, as many as the coefficients say. */
export function readSupportVectors(state: ObjectState, count: number): SupportVectors {
  const name = state.choice('kernel', ['rbf', 'linear', 'poly', 'sigmoid', 'precomputed']);
  if (name === 'precomputed') return readPrecomputed(state, count);
  return isSparse(state) ? readSparse(state, name, count) : readDense(state, name, count);
}

function isSparse(state: ObjectState): boolean {
  return state.has('_sparse') && state.attribute('_sparse').boolean();
}

function readDense(state: ObjectState, name: KernelName, count: number): SupportVectors {
  const vectors = state.attribute('support_vectors_').matrix({ rows: count });
  const columns = state.columns(vectors.columns);
  const kernel = readKernel(state, name);
  const addTo: SupportVectors['addTo'] = (sums, start, index, factor) => {
    for (let k = 0; k < columns; k++) sums[start + k]! += factor * vectors.data[index * columns + k]!;
  };
  return {
    columns,
    count,
    size: vectors.data.length,
    forEachRow: (X, visit) =>
      visitKernelBlocks(X, vectors, kernel, ({ data, rows }, _, first) => {
        for (let i = 0; i < rows; i++) visit(first + i, data, i * count);
      }),
    addTo: name === 'linear' ? addTo : null,
  };
}

function readKernel(state: ObjectState, name: KernelName): Kernel {
  switch (name) {
    case 'linear':
      return linear;
    case 'rbf':
      return radial(state.attribute('_gamma').number());
    case 'sigmoid':
      return sigmoid(state.attribute('_gamma').number(), state.attribute('coef0').number());
    case 'poly':
      return polynomial(
        state.attribute('_gamma').number(),
        state.attribute('coef0').number(),
        state.attribute('degree').integer(0),
      );
  }
}

function readSparse(state: ObjectState, name: KernelName, count: number): SupportVectors {
  const vectors = readSparseMatrix(state.attribute('support_vectors_'), { rows: count });
  const columns = state.columns(vectors.columns);
  const kernel = readSparseKernel(state, name, vectors);
  const addTo: SupportVectors['addTo'] = (sums, start, index, factor) => {
    const { starts, columnsOf, data } = vectors;
    for (let at = starts[index]!; at < starts[index + 1]!; at++) {
      sums[start + columnsOf[at]!]! += factor * data[at]!;
    }
  };
  return {
    columns,
    count,
    size: vectors.data.length,
    forEachRow: ({ data, rows }, visit) => {
      const values = new Float64Array(count);
      for (let i = 0; i < rows; i++) {
        kernel(data, i * columns, values);
        visit(i, values, 0);
      }
    },
    addTo: name === 'linear' ? addTo : null,
  };
}

/** Writes the kernel's values of one dense row with all sparse vectors. */
type SparseKernel = (row: Float64Array, start: number, out: Float64Array) => void;

function readSparseKernel(state: ObjectState, name: KernelName, vectors: SparseMatrix): SparseKernel {
  const ofProducts =
    (map: (product: number) => number): SparseKernel =>
    (row, start, out) => {
      for (let s = 0; s < out.length; s++) out[s] = map(dotSparse(vectors, s, row, start));
    };
  if (name === 'linear') return ofProducts((product) => product);
  const gamma = state.attribute('_gamma').number();
  if (name === 'rbf') {
    return (row, start, out) => {
      const squares = dot(row, start, row, start, vectors.columns);
      for (let s = 0; s < out.length; s++)
        out[s] = Math.exp(-gamma * squaredDistance(vectors, s, row, start, squares));
    };
  }
  const coef0 = state.attribute('coef0').number();
  if (name === 'sigmoid') return ofProducts((product) => Math.tanh(gamma * product + coef0));
  const degree = state.attribute('degree').integer(0);
  return ofProducts((product) => power(gamma * product + coef0, degree));
}

/** Where the vector has no number the squares of the row count, `squares` all in all. */
function squaredDistance(
  { starts, columnsOf, data }: SparseMatrix,
  index: number,
  row: Float64Array,
  start: number,
  squares: number,
): number {
  let within = 0;
  let distance = 0;
  for (let at = starts[index]!; at < starts[index + 1]!; at++) {
    const value = row[start + columnsOf[at]!]!;
    const difference = value - data[at]!;
    within += value * value;
    distance += difference * difference;
  }
  return distance + Math.max(squares - within, 0);
}

/** A row holds its kernel's values with all training rows; those of the support vectors are taken out. */
function readPrecomputed(state: ObjectState, count: number): SupportVectors {
  const columns = state.columns(state.attribute('shape_fit_').items()[0]?.integer(1));
  const support = state.attribute('support_').indices([count], 0, columns - 1);
  const values = new Float64Array(count);
  return {
    columns,
    count,
    size: count,
    forEachRow: (X, visit) => {
      for (let i = 0; i < X.rows; i++) {
        for (let j = 0; j < count; j++) values[j] = X.data[i * columns + support[j]!]!;
        visit(i, values, 0);
      }
    },
    addTo: null,
  };
}
