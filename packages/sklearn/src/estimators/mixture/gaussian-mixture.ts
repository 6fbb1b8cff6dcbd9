/** GaussianMixture and BayesianGaussianMixture: how likely a row is in each of several normal distributions. */
import type { Attribute } from '../attribute.ts';
import type { EstimatorDefinition, FittedEstimator } from '../definition.ts';
import { digamma } from '../digamma.ts';
import { multiplyCentred, transpose } from '../linear-algebra.ts';
import { argmax, asIntegers, type Fill, numberPerRow, numbersPerRow } from '../methods.ts';
import type { ObjectState } from '../object-state.ts';

export const GAUSSIAN_MIXTURES: readonly EstimatorDefinition[] = [
  { className: 'GaussianMixture', module: 'sklearn.mixture._gaussian_mixture', load: loadMixture },
  { className: 'BayesianGaussianMixture', module: 'sklearn.mixture._bayesian_mixture', load: loadBayesian },
];

interface Components {
  readonly columns: number;
  readonly count: number;
  readonly means: Float64Array;
  /** For each component a (columns, columns) upper triangle, or its diagonal. */
  readonly factors: Float64Array;
  readonly isDiagonal: boolean;
  /** The logarithm of the determinant of each factor. */
  readonly logDeterminants: Float64Array;
}

function loadMixture(state: ObjectState): FittedEstimator {
  const components = readComponents(state);
  const offsets = state.attribute('weights_').vector(components.count).map(Math.log);
  return fitted(state, components, offsets);
}

function loadBayesian(state: ObjectState): FittedEstimator {
  const components = readComponents(state);
  const { count, columns } = components;
  // One for all where they share a covariance.
  const given = state.attribute('degrees_of_freedom_');
  const degrees =
    given.shape().length === 0 ? new Float64Array(count).fill(given.number()) : given.vector(count);
  const precision = state.attribute('mean_precision_').vector(count);
  const offsets = logWeights(state, count);
  for (let k = 0; k < count; k++) {
    let logLambda = columns * Math.LN2;
    for (let j = 0; j < columns; j++) logLambda += digamma(0.5 * (degrees[k]! - j));
    offsets[k]! += 0.5 * (logLambda - columns / precision[k]! - columns * Math.log(degrees[k]!));
  }
  return fitted(state, components, offsets);
}

/** The expected logarithms of the weights, of a Dirichlet process or distribution. */
function logWeights(state: ObjectState, count: number): Float64Array {
  const attribute = state.attribute('weight_concentration_');
  const kind = state.choice('weight_concentration_prior_type', [
    'dirichlet_process',
    'dirichlet_distribution',
  ]);
  if (kind === 'dirichlet_distribution') {
    const all = attribute.vector(count);
    const total = digamma(all.reduce((sum, value) => sum + value, 0));
    return all.map((value) => digamma(value) - total);
  }
  const [a, b] = attribute.items().map((item) => item.vector(count));
  if (a === undefined || b === undefined) throw attribute.malformed('a pair of vectors');
  let left = 0;
  return a.map((value, k) => {
    const both = digamma(value + b[k]!);
    const weight = digamma(value) - both + left;
    left += digamma(b[k]!) - both;
    return weight;
  });
}

function readComponents(state: ObjectState): Components {
  const attribute = state.attribute('means_');
  const { data: means, rows: count, columns: width } = attribute.matrix();
  if (count < 1) throw attribute.malformed('one component or more');
  const columns = state.columns(width);
  const kind = state.choice('covariance_type', ['full', 'tied', 'diag', 'spherical']);
  const at = state.attribute('precisions_cholesky_');
  const factors = readFactors(at, kind, count, columns);
  const isDiagonal = kind === 'diag' || kind === 'spherical';
  const size = isDiagonal ? columns : columns * columns;
  const step = isDiagonal ? 1 : columns + 1;
  const logDeterminants = Float64Array.from({ length: count }, (_, k) => {
    let sum = 0;
    for (let j = 0; j < columns; j++) sum += Math.log(factors[k * size + j * step]!);
    return sum;
  });
  return { columns, count, means, factors, isDiagonal, logDeterminants };
}

