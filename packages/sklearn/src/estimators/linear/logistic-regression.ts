/**
 * LogisticRegression, also with cross-validation: scores X coef' + intercept, made probabilities by softmax or, one
 * against the rest, each by the logistic function.
 */
import { scoreMethods } from '../classifier-methods.ts';
import type { EstimatorDefinition, FittedEstimator } from '../definition.ts';
import { multiplyRows } from '../linear-algebra.ts';
import { type Fill, probabilityMethods } from '../methods.ts';
import type { ObjectState } from '../object-state.ts';
import { divideBySums, expit, shareOfNone, softmaxRows, spreadBinary } from '../probability.ts';
import { readIntercept } from './intercept.ts';

const MODULE = 'sklearn.linear_model._logistic';

export const LOGISTIC_REGRESSIONS: readonly EstimatorDefinition[] = [
  { className: 'LogisticRegression', module: MODULE, load },
  { className: 'LogisticRegressionCV', module: MODULE, load },
];

function load(state: ObjectState): FittedEstimator {
  const classes = state.classes();
  const count = classes.labels.length;
  if (count < 2) throw state.attribute('classes_').malformed('two classes or more');
  const outputs = count === 2 ? 1 : count;
  const coef = state.attribute('coef_').matrix({ rows: outputs });
  const columns = state.columns(coef.columns);
  const intercept = readIntercept(state, outputs);
  const scores: Fill = (X, out) => multiplyRows(X, coef.data, outputs, intercept, out);
  const probabilities = isOneVersusRest(state, count)
    ? oneVersusRest(state, scores, count)
    : softmaxOf(scores, count);
  return state.fitted({
    columns,
    accepts: 'finite',
    classes,
    methods: { ...scoreMethods(classes, scores), ...probabilityMethods(count, probabilities) },
  });
}

/** `multi_class` was a parameter up to 1.7; from then on only two classes are one against the other. */
function isOneVersusRest(state: ObjectState, count: number): boolean {
  const multiClass = state.choice(
    'multi_class',
    ['auto', 'ovr', 'multinomial', 'warn', 'deprecated'],
    'auto',
  );
  if (multiClass === 'ovr' || multiClass === 'warn') return true;
  if (multiClass === 'multinomial') return false;
  if (count === 2) return true;
  const solver = state.attribute('solver').text();
  return (
    !state.since(1, 8) && (solver === 'liblinear' || (solver === 'newton-cholesky' && !state.since(1, 6)))
  );
}

function oneVersusRest(state: ObjectState, scores: Fill, count: number): Fill {
  const empty = shareOfNone(state, count);
  return (X, out) => {
    scores(X, out);
    for (let i = 0; i < out.length; i++) out[i] = expit(out[i]!);
    if (count === 2) spreadBinary(out, X.rows);
    else divideBySums(out, count, empty);
  };
}

function softmaxOf(scores: Fill, count: number): Fill {
  return (X, out) => {
    scores(X, out);
    if (count === 2) {
      for (let i = X.rows - 1; i >= 0; i--) {
        const score = out[i]!;
        out[2 * i] = -score;
        out[2 * i + 1] = score;
      }
    }
    softmaxRows(out, count);
  };
}
