/** The selectors that score each column by itself: the k best, a share of them, or those below an error rate. */
import type { EstimatorDefinition, FittedEstimator } from '../definition.ts';
import type { ObjectState } from '../object-state.ts';
import { selector } from './selection.ts';

const MODULE = 'sklearn.feature_selection._univariate_selection';

type Selection = (state: ObjectState, parameter: string) => boolean[];

/** The functions that gave the scores: read as names, the scores are there. */
const SCORE_FUNCTIONS = [
  ...['f_classif', 'f_regression', 'f_oneway', 'r_regression', 'chi2'].map((name) => `${MODULE} ${name}`),
  'sklearn.feature_selection._mutual_info mutual_info_classif',
  'sklearn.feature_selection._mutual_info mutual_info_regression',
];

export const UNIVARIATE_SELECTORS: readonly EstimatorDefinition[] = [
  define('SelectKBest', 'k', kBest),
  define('SelectPercentile', 'percentile', percentile),
  define('SelectFpr', 'alpha', falsePositiveRate),
  define('SelectFdr', 'alpha', falseDiscoveryRate),
  define('SelectFwe', 'alpha', familyWiseError),
  {
    className: 'GenericUnivariateSelect',
    module: MODULE,
    load: (state) => {
      const mode = state.choice('mode', ['percentile', 'k_best', 'fpr', 'fdr', 'fwe']);
      return selector(state, BY_MODE[mode](state, 'param'), 'finite');
    },
  },
];

const BY_MODE: Readonly<Record<'percentile' | 'k_best' | 'fpr' | 'fdr' | 'fwe', Selection>> = {
  percentile,
  k_best: kBest,
  fpr: falsePositiveRate,
  fdr: falseDiscoveryRate,
  fwe: familyWiseError,
};

function define(className: string, parameter: string, select: Selection): EstimatorDefinition {
  return {
    className,
    module: MODULE,
    parts: SCORE_FUNCTIONS,
    load: (state): FittedEstimator => selector(state, select(state, parameter), 'finite'),
  };
}

/** Scores that are NaN come last. */
function readScores(state: ObjectState): Float64Array {
  const attribute = state.attribute('scores_');
  const scores = attribute.vector();
  if (scores.length === 0) throw attribute.malformed('a score a column');
  return scores.map((score) => (Number.isNaN(score) ? -Number.MAX_VALUE : score));
}

function kBest(state: ObjectState, parameter: string): boolean[] {
  const scores = readScores(state);
  const attribute = state.attribute(parameter);
  const k = attribute.value === 'all' ? scores.length : Math.min(attribute.integer(0), scores.length);
  // A stable sort: of equal scores the later columns stay.
  const order = Int32Array.from(scores.keys()).sort((a, b) => scores[a]! - scores[b]! || a - b);
  const kept = new Set(order.subarray(scores.length - k));
  return Array.from(scores, (_, j) => kept.has(j));
}

function percentile(state: ObjectState, parameter: string): boolean[] {
  const scores = readScores(state);
  const percent = state.attribute(parameter).number();
  if (percent === 100) return Array.from(scores, () => true);
  if (!(percent > 0 && percent < 100)) return Array.from(scores, () => false);
  const threshold = percentileOf(scores, 100 - percent);
  let room = Math.trunc((scores.length * percent) / 100) - scores.filter((score) => score > threshold).length;
  // Of those at the threshold the first ones stay.
  return Array.from(scores, (score) => score > threshold || (score === threshold && room-- > 0));
}

/** `numpy.percentile`, linear between neighbours. */
function percentileOf(values: Float64Array, percent: number): number {
  const sorted = values.toSorted();
  const place = (percent / 100) * (sorted.length - 1);
  const below = Math.floor(place);
  const a = sorted[below]!;
  const b = sorted[Math.min(below + 1, sorted.length - 1)]!;
  const t = place - below;
  return t >= 0.5 ? b - (b - a) * (1 - t) : a + (b - a) * t;
}

function falsePositiveRate(state: ObjectState, parameter: string): boolean[] {
  const alpha = state.attribute(parameter).number();
  return Array.from(state.attribute('pvalues_').vector(), (p) => p < alpha);
}

/** Benjamini and Hochberg. */
function falseDiscoveryRate(state: ObjectState, parameter: string): boolean[] {
  const pvalues = state.attribute('pvalues_').vector();
  const alpha = state.attribute(parameter).number();
  const count = pvalues.length;
  const passing = pvalues.toSorted().filter((p, rank) => p <= (alpha / count) * (rank + 1));
  const highest = passing.at(-1) ?? Number.NEGATIVE_INFINITY;
  return Array.from(pvalues, (p) => p <= highest);
}

function familyWiseError(state: ObjectState, parameter: string): boolean[] {
  const pvalues = state.attribute('pvalues_').vector();
  const alpha = state.attribute(parameter).number();
  return Array.from(pvalues, (p) => p < alpha / pvalues.length);
}
