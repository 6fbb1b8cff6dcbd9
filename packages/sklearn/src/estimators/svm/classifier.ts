/**
 * SVC and NuSVC: one machine for each pair of classes, whose winners are voted upon; probabilities, where they were
 * fitted, by Platt's sigmoid for each pair and their coupling.
 */
import type { Classes } from '../attribute.ts';
import type { EstimatorDefinition, FittedEstimator, FittedMethods } from '../definition.ts';
import { dot, multiplyRows } from '../linear-algebra.ts';
import {
  argmax,
  type Fill,
  labelOfHighest,
  labelPerRow,
  numberPerRow,
  numbersPerRow,
  probabilityMethods,
} from '../methods.ts';
import type { ObjectState } from '../object-state.ts';
import { SPARSE_MATRIX_PARTS } from '../sparse-matrix.ts';
import { confidenceOf } from '../vote-confidence.ts';
import { createCoupling } from './pairwise-coupling.ts';
import { readCoefficients, readSupportVectors, type SupportVectors } from './support-vectors.ts';

const MODULE = 'sklearn.svm._classes';
/** No pair is more certain than this: libsvm's bound. */
const PROBABILITY_MIN = 1e-7;
/** Half a megabyte of sums is worth it whatever the vectors take. */
const SUMS_MAX = 2 ** 16;

export const SUPPORT_VECTOR_CLASSIFIERS: readonly EstimatorDefinition[] = [
  { className: 'SVC', module: MODULE, parts: SPARSE_MATRIX_PARTS, load },
  { className: 'NuSVC', module: MODULE, parts: SPARSE_MATRIX_PARTS, load },
];

/** Scores of each pair of classes (0 and 1, 0 and 2, ... 1 and 2, ...): above zero for the first. */
interface PairScores {
  readonly pairs: number;
  readonly fill: Fill;
}

function load(state: ObjectState): FittedEstimator {
  const classes = state.classes();
  const count = classes.labels.length;
  if (count < 2) throw state.attribute('classes_').malformed('two classes or more');
  const coef = readCoefficients(state, count - 1);
  const machine = readSupportVectors(state, coef.columns);
  const scores = readPairScores(state, machine, coef.data, count);
  return state.fitted({
    columns: machine.columns,
    accepts: 'finite',
    classes,
    methods: { ...decisionMethods(state, classes, scores), ...readProbabilities(state, count, scores) },
  });
}

function readPairScores(
  state: ObjectState,
  machine: SupportVectors,
  coef: Float64Array,
  count: number,
): PairScores {
  const pairs = (count * (count - 1)) / 2;
  const intercept = state.attribute('_intercept_').vector(pairs);
  const starts = readStarts(state, count, machine.count);
  // With many classes the sums take more room than the vectors.
  if (machine.addTo !== null && pairs * machine.columns <= SUMS_MAX + machine.size) {
    const weights = sumVectors(machine.addTo, machine.columns, coef, starts);
    return { pairs, fill: (X, out) => multiplyRows(X, weights, pairs, intercept, out) };
  }
  const all = machine.count;
  const fill: Fill = (X, out) =>
    machine.forEachRow(X, (row, values, start) => {
      let pair = 0;
      for (let i = 0; i < count; i++) {
        const ofI = starts[i]!;
        for (let j = i + 1; j < count; j++, pair++) {
          const ofJ = starts[j]!;
          const first = dot(coef, (j - 1) * all + ofI, values, start + ofI, starts[i + 1]! - ofI);
          const second = dot(coef, i * all + ofJ, values, start + ofJ, starts[j + 1]! - ofJ);
          out[row * pairs + pair] = first + second + intercept[pair]!;
        }
      }
    });
  return { pairs, fill };
}

/** Where the support vectors of each class start, and after the last where they end. */
function readStarts(state: ObjectState, count: number, all: number): Int32Array {
  // Before 0.22 the attribute had no underscore before its name.
  const attribute = state.attribute(state.has('_n_support') ? '_n_support' : 'n_support_');
  const sizes = attribute.indices([count], 0, all);
  const starts = new Int32Array(count + 1);
  for (let i = 0; i < count; i++) starts[i + 1] = starts[i]! + sizes[i]!;
  if (starts[count] !== all) throw attribute.malformed(`${count} numbers that add up to ${all}`);
  return starts;
}

/** With the linear kernel each pair has one vector of weights. */
function sumVectors(
  addTo: NonNullable<SupportVectors['addTo']>,
  columns: number,
  coef: Float64Array,
  starts: Int32Array,
): Float64Array {
  const count = starts.length - 1;
  const all = starts[count]!;
  const weights = new Float64Array(((count * (count - 1)) / 2) * columns);
  let at = 0;
  const add = (machine: number, from: number, to: number): void => {
    for (let s = from; s < to; s++) addTo(weights, at, s, coef[machine * all + s]!);
  };
  for (let i = 0; i < count; i++) {
    for (let j = i + 1; j < count; j++, at += columns) {
      add(j - 1, starts[i]!, starts[i + 1]!);
      add(i, starts[j]!, starts[j + 1]!);
    }
  }
  return weights;
}

