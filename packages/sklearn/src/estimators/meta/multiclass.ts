/** OneVsRest, OneVsOne and OutputCode: many classes by binary classifiers. Refuses those of precomputed kernels. */
import type { Matrix } from '../../model.ts';
import type { Classes } from '../attribute.ts';
import type { EstimatorDefinition, FittedEstimator, FittedMethod, FittedMethods } from '../definition.ts';
import {
  argmax,
  asIntegers,
  type Fill,
  labelOfHighest,
  labelPerRow,
  numberPerRow,
  numbersPerRow,
} from '../methods.ts';
import type { ObjectState } from '../object-state.ts';
import { confidenceOf } from '../vote-confidence.ts';
import { type Member, type Members, readMembers } from './binary-scores.ts';

const PARTS = ['sklearn.multiclass _ConstantPredictor'];
const MODULE = 'sklearn.multiclass';

export const MULTICLASS: readonly EstimatorDefinition[] = [
  { className: 'OneVsRestClassifier', module: MODULE, parts: PARTS, load: loadOneVsRest },
  { className: 'OneVsOneClassifier', module: MODULE, parts: PARTS, load: loadOneVsOne },
  { className: 'OutputCodeClassifier', module: MODULE, parts: PARTS, load: loadOutputCode },
];

function fitted(
  state: ObjectState,
  { columns, accepts, columnNames, takes }: Members,
  classes: Classes | undefined,
  methods: FittedMethods,
): FittedEstimator {
  const own = state.fitted({ columns, accepts, ...takes, classes, methods });
  return { ...own, columnNames: own.columnNames ?? columnNames };
}

function loadOneVsRest(state: ObjectState): FittedEstimator {
  const members = readMembers(state);
  const { all } = members;
  const binarizer = state.attribute('label_binarizer_').object();
  const classes = binarizer.attribute('classes_').classes();
  const count = classes.labels.length;
  const isMultilabel = binarizer.attribute('y_type_').text().startsWith('multilabel');
  if (all.length !== (count === 2 && !isMultilabel ? 1 : count)) {
    throw state.attribute('estimators_').malformed(`a binary estimator for each of ${count} classes`);
  }
  const scores = sideBySide(all, 'score');
  const decision = all.every(({ hasDecision }) => hasDecision)
    ? { decision_function: all.length === 1 ? numberPerRow(scores) : numbersPerRow(all.length, scores) }
    : {};
  const probabilities = all.every(({ probability }) => probability !== null)
    ? { predict_proba: restProbabilities(all, isMultilabel) }
    : {};
  const predict = isMultilabel ? labelFlags(all, scores) : restLabels(classes, all, scores);
  return fitted(state, members, isMultilabel ? undefined : classes, {
    predict,
    ...decision,
    ...probabilities,
  });
}

/** A column each of one kind of score. */
function sideBySide(all: readonly Member[], kind: 'score' | 'probability'): Fill {
  const count = all.length;
  return (X, out) => {
    for (const [j, member] of all.entries()) {
      const values = (member[kind] ?? member.score)(X);
      for (let i = 0; i < X.rows; i++) out[i * count + j] = values[i]!;
    }
  };
}

function restLabels(classes: Classes, all: readonly Member[], scores: Fill): FittedMethod {
  const count = all.length;
  return labelPerRow(classes, (X, indices) => {
    const out = new Float64Array(X.rows * count);
    scores(X, out);
    for (let i = 0; i < X.rows; i++) {
      if (count === 1) {
        indices[i] = out[i]! > all[0]!.threshold ? 1 : 0;
        continue;
      }
      // The last of equals, unlike elsewhere.
      let best = 0;
      for (let j = 1; j < count; j++) if (out[i * count + j]! >= out[i * count + best]!) best = j;
      indices[i] = best;
    }
  });
}

function labelFlags(all: readonly Member[], scores: Fill): FittedMethod {
  const count = all.length;
  const { threshold } = all[0]!;
  return asIntegers(
    numbersPerRow(count, (X, out) => {
      scores(X, out);
      for (let i = 0; i < out.length; i++) out[i] = out[i]! > threshold ? 1 : 0;
    }),
  );
}

