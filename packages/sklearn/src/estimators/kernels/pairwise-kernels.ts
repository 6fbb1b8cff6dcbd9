/**
 * Kernels of two sets of rows, as scikit-learn's `pairwise_kernels` and its support vector machines have them.
 * Refuses rows that the chi-squared kernels cannot take.
 */
import { SklearnError } from '../../errors.ts';
import type { Matrix } from '../../model.ts';
import { dot, multiplyRows } from '../linear-algebra.ts';
import { exponentialDistances } from './squared-distances.ts';

/** Writes k(x, y) of each row of X with each row of Y: a row-major (X.rows, Y.rows) matrix. */
export type Kernel = (X: Matrix, Y: Matrix, out: Float64Array) => void;

/** A function of two rows of the same length. */
type Pair = (a: Float64Array, aStart: number, b: Float64Array, bStart: number, length: number) => number;

export const linear: Kernel = (X, Y, out) => multiplyRows(X, Y.data, Y.rows, null, out);

/** `(gamma x y + coef0) ** degree`. */
export function polynomial(gamma: number, coef0: number, degree: number): Kernel {
  return (X, Y, out) => {
    linear(X, Y, out);
    for (let i = 0; i < out.length; i++) out[i] = power(gamma * out[i]! + coef0, degree);
  };
}

/** Whole powers up to here are products, as libsvm has them: many times as fast. */
const PRODUCTS_MOST = 16;

export function power(value: number, degree: number): number {
  if (!(Number.isInteger(degree) && degree >= 0 && degree <= PRODUCTS_MOST)) return value ** degree;
  let result = 1;
  let factor = value;
  for (let rest = degree; rest > 0; rest >>= 1) {
    if (rest & 1) result *= factor;
    factor *= factor;
  }
  return result;
}

export function sigmoid(gamma: number, coef0: number): Kernel {
  return ofProducts((product) => Math.tanh(gamma * product + coef0));
}

export function radial(gamma: number): Kernel {
  return (X, Y, out) => exponentialDistances(X, Y, -gamma, out);
}

function laplacian(gamma: number): Kernel {
  return ofPairs((a, aStart, b, bStart, length) => {
    let sum = 0;
    for (let k = 0; k < length; k++) sum += Math.abs(a[aStart + k]! - b[bStart + k]!);
    return Math.exp(-gamma * sum);
  });
}

/** The cosine of the angle; that with a row of zeros is zero. */
const cosine: Kernel = (X, Y, out) => {
  linear(X, Y, out);
  const inverseX = inverseNorms(X);
  const inverseY = inverseNorms(Y);
  for (let i = 0; i < X.rows; i++) {
    for (let j = 0; j < Y.rows; j++) out[i * Y.rows + j]! *= inverseX[i]! * inverseY[j]!;
  }
};

const additiveChiSquared: Kernel = (X, Y, out) => {
  refuseNegative(X);
  negativeChiSquared(X, Y, out);
};

function chiSquared(gamma: number): Kernel {
  return (X, Y, out) => {
    additiveChiSquared(X, Y, out);
    for (let i = 0; i < out.length; i++) out[i] = Math.exp(gamma * out[i]!);
  };
}

/** A kernel from a function of two rows. */
function ofPairs(pair: Pair): Kernel {
  return (X, Y, out) => {
    const { columns } = X;
    for (let i = 0; i < X.rows; i++) {
      for (let j = 0; j < Y.rows; j++) {
        out[i * Y.rows + j] = pair(X.data, i * columns, Y.data, j * columns, columns);
      }
    }
  };
}

function ofProducts(map: (product: number) => number): Kernel {
  return (X, Y, out) => {
    linear(X, Y, out);
    for (let i = 0; i < out.length; i++) out[i] = map(out[i]!);
  };
}

const negativeChiSquared = ofPairs((a, aStart, b, bStart, length) => {
  let sum = 0;
  for (let k = 0; k < length; k++) {
    const x = a[aStart + k]!;
    const y = b[bStart + k]!;
    if (x + y !== 0) sum -= ((x - y) * (x - y)) / (x + y);
  }
  return sum;
});

function inverseNorms({ data, rows, columns }: Matrix): Float64Array {
  const inverse = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    const norm = Math.sqrt(dot(data, i * columns, data, i * columns, columns));
    inverse[i] = norm === 0 ? 1 : 1 / norm;
  }
  return inverse;
}

function refuseNegative({ data, columns }: Matrix): void {
  const index = data.findIndex((value) => value < 0);
  if (index === -1) return;
  const path = `inputs[${Math.floor(index / columns)}][${index % columns}]`;
  throw new SklearnError('INPUT_INVALID', `${path} is negative, which the kernel does not take.`, { path });
}

/** The names of `pairwise_kernels`. */
export const KERNEL_NAMES = [
  'linear',
  'poly',
  'polynomial',
  'rbf',
  'laplacian',
  'sigmoid',
  'cosine',
  'chi2',
  'additive_chi2',
] as const;

/** A kernel by its name; without a gamma it is one over the number of columns. */
export function pairwiseKernel(
  name: (typeof KERNEL_NAMES)[number],
  parameters: {
    readonly gamma: number | null;
    readonly degree: number;
    readonly coef0: number;
    readonly columns: number;
  },
): Kernel {
  const { degree, coef0, columns } = parameters;
  const gamma = parameters.gamma ?? 1 / columns;
  switch (name) {
    case 'linear':
      return linear;
    case 'poly':
    case 'polynomial':
      return polynomial(gamma, coef0, degree);
    case 'rbf':
      return radial(gamma);
    case 'laplacian':
      return laplacian(gamma);
    case 'sigmoid':
      return sigmoid(gamma, coef0);
    case 'cosine':
      return cosine;
    case 'chi2':
      // The one kernel with a default of its own.
      return chiSquared(parameters.gamma ?? 1);
    case 'additive_chi2':
      return additiveChiSquared;
  }
}
