/**
 * GaussianProcessClassifier by Laplace's approximation: one process for two classes, one for each of several against
 * the rest, or one for each pair of them.
 */
import type { Matrix } from '../../model.ts';
import type { Classes } from '../attribute.ts';
import type { EstimatorDefinition, FittedMethod, FittedMethods } from '../definition.ts';
import { visitKernelBlocks } from '../kernels/kernel-sums.ts';
import { dot } from '../linear-algebra.ts';
import { argmax, type Fill, labelPerRow, numbersPerRow } from '../methods.ts';
import { normalCdf } from '../normal-distribution.ts';
import type { ObjectState } from '../object-state.ts';
import { divideBySums, spreadBinary } from '../probability.ts';
import { explainedVariances } from './explained-variances.ts';
import { type Covariance, KERNEL_PARTS, readCovariance } from './kernels.ts';

/**
 * The logistic function as a sum of five error functions: C. K. I. Williams and D. Barber, Bayesian Classification
 * with Gaussian Processes (1998), appendix A.
 */
const LAMBDAS = [0.41, 0.4, 0.37, 0.44, 0.39] as const;
const WEIGHTS = [-1854.8214151, 3516.89893646, 221.29346712, 128.12323805, -2010.49422654] as const;

export const GAUSSIAN_PROCESS_CLASSIFIER: EstimatorDefinition = {
  className: 'GaussianProcessClassifier',
  module: 'sklearn.gaussian_process._gpc',
  parts: [
    ...KERNEL_PARTS,
    'sklearn.gaussian_process._gpc _BinaryGaussianProcessClassifierLaplace',
    'sklearn.multiclass OneVsRestClassifier',
    'sklearn.multiclass OneVsOneClassifier',
  ],
  load: (state) => {
    const classes = state.classes();
    const count = classes.labels.length;
    if (count < 2) throw state.attribute('classes_').malformed('two classes or more');
    const attribute = state.attribute('base_estimator_');
    const base = attribute.object();
    const mode = count === 2 ? 'binary' : state.choice('multi_class', ['one_vs_rest', 'one_vs_one']);
    const pairs = (count * (count - 1)) / 2;
    const processes =
      mode === 'binary' ? [readProcess(base)] : readProcesses(base, mode === 'one_vs_one' ? pairs : count);
    const columns = state.columns(processes[0]!.columns);
    if (processes.some((one) => one.columns !== columns))
      throw attribute.malformed(`processes of ${columns} columns`);
    const methods = {
      binary: () => binaryMethods(classes, processes[0]!),
      one_vs_one: () => ({ predict: voteOfPairs(classes, processes) }),
      one_vs_rest: () => severalMethods(classes, processes, state.since(1, 7) ? 0 : Number.NaN),
    }[mode]();
    return state.fitted({ columns, accepts: 'finite', classes, methods });
  },
};

/** One process of two classes: its mean decides, mean and variance give the probability of the second. */
interface Process {
  readonly columns: number;
  readonly means: Fill;
  readonly probabilities: Fill;
}

function readProcesses(base: ObjectState, count: number): Process[] {
  const attribute = base.attribute('estimators_');
  const items = attribute.items();
  if (items.length !== count) throw attribute.malformed(`a list of ${count} processes`);
  return items.map((item) => readProcess(item.object()));
}

function readProcess(state: ObjectState): Process {
  const rows = state.attribute('X_train_').matrix();
  const { columns } = rows;
  const count = rows.rows;
  const targets = state.attribute('y_train_').vector(count);
  const pi = state.attribute('pi_').vector(count);
  const weights = targets.map((target, i) => target - pi[i]!);
  const scales = state.attribute('W_sr_').vector(count);
  const triangle = state.attribute('L_').matrix({ rows: count, columns: count }).data;
  const covariance = readCovariance(state.attribute('kernel_'), columns);
  const means: Fill = (X, out) =>
    visitKernelBlocks(X, rows, covariance.between, (values, block, first) => {
      for (let i = 0; i < block.rows; i++) out[first + i] = dot(values.data, i * count, weights, 0, count);
    });
  return { columns, means, probabilities: probabilitiesOf(rows, covariance, weights, scales, triangle) };
}