function restProbabilities(all: readonly Member[], isMultilabel: boolean): FittedMethod {
  const count = all.length;
  const each = sideBySide(all, 'probability');
  if (count === 1) {
    return numbersPerRow(2, (X, out) => {
      const second = all[0]!.probability!(X);
      for (let i = 0; i < X.rows; i++) {
        out[2 * i] = 1 - second[i]!;
        out[2 * i + 1] = second[i]!;
      }
    });
  }
  return numbersPerRow(count, (X, out) => {
    each(X, out);
    for (let row = 0; row < out.length && !isMultilabel; row += count) {
      let sum = 0;
      for (let j = row; j < row + count; j++) sum += out[j]!;
      for (let j = row; j < row + count; j++) out[j]! /= sum;
    }
  });
}

function loadOneVsOne(state: ObjectState): FittedEstimator {
  const members = readMembers(state);
  const { all } = members;
  const classes = state.classes();
  const count = classes.labels.length;
  if (all.length !== (count * (count - 1)) / 2) {
    throw state.attribute('estimators_').malformed(`a binary estimator for each pair of ${count} classes`);
  }
  if (state.optional('pairwise_indices_') !== null) state.refuse('pairwise_indices_', 'precomputed kernels');
  const votes = votesOfPairs(all, count, confidenceOf(state));
  if (count > 2) {
    return fitted(state, members, classes, {
      decision_function: numbersPerRow(count, votes),
      predict: labelOfHighest(classes, votes),
    });
  }
  const { threshold } = all[0]!;
  const second: Fill = (X, out) => {
    const both = new Float64Array(2 * X.rows);
    votes(X, both);
    for (let i = 0; i < X.rows; i++) out[i] = both[2 * i + 1]!;
  };
  return fitted(state, members, classes, {
    decision_function: numberPerRow(second),
    predict: labelPerRow(classes, (X, indices) => {
      const scores = new Float64Array(X.rows);
      second(X, scores);
      for (let i = 0; i < X.rows; i++) indices[i] = scores[i]! > threshold ? 1 : 0;
    }),
  });
}

/** A vote a pair, and a little by how sure they are together. */
function votesOfPairs(all: readonly Member[], count: number, squeeze: (sums: Float64Array) => void): Fill {
  return (X, out) => {
    const sums = new Float64Array(X.rows * count);
    let pair = 0;
    for (let a = 0; a < count; a++) {
      for (let b = a + 1; b < count; b++, pair++) {
        const member = all[pair]!;
        const scores = member.score(X);
        const choices = member.choice!(X);
        for (let i = 0; i < X.rows; i++) {
          sums[i * count + a]! -= scores[i]!;
          sums[i * count + b]! += scores[i]!;
          out[i * count + (choices[i] === 0 ? a : b)]! += 1;
        }
      }
    }
    squeeze(sums);
    for (let i = 0; i < out.length; i++) out[i]! += sums[i]!;
  };
}

function loadOutputCode(state: ObjectState): FittedEstimator {
  const members = readMembers(state);
  const { all } = members;
  const classes = state.classes();
  const rows = classes.labels.length;
  const { data: codes } = state.attribute('code_book_').matrix({ rows, columns: all.length });
  const scores = sideBySide(all, 'score');
  return fitted(state, members, classes, {
    predict: labelPerRow(classes, (X, indices) => {
      const out = new Float64Array(X.rows * all.length);
      scores(X, out);
      nearestRows({ rows: X.rows, columns: all.length, data: out }, codes, rows, indices);
    }),
  });
}

/** The nearest code: the one with the highest 2xy - |y|². */
function nearestRows(
  { data, rows, columns }: Matrix,
  codes: Float64Array,
  count: number,
  indices: Int32Array,
): void {
  const nearness = new Float64Array(count);
  for (let i = 0; i < rows; i++) {
    for (let c = 0; c < count; c++) {
      let sum = 0;
      for (let k = 0; k < columns; k++) {
        const code = codes[c * columns + k]!;
        sum += 2 * data[i * columns + k]! * code - code * code;
      }
      nearness[c] = sum;
    }
    indices[i] = argmax(nearness, 0, count);
  }
}
