/**
 * The selectors that ask an estimator: SelectFromModel by its importances, RFE, RFECV and SequentialFeatureSelector
 * by what they found while fitting. VarianceThreshold, which asks nobody, stands with them.
 */

import type { MethodName } from '../../model.ts';
import type { Accepts, EstimatorDefinition, FittedEstimator, FittedMethod } from '../definition.ts';
import { methodsAmong, readInner } from '../inner-estimator.ts';
import { asMatrix } from '../methods.ts';
import type { ObjectState } from '../object-state.ts';
import { readImportances } from './importances.ts';
import { readSupport, selectionMethods, selector } from './selection.ts';

/** What RFE asks of the estimator that it fitted on the columns that stayed. */
const OF_ESTIMATOR = [
  'predict',
  'predict_proba',
  'predict_log_proba',
  'decision_function',
] as const satisfies readonly MethodName[];

export const SELECTORS_BY_ESTIMATOR: readonly EstimatorDefinition[] = [
  {
    className: 'VarianceThreshold',
    module: 'sklearn.feature_selection._variance_threshold',
    load: (state) => {
      const threshold = state.attribute('threshold').number();
      const variances = state.attribute('variances_').vector();
      return selector(
        state,
        Array.from(variances, (variance) => variance > threshold),
        'missing',
      );
    },
  },
  { className: 'SelectFromModel', module: 'sklearn.feature_selection._from_model', load: loadFromModel },
  { className: 'RFE', module: 'sklearn.feature_selection._rfe', load: loadElimination },
  { className: 'RFECV', module: 'sklearn.feature_selection._rfe', load: loadElimination },
  {
    className: 'SequentialFeatureSelector',
    module: 'sklearn.feature_selection._sequential',
    load: (state) => {
      const estimator = state.attribute('estimator').object();
      const takesMissing = estimator.className.startsWith('HistGradientBoosting');
      return selector(state, readSupport(state), takesMissing ? 'missing' : 'finite');
    },
  },
];

function loadElimination(state: ObjectState): FittedEstimator {
  const kept = readSupport(state);
  const columns = state.columns(kept.length);
  const inner = readInner(state.attribute('estimator_'), kept.filter(Boolean).length);
  const selection = selectionMethods(kept);
  const select = selection.transform!;
  const asked = Object.entries(methodsAmong(inner, OF_ESTIMATOR)).map(
    ([name, method]): [string, FittedMethod] => [
      name,
      { ...method, run: (X) => method.run(asMatrix(select.run(X))) },
    ],
  );
  return {
    ...state.fitted({
      columns,
      accepts: acceptedBy(inner),
      methods: { ...selection, ...Object.fromEntries(asked) },
    }),
    classes: inner.classes,
  };
}

/** The selector checks for what is missing; whether numbers are too large is only asked by the estimator. */
function acceptedBy({ accepts }: FittedEstimator): Accepts {
  return accepts === 'anything' ? 'finite' : accepts;
}

function loadFromModel(state: ObjectState): FittedEstimator {
  // Fitted before, the estimator is only kept under its parameter's name.
  const at = state.attribute(state.has('estimator_') ? 'estimator_' : 'estimator');
  const inner = readInner(at, null);
  const columns = state.has('n_features_in_') ? state.columns() : inner.columns;
  if (columns === null || (inner.columns ?? columns) !== columns) {
    throw at.malformed('an estimator that keeps its width');
  }
  const getter = state.optional('importance_getter');
  if (getter !== null && getter.value !== 'auto')
    state.refuse('importance_getter', 'importances asked for by name');
  const importances = readImportances(state, at, columns) ?? new Float64Array(columns);
  const threshold = readThreshold(state, at.object(), importances);
  const most = readMost(state, columns);
  const order = Int32Array.from(importances.keys()).sort(
    (a, b) => importances[b]! - importances[a]! || a - b,
  );
  const candidates = new Set(order.subarray(0, most));
  const kept = Array.from(importances, (value, j) => candidates.has(j) && !(value < threshold));
  const accepts: Accepts = inner.accepts.startsWith('missing') ? 'missing' : 'finite';
  return state.fitted({ columns, accepts, methods: selectionMethods(kept) });
}

function readMost(state: ObjectState, columns: number): number {
  const attribute = state.optional('max_features_') ?? state.optional('max_features');
  return attribute === null ? columns : attribute.integer(0, columns);
}

/** A number, or `'mean'`, `'median'`, `'1.5*mean'`; without one the mean, or nearly nothing after an L1 penalty. */
function readThreshold(state: ObjectState, estimator: ObjectState, importances: Float64Array): number {
  const attribute = state.optional('threshold');
  if (attribute === null) return isSparse(estimator) ? 1e-5 : meanOf(importances);
  if (typeof attribute.value !== 'string') return attribute.number();
  const [, scale = '1', reference] =
    /^(?:\s*([\d.eE+-]+)\s*\*)?\s*(mean|median)\s*$/.exec(attribute.value) ?? [];
  if (reference === undefined) throw attribute.malformed("a number, 'mean' or 'median', perhaps scaled");
  return Number(scale) * (reference === 'mean' ? meanOf(importances) : medianOf(importances));
}

function isSparse(estimator: ObjectState): boolean {
  if (estimator.className.includes('Lasso')) return true;
  if (estimator.optional('penalty')?.value === 'l1') return true;
  const ratio = estimator.optional(estimator.className === 'ElasticNetCV' ? 'l1_ratio_' : 'l1_ratio');
  return (
    estimator.className.startsWith('ElasticNet') && ratio !== null && Math.abs(ratio.number() - 1) <= 1e-5
  );
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function medianOf(values: Float64Array): number {
  const sorted = values.toSorted();
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}
