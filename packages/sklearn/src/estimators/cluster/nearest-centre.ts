/** The clusterings that ask for the nearest of their centres: KMeans and its kin, MeanShift, AffinityPropagation. */
import type { Matrix } from '../../model.ts';
import type { Attribute } from '../attribute.ts';
import type { EstimatorDefinition, FittedEstimator, FittedMethod } from '../definition.ts';
import { dot, multiplyRows } from '../linear-algebra.ts';
import { asIntegers, type Fill, numberPerRow, numbersPerRow } from '../methods.ts';
import { einsumSquaredNorm, fusedDot } from '../neighbors/fused-products.ts';
import type { ObjectState } from '../object-state.ts';

const K_MEANS = 'sklearn.cluster._kmeans';
const BISECTING = 'sklearn.cluster._bisect_k_means';

export const CENTRE_CLUSTERINGS: readonly EstimatorDefinition[] = [
  { className: 'KMeans', module: K_MEANS, load: loadMeans },
  { className: 'MiniBatchKMeans', module: K_MEANS, load: loadMeans },
  {
    className: 'BisectingKMeans',
    module: BISECTING,
    parts: [
      `${BISECTING} _BisectingTree`,
      `${K_MEANS} _kmeans_single_lloyd`,
      `${K_MEANS} _kmeans_single_elkan`,
    ],
    load: loadBisecting,
  },
  { className: 'MeanShift', module: 'sklearn.cluster._mean_shift', load: loadNearest },
  { className: 'AffinityPropagation', module: 'sklearn.cluster._affinity_propagation', load: loadExemplars },
];

interface Centres {
  readonly columns: number;
  readonly matrix: Matrix;
  readonly squares: Float64Array;
}

function readCentres(state: ObjectState, name: string): Centres {
  const attribute = state.attribute(name);
  const matrix = attribute.matrix();
  if (matrix.rows < 1) throw attribute.malformed('one centre or more');
  return { columns: state.columns(matrix.columns), matrix, squares: squaresOf(matrix) };
}

function squaresOf({ data, rows, columns }: Matrix): Float64Array {
  return Float64Array.from({ length: rows }, (_, k) => dot(data, k * columns, data, k * columns, columns));
}

/** The index of the centre with the smallest |c|² - 2xc, the first of equals. */
function nearest({ matrix, squares }: Centres, X: Float64Array, start: number): number {
  const { data, rows, columns } = matrix;
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let k = 0; k < rows; k++) {
    const distance = squares[k]! - 2 * dot(X, start, data, k * columns, columns);
    if (distance < least) {
      least = distance;
      best = k;
    }
  }
  return best;
}

function predictNearest(centres: Centres): FittedMethod {
  return asIntegers(
    numberPerRow((X, out) => {
      const { rows: count } = centres.matrix;
      forProducts(X, centres.matrix, (products, first, rows) => {
        for (let i = 0; i < rows; i++) out[first + i] = leastOf(centres.squares, products, i * count);
      });
    }),
  );
}

/** The index of the smallest |c|² - 2xc, of products xc, the first of equals. */
function leastOf(squares: Float64Array, products: Float64Array, start: number): number {
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let k = 0; k < squares.length; k++) {
    const distance = squares[k]! - 2 * products[start + k]!;
    if (distance < least) {
      least = distance;
      best = k;
    }
  }
  return best;
}

/** As many products are held at a time. */
const BLOCK_NUMBERS = 2 ** 14;

/** Calls `visit` with the products of a block of rows and all centres, which the next block overwrites. */
function forProducts(
  X: Matrix,
  centres: Matrix,
  visit: (products: Float64Array, first: number, rows: number) => void,
): void {
  const { columns } = X;
  const count = centres.rows;
  const height = Math.min(X.rows, Math.max(8, Math.floor(BLOCK_NUMBERS / count)));
  const buffer = new Float64Array(height * count);
  for (let first = 0; first < X.rows; first += height) {
    const rows = Math.min(height, X.rows - first);
    const block = height === X.rows ? X : rowsOf(X, first, rows);
    const products = buffer.subarray(0, rows * count);
    multiplyRows(block, centres.data, count, null, products);
    visit(products, first, rows);
  }

  function rowsOf({ data }: Matrix, first: number, rows: number): Matrix {
    return { data: data.subarray(first * columns, (first + rows) * columns), rows, columns };
  }
}

