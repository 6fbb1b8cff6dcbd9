/**
 * CalibratedClassifierCV: the scores of classifiers made probabilities by a sigmoid, a rising step function or a
 * temperature, and their mean.
 */
import type { Matrix } from '../../model.ts';
import type { Attribute, Classes } from '../attribute.ts';
import type { Accepts, EstimatorDefinition, FittedEstimator, FittedMethod } from '../definition.ts';
import { innerMethod, numbersOf, readInner, rowsOf, strictest } from '../inner-estimator.ts';
import { interpolate } from '../interpolate.ts';
import { type Fill, labelOfHighest, numbersPerRow } from '../methods.ts';
import type { ObjectState } from '../object-state.ts';
import { expit, softmaxRows } from '../probability.ts';
import { CARRIED_NAMES } from './carried-names.ts';

type Calibrator = (score: number) => number;

/** Added before a logarithm. */
const TINY = 1e-12;

interface Part {
  readonly columns: number | null;
  readonly columnNames: readonly string[] | null;
  readonly accepts: Accepts;
  readonly takes: Pick<FittedEstimator, 'rows' | 'columnKinds'>;
  /** Adds the probabilities of each row. */
  readonly add: Fill;
}

export const CALIBRATED_CLASSIFIER: EstimatorDefinition = {
  className: 'CalibratedClassifierCV',
  module: 'sklearn.calibration',
  parts: [
    'sklearn.calibration _CalibratedClassifier',
    'sklearn.calibration _SigmoidCalibration',
    'sklearn.calibration _TemperatureScaling',
    'sklearn.isotonic IsotonicRegression',
    ...CARRIED_NAMES,
  ],
  load: (state) => {
    const classes = state.classes();
    const count = classes.labels.length;
    if (count < 2) throw state.attribute('classes_').malformed('two classes or more');
    const attribute = state.attribute('calibrated_classifiers_');
    const parts = attribute.items().map((at) => readPart(state, at, classes));
    const [first] = parts;
    if (first === undefined) throw attribute.malformed('one classifier or more');
    const columns = state.has('n_features_in_') ? state.columns() : first.columns;
    if (parts.some((part) => part.columns !== null && part.columns !== columns)) {
      throw attribute.malformed(`classifiers of ${columns} columns`);
    }
    const probabilities: Fill = (X, out) => {
      for (const part of parts) part.add(X, out);
      for (let i = 0; i < out.length; i++) out[i]! /= parts.length;
    };
    const own = state.fitted({
      columns,
      accepts: first.accepts,
      ...first.takes,
      classes,
      methods: {
        predict: labelOfHighest(classes, probabilities),
        predict_proba: numbersPerRow(count, probabilities),
      },
    });
    return { ...own, columnNames: own.columnNames ?? first.columnNames };
  },
};

function readPart(state: ObjectState, at: Attribute, classes: Classes): Part {
  const part = at.object();
  // Up to 1.2 under its older name.
  const place = part.attribute(part.has('estimator') ? 'estimator' : 'base_estimator');
  const inner = readInner(place, null);
  const count = classes.labels.length;
  const hasDecision = inner.methods.decision_function !== undefined;
  const isPair = !hasDecision && count === 2;
  const known = inner.classes ?? classes.labels;
  const method = hasDecision
    ? innerMethod(part, inner, place, 'decision_function', count === 2 ? [-1] : [-1, known.length])
    : innerMethod(part, inner, place, 'predict_proba', [-1, isPair ? 2 : known.length]);
  const calibrators = part.attribute(part.has('calibrators') ? 'calibrators' : 'calibrators_').items();
  const isTemperature = calibrators[0]?.object().className === '_TemperatureScaling';
  const { columns, columnNames } = inner;
  const own = { columns, columnNames, accepts: strictest([inner]), takes: rowsOf([inner]) };
  if (isTemperature) {
    if (known.length !== count) throw place.malformed(`a classifier of ${count} classes`);
    const beta = calibrators[0]!.object().attribute('beta_').number();
    return { ...own, add: withTemperature(method, beta, count, hasDecision) };
  }
  const places = count === 2 ? [1] : known.map((label) => classes.labels.indexOf(label));
  if (places.includes(-1) || places.length !== calibrators.length) {
    throw at.malformed(`a calibrator for each of ${count} classes`);
  }
  const functions = calibrators.map((calibrator) => readCalibrator(state, calibrator));
  return { ...own, add: withFunctions(method, functions, places, count, isPair) };
}

