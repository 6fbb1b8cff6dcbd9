/** States that made methods read past the end of an array, or answer with a label that is none; each is refused now. */
import { expect, test } from 'vitest';
import { latin1 } from '../../../../tests/hostile/corpus/attack.ts';
import {
  bool,
  estimator,
  float,
  floats,
  int,
  ints,
  list,
  NONE,
  pickle,
  text,
  tuple,
} from '../../../../tests/hostile/corpus/pickle-writer.ts';
import { readModel } from '../read-model.ts';

function logistic(classes: readonly number[]): string {
  const scores = classes.length === 2 ? 1 : classes.length;
  return estimator('linear_model._logistic', 'LogisticRegression', {
    coef_: floats(new Array<number>(2 * scores).fill(1), [scores, 2]),
    intercept_: floats(new Array<number>(scores).fill(0)),
    classes_: ints(classes),
    n_features_in_: int(2),
    solver: text('lbfgs'),
    multi_class: text('auto'),
  });
}

const refused = (path: string): object => ({ code: 'ESTIMATOR_MALFORMED', path });
const read = (value: string) => readModel(latin1(pickle(value)));

test('votes for a class that there is not', async () => {
  const voting = (...voters: readonly string[]): string =>
    estimator('ensemble._voting', 'VotingClassifier', {
      estimators_: list(...voters),
      classes_: ints([4, 5]),
      voting: text('hard'),
      weights: NONE,
      flatten_transform: bool(true),
    });
  await expect(read(voting(logistic([0, 1])))).resolves.toBeDefined();
  await expect(read(voting(logistic([0, 7])))).rejects.toMatchObject(refused('estimators_[0]'));
});

test('a temperature over the scores of other classes', async () => {
  const calibrated = (inner: readonly number[]): string => {
    const temperature = estimator('calibration', '_TemperatureScaling', { beta_: float(1) });
    const part = estimator('calibration', '_CalibratedClassifier', {
      estimator: logistic(inner),
      calibrators: list(temperature),
      classes: ints([0, 1, 2]),
    });
    return estimator('calibration', 'CalibratedClassifierCV', {
      calibrated_classifiers_: list(part),
      classes_: ints([0, 1, 2]),
      method: text('temperature'),
      n_features_in_: int(2),
    });
  };
  await expect(read(calibrated([0, 1, 2]))).resolves.toBeDefined();
  const path = 'calibrated_classifiers_[0].estimator';
  await expect(read(calibrated([0, 1, 2, 3]))).rejects.toMatchObject(refused(path));
});

test('a percentile of no scores', async () => {
  const selection = (scores: readonly number[]): string =>
    estimator('feature_selection._univariate_selection', 'SelectPercentile', {
      scores_: floats(scores),
      percentile: int(50),
    });
  await expect(read(selection([1, 2]))).resolves.toBeDefined();
  await expect(read(selection([]))).rejects.toMatchObject(refused('scores_'));
});

test('a step that is given rows of another width by one that takes any', async () => {
  const pipeline = (...steps: readonly string[]): string =>
    estimator('pipeline', 'Pipeline', { steps: list(...steps.map((step) => tuple(text('s'), step))) });
  const scaler = estimator('preprocessing._data', 'StandardScaler', {
    scale_: floats([1, 2]),
    mean_: floats([0, 0]),
    var_: floats([1, 4]),
    with_mean: bool(true),
    with_std: bool(true),
    n_features_in_: int(2),
  });
  const model = await read(pipeline(pipeline(text('passthrough')), scaler));
  const rows = (columns: number) => ({ data: new Float64Array(columns).fill(1), rows: 1, columns });
  expect(model.run('transform', rows(2))).toMatchObject({ shape: [1, 2] });
  const wide = { code: 'INPUT_INVALID', message: expect.stringMatching(/come to 3 columns.*takes 2/) };
  expect(() => model.run('transform', rows(3))).toThrow(expect.objectContaining(wide));
  const back = await read(pipeline(scaler, pipeline(text('passthrough')), pipeline(scaler)));
  expect(back.run('inverse_transform', rows(2))).toMatchObject({ shape: [1, 2] });
});

test('labels of no classes', async () => {
  const binarizer = (classes: readonly number[]): string =>
    estimator('preprocessing._label', 'LabelBinarizer', {
      classes_: ints(classes),
      y_type_: text('binary'),
      neg_label: int(0),
      pos_label: int(1),
    });
  await expect(read(binarizer([0, 1]))).resolves.toBeDefined();
  await expect(read(binarizer([]))).rejects.toMatchObject(refused('classes_'));
});
