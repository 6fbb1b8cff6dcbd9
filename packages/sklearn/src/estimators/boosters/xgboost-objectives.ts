/** XGBoost's objectives: from their margins to answers and back, in float32 as XGBoost computes them. */

import { expFloat32 } from './float32-exponential.ts';

/** Answers of an objective from `groups` margins a row, in place; and the margin that gives an answer. */
export interface Objective {
  readonly answer: (margins: Float64Array, groups: number) => void;
  readonly marginOf: (answer: number) => number;
}

const { fround } = Math;
/** Below this the exponential of the negative does not fit float32. */
const EXPONENT_MAX = fround(88.7);

const identity: Objective = { answer: () => {}, marginOf: (answer) => answer };
const logit = (answer: number): number => fround(-fround(Math.log(fround(fround(1 / answer) - 1))));

const logistic: Objective = {
  answer: each((margin) => fround(1 / fround(expFloat32(Math.min(-margin, EXPONENT_MAX)) + 1))),
  marginOf: logit,
};
const exponential: Objective = {
  answer: each((margin) => expFloat32(margin)),
  marginOf: (answer) => fround(Math.log(answer)),
};
const hinge: Objective = { answer: each((margin) => (margin > 0 ? 1 : 0)), marginOf: identity.marginOf };
const softmax: Objective = { answer: softmaxFloat32, marginOf: identity.marginOf };

/** By the name in the model. */
export const OBJECTIVES: ReadonlyMap<string, Objective> = new Map([
  ...[
    'reg:squarederror',
    'reg:linear',
    'reg:squaredlogerror',
    'reg:absoluteerror',
    'reg:pseudohubererror',
    'reg:quantileerror',
    // The margin itself, also of its base score.
    'binary:logitraw',
    'rank:pairwise',
    'rank:ndcg',
    'rank:map',
  ].map((name) => [name, identity] as const),
  ...['binary:logistic', 'reg:logistic'].map((name) => [name, logistic] as const),
  ...['count:poisson', 'reg:gamma', 'reg:tweedie', 'survival:cox'].map(
    (name) => [name, exponential] as const,
  ),
  ['binary:hinge', hinge],
  ['multi:softprob', softmax],
  ['multi:softmax', softmax],
]);

function each(transform: (margin: number) => number): Objective['answer'] {
  return (margins) => {
    for (let i = 0; i < margins.length; i++) margins[i] = transform(margins[i]!);
  };
}

/** Exponentials in float32, their sum in float64. */
function softmaxFloat32(margins: Float64Array, groups: number): void {
  for (let start = 0; start < margins.length; start += groups) {
    let highest = margins[start]!;
    for (let k = 1; k < groups; k++) highest = Math.max(highest, margins[start + k]!);
    let sum = 0;
    for (let k = start; k < start + groups; k++) {
      margins[k] = expFloat32(fround(margins[k]! - highest));
      sum += margins[k]!;
    }
    const divisor = fround(sum);
    for (let k = start; k < start + groups; k++) margins[k] = fround(margins[k]! / divisor);
  }
}
