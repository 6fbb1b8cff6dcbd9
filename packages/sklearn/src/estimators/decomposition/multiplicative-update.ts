/**
 * Multiplicative updates of non-negative factorisation: the weights of rows for given components, which bring down
 * the beta divergence between the rows and their product.
 */
import type { Matrix } from '../../model.ts';
import { multiplyRows, transpose } from '../linear-algebra.ts';

/** What NumPy has as the epsilon of float32; nothing is divided by less. */
const EPSILON = 2 ** -23;

export interface Factorization {
  /** Non-negative, (kept, columns). */
  readonly components: Matrix;
  /** The same, (columns, kept). */
  readonly transposed: Float64Array;
  /** 2 is Frobenius, 1 Kullback-Leibler, 0 Itakura-Saito. */
  readonly beta: number;
  readonly l1: number;
  readonly l2: number;
  /** scikit-learn's NMF adds `l1` to the sums of the components again at each update, where the loss has them. */
  readonly addsAgain: boolean;
}

/** What the updates of all rows are made from. */
export interface Updates {
  /** Replaces the weights by the next ones. */
  readonly update: (weights: Float64Array) => void;
  /** The square root of twice the divergence. */
  readonly divergence: (weights: Float64Array) => number;
}

export function createUpdates(X: Matrix, problem: Factorization): Updates {
  const { beta, components } = problem;
  const kept = components.rows;
  const gamma = beta < 1 ? 1 / (2 - beta) : beta > 2 ? 1 / (beta - 1) : 1;
  const fractions = beta === 2 ? frobeniusFractions(X, problem) : betaFractions(X, problem);
  const numerator = new Float64Array(X.rows * kept);
  const denominator = new Float64Array(X.rows * kept);
  return {
    update: (weights) => {
      fractions(weights, numerator, denominator);
      for (let i = 0; i < weights.length; i++) {
        const weight = weights[i]!;
        const below = denominator[i]! + problem.l1 + problem.l2 * weight;
        const factor = numerator[i]! / (below === 0 ? EPSILON : below);
        weights[i] = weight * (gamma === 1 ? factor : factor ** gamma);
      }
    },
    divergence: (weights) => Math.sqrt(2 * Math.max(divergenceOf(X, weights, problem), 0)),
  };
}

type Fractions = (weights: Float64Array, numerator: Float64Array, denominator: Float64Array) => void;

function frobeniusFractions(X: Matrix, { components }: Factorization): Fractions {
  const { data, rows: kept } = components;
  const projected = new Float64Array(X.rows * kept);
  const gram = new Float64Array(kept * kept);
  multiplyRows(X, data, kept, null, projected);
  multiplyRows(components, data, kept, null, gram);
  return (weights, numerator, denominator) => {
    numerator.set(projected);
    multiplyRows({ data: weights, rows: X.rows, columns: kept }, gram, kept, null, denominator);
  };
}

function betaFractions(X: Matrix, problem: Factorization): Fractions {
  const { beta, components, l1, addsAgain } = problem;
  const { data, rows: kept, columns } = components;
  let added = 0;
  const sums = Float64Array.from({ length: kept }, (_, k) =>
    data.subarray(k * columns, (k + 1) * columns).reduce((sum, value) => sum + value, 0),
  );
  return (weights, numerator, denominator) => {
    const product = productOf(X, weights, problem);
    const ratios = new Float64Array(product.length);
    for (let i = 0; i < product.length; i++) {
      // Nothing but zero is kept from a negative power.
      const value = beta < 2 ? Math.max(product[i]!, EPSILON) : product[i]!;
      ratios[i] = beta === 1 ? X.data[i]! / value : X.data[i]! * value ** (beta - 2);
    }
    multiplyRows({ ...X, data: ratios }, data, kept, null, numerator);
    if (beta === 1) {
      for (let i = 0; i < denominator.length; i++) denominator[i] = sums[i % kept]! + added;
      if (addsAgain) added += l1;
      return;
    }
    for (let i = 0; i < product.length; i++) {
      const value = beta < 1 ? Math.max(product[i]!, EPSILON) : product[i]!;
      product[i] = value ** (beta - 1);
    }
    multiplyRows({ ...X, data: product }, data, kept, null, denominator);
  };
}

function productOf(
  X: Matrix,
  weights: Float64Array,
  { components, transposed }: Factorization,
): Float64Array {
  const product = new Float64Array(X.data.length);
  const left = { data: weights, rows: X.rows, columns: components.rows };
  multiplyRows(left, transposed, components.columns, null, product);
  return product;
}

function divergenceOf(X: Matrix, weights: Float64Array, problem: Factorization): number {
  const { beta } = problem;
  const product = productOf(X, weights, problem);
  let all = 0;
  let inner = 0;
  for (let i = 0; i < product.length; i++) {
    const x = X.data[i]!;
    if (beta === 2) {
      all += (x - product[i]!) ** 2;
      continue;
    }
    all += beta === 1 ? product[i]! : product[i]! ** beta;
    // Zeros have no part in it.
    if (!(x > EPSILON)) continue;
    const value = Math.max(product[i]!, EPSILON);
    if (beta === 1) inner += x * Math.log(x / value) - x;
    else if (beta === 0) inner += x / value - Math.log(x / value);
    else inner += x ** beta - beta * x * value ** (beta - 1);
  }
  if (beta === 2) return all / 2;
  if (beta === 1) return inner + all;
  if (beta === 0) return inner - product.length;
  return (inner + all * (beta - 1)) / (beta * (beta - 1));
}

/** The components with their transpose, prepared once. */
export function createFactorization(
  components: Matrix,
  parameters: Omit<Factorization, 'components' | 'transposed'>,
): Factorization {
  const { data, rows, columns } = components;
  return { components, transposed: transpose(data, rows, columns), ...parameters };
}