function probabilitiesOf(
  rows: Matrix,
  covariance: Covariance,
  weights: Float64Array,
  scales: Float64Array,
  triangle: Float64Array,
): Fill {
  const count = rows.rows;
  const explain = explainedVariances(triangle, scales);
  return (X, out) => {
    const variances = new Float64Array(X.rows);
    covariance.diagonal(X, variances);
    visitKernelBlocks(X, rows, covariance.between, (values, block, first) => {
      const explained = new Float64Array(block.rows);
      explain(values, explained);
      for (let i = 0; i < block.rows; i++) {
        const mean = dot(values.data, i * count, weights, 0, count);
        out[first + i] = averageLogistic(mean, variances[first + i]! - explained[i]!);
      }
    });
  };
}

/** The mean of the logistic function over a normal distribution. */
function averageLogistic(mean: number, variance: number): number {
  const alpha = 1 / (2 * variance);
  let sum = 0;
  for (let k = 0; k < LAMBDAS.length; k++) {
    const lambda = LAMBDAS[k]!;
    const argument = lambda * mean * Math.sqrt(alpha / (alpha + lambda * lambda));
    const integral = (Math.sqrt(Math.PI / alpha) * erf(argument)) / (2 * Math.sqrt(variance * 2 * Math.PI));
    sum += WEIGHTS[k]! * (integral + 0.5);
  }
  return sum;
}

function erf(x: number): number {
  return 2 * normalCdf(x * Math.SQRT2) - 1;
}

function binaryMethods(classes: Classes, { means, probabilities }: Process): FittedMethods {
  return {
    predict: labelPerRow(classes, (X, indices) => {
      const values = new Float64Array(X.rows);
      means(X, values);
      for (let i = 0; i < X.rows; i++) indices[i] = values[i]! > 0 ? 1 : 0;
    }),
    predict_proba: numbersPerRow(2, (X, out) => {
      probabilities(X, out.subarray(0, X.rows));
      spreadBinary(out, X.rows);
    }),
  };
}

/**
 * The last of equals is predicted, as in scikit-learn's one versus rest. `empty` stands for 0 / 0, where all
 * processes say zero.
 */
function severalMethods(classes: Classes, processes: readonly Process[], empty: number): FittedMethods {
  const count = classes.labels.length;
  const each: Fill = (X, out) => {
    const values = new Float64Array(X.rows);
    for (const [c, { probabilities }] of processes.entries()) {
      probabilities(X, values);
      for (let i = 0; i < X.rows; i++) out[i * count + c] = values[i]!;
    }
  };
  return {
    predict: labelPerRow(classes, (X, indices) => {
      const values = new Float64Array(X.rows * count);
      each(X, values);
      for (let i = 0; i < X.rows; i++) {
        let highest = Number.NEGATIVE_INFINITY;
        for (let c = 0; c < count; c++) {
          if (!(values[i * count + c]! >= highest)) continue;
          highest = values[i * count + c]!;
          indices[i] = c;
        }
      }
    }),
    predict_proba: numbersPerRow(count, (X, out) => {
      each(X, out);
      divideBySums(out, count, empty);
    }),
  };
}

/** The winners of all pairs are voted upon; sums of their probabilities, squeezed to less than half a vote, on top. */
function voteOfPairs(classes: Classes, processes: readonly Process[]): FittedMethod {
  const count = classes.labels.length;
  return labelPerRow(classes, (X, indices) => {
    const votes = new Float64Array(X.rows * count);
    const confidence = new Float64Array(X.rows * count);
    const means = new Float64Array(X.rows);
    const shares = new Float64Array(X.rows);
    let pair = 0;
    for (let first = 0; first < count; first++) {
      for (let second = first + 1; second < count; second++, pair++) {
        processes[pair]!.means(X, means);
        processes[pair]!.probabilities(X, shares);
        for (let i = 0; i < X.rows; i++) {
          votes[i * count + (means[i]! > 0 ? second : first)]! += 1;
          confidence[i * count + first]! -= shares[i]!;
          confidence[i * count + second]! += shares[i]!;
        }
      }
    }
    for (let i = 0; i < votes.length; i++) votes[i]! += confidence[i]! / (3 * (Math.abs(confidence[i]!) + 1));
    for (let i = 0; i < X.rows; i++) indices[i] = argmax(votes, i * count, count);
  });
}