function decisionMethods(state: ObjectState, classes: Classes, scores: PairScores): FittedMethods {
  const count = classes.labels.length;
  const { pairs, fill } = scores;
  const shape = state.choice('decision_function_shape', ['ovr', 'ovo'], 'ovr');
  const breaksTies = state.has('break_ties') && state.attribute('break_ties').boolean();
  const squeeze = confidenceOf(state);
  const oneVersusRest: Fill = (X, out) => {
    const sums = new Float64Array(out.length);
    addVotes(X.rows, count, fillPairs(X), out, sums);
    squeeze(sums);
    for (let i = 0; i < out.length; i++) out[i]! += sums[i]!;
  };
  const fillPairs = (X: Parameters<Fill>[0]): Float64Array => {
    const values = new Float64Array(X.rows * pairs);
    fill(X, values);
    return values;
  };
  const predict = labelPerRow(classes, (X, indices) => {
    const votes = new Float64Array(X.rows * count);
    addVotes(X.rows, count, fillPairs(X), votes, null);
    for (let i = 0; i < X.rows; i++) indices[i] = argmax(votes, i * count, count);
  });
  if (count === 2) {
    const decision_function = numberPerRow((X, out) => {
      fill(X, out);
      for (let i = 0; i < out.length; i++) out[i] = -out[i]!;
    });
    return { decision_function, predict };
  }
  if (shape === 'ovo') {
    // scikit-learn refuses to predict with both.
    if (breaksTies) state.refuse('break_ties', 'True with decision_function_shape "ovo"');
    return { decision_function: numbersPerRow(pairs, fill), predict };
  }
  return {
    decision_function: numbersPerRow(count, oneVersusRest),
    predict: breaksTies ? labelOfHighest(classes, oneVersusRest) : predict,
  };
}

/**
 * A vote for the winner of each pair. In `decision_function` a score of zero is a vote for the first class and in
 * `predict` for the second, and there the scores are added up too.
 */
function addVotes(
  rows: number,
  count: number,
  scores: Float64Array,
  out: Float64Array,
  sums: Float64Array | null,
): void {
  let at = 0;
  for (let row = 0; row < rows * count; row += count) {
    for (let i = 0; i < count; i++) {
      for (let j = i + 1; j < count; j++, at++) {
        const score = scores[at]!;
        const isFirst = sums === null ? score > 0 : !(score < 0);
        out[row + (isFirst ? i : j)]! += 1;
        if (sums === null) continue;
        sums[row + i]! += score;
        sums[row + j]! -= score;
      }
    }
  }
}

/** Only where they were fitted: `probability` alone says little, it may be the string "deprecated". */
function readProbabilities(state: ObjectState, count: number, scores: PairScores): FittedMethods {
  const probability = state.attribute('probability');
  if (probability.value === 'deprecated' || !probability.boolean()) return {};
  const { pairs, fill } = scores;
  // Before 0.22 without an underscore before their names.
  const [slopeName, offsetName] = state.has('_probA') ? ['_probA', '_probB'] : ['probA_', 'probB_'];
  if (state.attribute(slopeName).vector().length === 0) return {};
  const slopes = state.attribute(slopeName).vector(pairs);
  const offsets = state.attribute(offsetName).vector(pairs);
  const probabilities: Fill = (X, out) => {
    const values = new Float64Array(X.rows * pairs);
    fill(X, values);
    const ofPairs = new Float64Array(count * count);
    const coupling = createCoupling(count);
    let at = 0;
    for (let row = 0; row < X.rows; row++) {
      let pair = 0;
      for (let i = 0; i < count; i++) {
        for (let j = i + 1; j < count; j++, pair++, at++) {
          const p = plattSigmoid(values[at]! * slopes[pair]! + offsets[pair]!);
          const bounded = Math.min(Math.max(p, PROBABILITY_MIN), 1 - PROBABILITY_MIN);
          ofPairs[i * count + j] = bounded;
          ofPairs[j * count + i] = 1 - bounded;
        }
      }
      coupling.solve(ofPairs, out, row * count);
    }
  };
  return probabilityMethods(count, probabilities);
}

/** `1 / (1 + exp(x))`, without overflow. */
function plattSigmoid(x: number): number {
  return x >= 0 ? Math.exp(-x) / (1 + Math.exp(-x)) : 1 / (1 + Math.exp(x));
}