function readCalibrator(state: ObjectState, at: Attribute): Calibrator {
  const calibrator = at.object();
  if (calibrator.className === '_SigmoidCalibration') {
    const a = calibrator.attribute('a_').number();
    const b = calibrator.attribute('b_').number();
    return (score) => expit(-(a * score + b));
  }
  if (calibrator.className !== 'IsotonicRegression') {
    state.refuse('calibrated_classifiers_', `calibration by ${calibrator.className}`);
    return (score) => score;
  }
  const xs = calibrator.attribute('X_thresholds_').vector();
  const ys = calibrator.attribute('y_thresholds_').vector(xs.length);
  if (xs.length === 0) throw at.malformed('a calibrator with points');
  return (score) => interpolate(score, xs, ys);
}

/** Each class by its own calibrator, then divided by their sum; all alike where that is zero. */
function withFunctions(
  method: FittedMethod,
  functions: readonly Calibrator[],
  places: readonly number[],
  count: number,
  isPair: boolean,
): Fill {
  return (X, out) => {
    const scores = numbersOf(method.run(X));
    const width = isPair ? 2 : functions.length;
    const row = new Float64Array(count);
    for (let i = 0; i < X.rows; i++) {
      for (let k = 0; k < functions.length; k++) {
        row[places[k]!] = functions[k]!(scores[i * width + (isPair ? 1 : k)]!);
      }
      if (count === 2) row[0] = 1 - row[1]!;
      else divideBySum(row);
      for (let j = 0; j < count; j++) out[i * count + j]! += atMostOne(row[j]!);
    }
  };
}

function divideBySum(row: Float64Array): void {
  let sum = 0;
  for (let j = 0; j < row.length; j++) sum += row[j]!;
  for (let j = 0; j < row.length; j++) row[j] = sum === 0 ? 1 / row.length : row[j]! / sum;
}

function atMostOne(probability: number): number {
  return probability > 1 && probability <= 1 + 1e-5 ? 1 : probability;
}

/** Scores, or logarithms of probabilities, by one factor and then softmax. From 1.8 on. */
function withTemperature(method: FittedMethod, beta: number, count: number, hasDecision: boolean): Fill {
  return (X, out) => {
    const scores = numbersOf(method.run(X));
    const logits = new Float64Array(X.rows * count);
    const isProbability =
      count > 2 || !hasDecision ? areProbabilities({ data: scores, rows: X.rows, columns: count }) : false;
    for (let i = 0; i < logits.length; i++) {
      if (count === 2 && hasDecision) logits[i] = i % 2 === 0 ? -scores[i >> 1]! : scores[i >> 1]!;
      else logits[i] = isProbability ? Math.log(scores[i]! + TINY) : scores[i]!;
      logits[i]! *= beta;
    }
    softmaxRows(logits, count);
    for (let i = 0; i < out.length; i++) out[i]! += atMostOne(logits[i]!);
  };
}

/** scikit-learn looks at the numbers of all rows, not at where they come from. */
function areProbabilities({ data, rows, columns }: Matrix): boolean {
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    for (let j = i * columns; j < (i + 1) * columns; j++) {
      if (!(data[j]! >= 0 && data[j]! <= 1)) return false;
      sum += data[j]!;
    }
    if (!(Math.abs(sum - 1) <= 1e-5 + 1e-8)) return false;
  }
  return true;
}