/** One for each component, also where they share it or it has but one number. */
function readFactors(
  at: Attribute,
  kind: 'full' | 'tied' | 'diag' | 'spherical',
  count: number,
  columns: number,
): Float64Array {
  const { data, shape } = at.array();
  const expected = {
    full: [count, columns, columns],
    tied: [columns, columns],
    diag: [count, columns],
    spherical: [count],
  }[kind];
  if (shape.join() !== expected.join()) throw at.malformed(`an array of shape (${expected.join(', ')})`);
  if (kind === 'full' || kind === 'diag') return data;
  const size = kind === 'tied' ? columns * columns : columns;
  return Float64Array.from({ length: count * size }, (_, i) =>
    kind === 'tied' ? data[i % size]! : data[Math.floor(i / size)]!,
  );
}

function fitted(state: ObjectState, components: Components, offsets: Float64Array): FittedEstimator {
  const { columns, count, logDeterminants } = components;
  const constants = offsets.map(
    (offset, k) => offset + logDeterminants[k]! - 0.5 * columns * Math.log(2 * Math.PI),
  );
  const squares = squaresOf(components);
  const logs: Fill = (X, out) => {
    squares(X, out);
    for (let i = 0; i < out.length; i++) out[i] = constants[i % count]! - 0.5 * out[i]!;
  };
  const withLogs = (use: (logs: Float64Array, out: Float64Array) => void): Fill => {
    return (X, out) => {
      const values = new Float64Array(X.rows * count);
      logs(X, values);
      use(values, out);
    };
  };
  const predict = withLogs((values, out) => {
    for (let i = 0; i < out.length; i++) out[i] = argmax(values, i * count, count);
  });
  const scores = withLogs((values, out) => {
    for (let i = 0; i < out.length; i++) out[i] = logSumExp(values, i * count, count);
  });
  const probabilities: Fill = (X, out) => {
    logs(X, out);
    for (let row = 0; row < out.length; row += count) {
      const total = logSumExp(out, row, count);
      for (let k = row; k < row + count; k++) out[k] = Math.exp(out[k]! - total);
    }
  };
  return state.fitted({
    columns,
    accepts: 'finite',
    methods: {
      predict: asIntegers(numberPerRow(predict)),
      predict_proba: numbersPerRow(count, probabilities),
      score_samples: numberPerRow(scores),
    },
  });
}

/** |(x - mean) factor|² of each row and component. */
function squaresOf(components: Components): Fill {
  return components.isDiagonal
    ? (X, out) => diagonalSquares(components, X.data, out)
    : fullSquares(components);
}

function diagonalSquares(
  { columns, count, means, factors }: Components,
  data: Float64Array,
  out: Float64Array,
): void {
  for (let i = 0; i * count < out.length; i++) {
    const start = i * columns;
    for (let k = 0; k < count; k++) {
      const at = k * columns;
      let sum = 0;
      for (let j = 0; j < columns; j++) {
        const product = (data[start + j]! - means[at + j]!) * factors[at + j]!;
        sum += product * product;
      }
      out[i * count + k] = sum;
    }
  }
}

/** Rows that are looked at together. */
const BLOCK_ROWS = 256;

function fullSquares({ columns, count, means, factors }: Components): Fill {
  const size = columns * columns;
  const each = Array.from({ length: count }, (_, k) => ({
    mean: means.subarray(k * columns, (k + 1) * columns),
    axes: transpose(factors.subarray(k * size, (k + 1) * size), columns, columns),
  }));
  return (X, out) => {
    const height = Math.min(X.rows, BLOCK_ROWS);
    const projected = new Float64Array(height * columns);
    for (let first = 0; first < X.rows; first += height) {
      const rows = Math.min(height, X.rows - first);
      const block = { data: X.data.subarray(first * columns, (first + rows) * columns), rows, columns };
      for (const [k, { mean, axes }] of each.entries()) {
        multiplyCentred(block, mean, axes, columns, null, projected.subarray(0, rows * columns));
        for (let i = 0; i < rows; i++) {
          let sum = 0;
          for (let j = i * columns; j < (i + 1) * columns; j++) sum += projected[j]! * projected[j]!;
          out[(first + i) * count + k] = sum;
        }
      }
    }
  };
}

function logSumExp(values: Float64Array, start: number, length: number): number {
  let highest = values[start]!;
  for (let k = 1; k < length; k++) highest = Math.max(highest, values[start + k]!);
  if (!Number.isFinite(highest)) return highest;
  let sum = 0;
  for (let k = 0; k < length; k++) sum += Math.exp(values[start + k]! - highest);
  return highest + Math.log(sum);
}
