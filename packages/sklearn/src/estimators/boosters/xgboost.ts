/**
 * XGBoost's scikit-learn classes, in its float32 arithmetic. Refuses classifiers of several labels a row and
 * objectives that are not listed.
 */
import type { Classes } from '../attribute.ts';
import type { EstimatorDefinition, FittedEstimator, FittedMethods } from '../definition.ts';
import { type Fill, labelOfHighest, labelPerRow, numberPerRow, numbersPerRow } from '../methods.ts';
import type { ObjectState } from '../object-state.ts';
import { PLACEHOLDER } from '../placeholder.ts';
import { readXgboostModel, type XgboostModel } from './xgboost-model.ts';

const MODULE = 'xgboost.sklearn';
/** Label encoders are of before 1.6. */
const PARTS = ['xgboost.core Booster', 'xgboost.compat XGBoostLabelEncoder'];
const CLASSES_MAX = 2 ** 16;

export const XGBOOST: readonly EstimatorDefinition[] = [
  { className: 'XGBClassifier', module: MODULE, parts: PARTS, load: loadClassifier },
  { className: 'XGBRegressor', module: MODULE, parts: PARTS, load: loadRegressor },
  { className: 'XGBRFClassifier', module: MODULE, parts: PARTS, load: loadClassifier },
  { className: 'XGBRFRegressor', module: MODULE, parts: PARTS, load: loadRegressor },
  { className: 'XGBRanker', module: MODULE, parts: PARTS, load: loadRegressor },
];

function loadClassifier(state: ObjectState): FittedEstimator {
  const model = readXgboostModel(state);
  if (model === null) return PLACEHOLDER;
  const { groups, answers } = model;
  const classes = classesOf(state, groups);
  const count = classes.labels.length;
  if (count > 2 ? groups !== count : groups !== 1) {
    state.refuse('n_classes_', `${groups} outputs for ${count} classes`);
    return PLACEHOLDER;
  }
  if (count > 2) {
    return fittedOf(state, model, classes, {
      predict: labelOfHighest(classes, answers),
      predict_proba: numbersPerRow(count, answers),
    });
  }
  const both: Fill = (X, out) => {
    answers(X, out.subarray(0, X.rows));
    for (let i = X.rows - 1; i >= 0; i--) {
      const second = out[i]!;
      out[2 * i + 1] = second;
      out[2 * i] = Math.fround(1 - second);
    }
  };
  return fittedOf(state, model, classes, {
    predict: labelPerRow(classes, (X, indices) => {
      const second = new Float64Array(X.rows);
      answers(X, second);
      for (let i = 0; i < X.rows; i++) indices[i] = second[i]! > 0.5 ? 1 : 0;
    }),
    predict_proba: numbersPerRow(2, both),
  });
}

function loadRegressor(state: ObjectState): FittedEstimator {
  const model = readXgboostModel(state);
  if (model === null) return PLACEHOLDER;
  const { groups, answers, objective } = model;
  if (objective.startsWith('multi:')) {
    state.refuse('objective', objective);
    return PLACEHOLDER;
  }
  return fittedOf(state, model, undefined, {
    predict: groups === 1 ? numberPerRow(answers) : numbersPerRow(groups, answers),
  });
}

function fittedOf(
  state: ObjectState,
  { columns, columnNames, apply, takes }: XgboostModel,
  classes: Classes | undefined,
  methods: FittedMethods,
): FittedEstimator {
  // Trees compare what is infinite; the linear booster refuses it.
  const accepts = apply === null ? 'missing-float32' : 'anything';
  const all = apply === null ? methods : { ...methods, apply };
  return { ...state.fitted({ columns, accepts, ...takes, classes, methods: all }), columnNames };
}

/** Before 1.6 an encoder may know the labels; else they are numbers from 0, whatever `classes_` says. */
function classesOf(state: ObjectState, groups: number): Classes {
  const encoder = state.optional('_le');
  if (encoder !== null) return encoder.object().classes();
  const count = state.optional('n_classes_')?.integer(2, CLASSES_MAX) ?? Math.max(groups, 2);
  return { labels: Array.from({ length: count }, (_, k) => k), datatype: 'INT64' };
}
