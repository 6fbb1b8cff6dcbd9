/** FixedThresholdClassifier and TunedThresholdClassifierCV: the second of two classes from a score of their own choice on. */
import type { Label } from '../../model.ts';
import { isKind, type PickleValue } from '../../pickle/value.ts';
import type { Classes } from '../attribute.ts';
import type { EstimatorDefinition, FittedEstimator, FittedMethod } from '../definition.ts';
import { innerMethod, methodsAmong, numbersOf, readInner } from '../inner-estimator.ts';
import { labelPerRow } from '../methods.ts';
import type { ObjectState } from '../object-state.ts';
import { CARRIED_NAMES } from './carried-names.ts';

const MODULE = 'sklearn.model_selection._classification_threshold';

export const THRESHOLD_CLASSIFIERS: readonly EstimatorDefinition[] = [
  {
    className: 'FixedThresholdClassifier',
    module: MODULE,
    parts: CARRIED_NAMES,
    load: (state) => load(state, 'threshold', state.optional('pos_label')?.value ?? null),
  },
  {
    className: 'TunedThresholdClassifierCV',
    module: MODULE,
    parts: CARRIED_NAMES,
    load: (state) => load(state, 'best_threshold_', tunedLabel(state)),
  },
];

/** Metrics that count the label 1 as positive unless told otherwise. */
const POSITIVE_IS_ONE = [
  'average_precision_score',
  'f1_score',
  'fbeta_score',
  'jaccard_score',
  'precision_score',
  'recall_score',
];

/** What the scorer counts as positive. */
function tunedLabel(state: ObjectState): PickleValue {
  const scorer = state.optional('_curve_scorer')?.object();
  if (scorer === undefined) return null;
  const told = scorer.optional('_kwargs')?.dict().get('pos_label');
  if (told !== undefined) return told.value;
  const metric = scorer.optional('_score_func')?.value;
  return isKind(metric, 'global') && POSITIVE_IS_ONE.includes(metric.name) ? 1 : null;
}

function load(state: ObjectState, thresholdName: string, posLabel: PickleValue): FittedEstimator {
  const at = state.attribute('estimator_');
  const inner = readInner(at, null);
  const classes = at.object().attribute('classes_').classes();
  if (classes.labels.length !== 2) throw at.malformed('a classifier of two classes');
  const response = state.choice('response_method', ['auto', 'predict_proba', 'decision_function']);
  const isProbability =
    response === 'predict_proba' || (response === 'auto' && inner.methods.predict_proba !== undefined);
  // As in Python True is 1.
  const isPositive = (label: Label): boolean =>
    label === posLabel || (typeof label !== 'string' && Number(label) === posLabel);
  const positive = posLabel === null ? 1 : classes.labels.findIndex(isPositive);
  if (positive === -1) throw at.malformed('a classifier that knows the positive label');
  const scores = isProbability
    ? innerMethod(state, inner, at, 'predict_proba', [-1, 2])
    : innerMethod(state, inner, at, 'decision_function', [-1]);
  const attribute = state.attribute(thresholdName);
  const threshold = attribute.value === 'auto' ? (isProbability ? 0.5 : 0) : attribute.number();
  return {
    ...inner,
    className: state.className,
    methods: {
      ...methodsAmong(inner, ['predict_proba', 'predict_log_proba', 'decision_function']),
      predict: predictFrom(classes, scores, isProbability, positive, threshold),
    },
  };
}

function predictFrom(
  classes: Classes,
  scores: FittedMethod,
  isProbability: boolean,
  positive: number,
  threshold: number,
): FittedMethod {
  return labelPerRow(classes, (X, indices) => {
    const values = numbersOf(scores.run(X));
    for (let i = 0; i < indices.length; i++) {
      const score = isProbability ? values[2 * i + positive]! : positive === 0 ? -values[i]! : values[i]!;
      indices[i] = score >= threshold ? positive : 1 - positive;
    }
  });
}