/** So near to nothing beside the length of the rows, rounding is part of a squared distance. */
const CANCELLED = 1e-5;

/** `euclidean_distances`, which sums |x|² - 2xc + |c|². */
export function distancesTo(matrix: Matrix): Fill {
  const { data, rows: count, columns } = matrix;
  const squares = squaresOf(matrix);
  return (X, out) => {
    multiplyRows(X, data, count, null, out);
    for (let i = 0; i < X.rows; i++) {
      const start = i * columns;
      const square = dot(X.data, start, X.data, start, columns);
      for (let k = 0; k < count; k++) {
        const squared = square - 2 * out[i * count + k]! + squares[k]!;
        const isRounding = squared <= CANCELLED * (square + squares[k]!);
        out[i * count + k] = Math.sqrt(
          isRounding ? cancelled(X.data, start, data, k * columns, columns) : squared,
        );
      }
    }
  };
}

/** The same with scikit-learn's own rounding. */
function cancelled(
  x: Float64Array,
  xStart: number,
  c: Float64Array,
  cStart: number,
  columns: number,
): number {
  const product = -2 * fusedDot(x, xStart, c, cStart, columns);
  const squared = product + einsumSquaredNorm(x, xStart, columns) + einsumSquaredNorm(c, cStart, columns);
  return Math.max(squared, 0);
}

function loadMeans(state: ObjectState): FittedEstimator {
  const centres = readCentres(state, 'cluster_centers_');
  return state.fitted({
    columns: centres.columns,
    accepts: 'finite',
    methods: {
      predict: predictNearest(centres),
      transform: numbersPerRow(centres.matrix.rows, distancesTo(centres.matrix)),
    },
  });
}

function loadNearest(state: ObjectState): FittedEstimator {
  const centres = readCentres(state, 'cluster_centers_');
  const predict = predictNearest(centres);
  return state.fitted({ columns: centres.columns, accepts: 'finite', methods: { predict } });
}

/** Where fitting found no centre, every row is -1. */
function loadExemplars(state: ObjectState): FittedEstimator {
  if (state.choice('affinity', ['euclidean', 'precomputed'], 'euclidean') === 'precomputed') {
    state.refuse('affinity', "'precomputed', with which scikit-learn gives it no method for new rows");
  }
  if (state.optional('cluster_centers_')?.shape()[0] !== 0) return loadNearest(state);
  const predict = asIntegers(numberPerRow((_, out) => out.fill(-1)));
  return state.fitted({ columns: state.columns(), accepts: 'finite', methods: { predict } });
}

/** Two centres to choose from, and what follows each: the next two, or a label. */
interface Branch {
  readonly centres: Centres;
  readonly next: readonly [Branch | number, Branch | number];
}

function loadBisecting(state: ObjectState): FittedEstimator {
  const centres = readCentres(state, 'cluster_centers_');
  const { columns } = centres;
  const mean = state.has('_X_mean') ? state.attribute('_X_mean').vector(columns) : new Float64Array(columns);
  const root = readBranch(state.attribute('_bisecting_tree'), mean, columns);
  const predict = asIntegers(
    numberPerRow((X, out) => {
      for (let i = 0; i < X.rows; i++) {
        let branch = root;
        while (typeof branch !== 'number')
          branch = branch.next[nearest(branch.centres, X.data, i * columns)]!;
        out[i] = branch;
      }
    }),
  );
  return state.fitted({
    columns,
    accepts: 'finite',
    methods: { predict, transform: numbersPerRow(centres.matrix.rows, distancesTo(centres.matrix)) },
  });
}

function readBranch(at: Attribute, mean: Float64Array, columns: number): Branch | number {
  const node = at.object();
  if (node.optional('left') === null) return node.attribute('label').integer(0);
  const [left, right] = [node.attribute('left'), node.attribute('right')];
  const data = new Float64Array(2 * columns);
  for (const [k, side] of [left, right].entries()) {
    const centre = side.object().attribute('center').vector(columns);
    for (let j = 0; j < columns; j++) data[k * columns + j] = centre[j]! + mean[j]!;
  }
  const matrix = { data, rows: 2, columns };
  return {
    centres: { columns, matrix, squares: squaresOf(matrix) },
    next: [readBranch(left, mean, columns), readBranch(right, mean, columns)],
  };
}
