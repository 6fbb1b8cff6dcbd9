/**
 * What the training rows of a neighbours estimator stand for, their classes or numbers, and how much each counts.
 * Refuses weights that are a function.
 */
import type { Matrix, Output } from '../../model.ts';
import type { Attribute, Classes } from '../attribute.ts';
import type { FittedMethods } from '../definition.ts';
import { listOf } from '../methods.ts';
import type { ObjectState } from '../object-state.ts';

/** Whether a neighbour counts by its distance, or each as much as any. */
export function readWeighs(state: ObjectState): boolean {
  return state.choice('weights', ['uniform', 'distance', null]) === 'distance';
}

/** `classes_` of one output, or of each of several. */
export function readVoteClasses(state: ObjectState): {
  readonly classes: readonly Classes[];
  readonly isSeveral: boolean;
} {
  const isSeveral = state.attribute('outputs_2d_').boolean();
  const attribute = state.attribute('classes_');
  const classes = (isSeveral ? attribute.items() : [attribute]).map((one) => one.classes());
  if (classes.length === 0) throw attribute.malformed('a list of label arrays');
  return { classes, isSeveral };
}

/** `_y` of a classifier: for each training row and output the index of its class. */
export function readVotes(
  y: Attribute,
  rows: number,
  classes: readonly Classes[],
  isSeveral: boolean,
): Int32Array {
  const most = classes.reduce((most, { labels }) => Math.max(most, labels.length), 0);
  const votes = y.indices(isSeveral ? [rows, classes.length] : [rows], 0, most - 1);
  for (let i = 0; i < votes.length; i++) {
    const { labels } = classes[i % classes.length]!;
    if (votes[i]! >= labels.length) throw y.malformed('an array of indices of classes');
  }
  return votes;
}

/** `predict_proba` of one output, or of each of several: `probabilities` gives (rows, classes) of every one. */
export function probabilitiesPerRow(
  classes: readonly Classes[],
  isSeveral: boolean,
  probabilities: (X: Matrix) => readonly Float64Array[],
): FittedMethods {
  const parts = classes.map(({ labels }, k) => ({
    name: `output_${k}`,
    shape: [-1, labels.length],
    datatype: 'FP64' as const,
  }));
  const run = (X: Matrix): Output[] =>
    probabilities(X).map((data, k) => ({
      kind: 'numbers',
      data,
      shape: [X.rows, classes[k]!.labels.length],
      integer: false,
    }));
  const { shape, datatype } = parts[0]!;
  return { predict_proba: isSeveral ? listOf(parts, run) : { shape, datatype, run: (X) => run(X)[0]! } };
}

/** `_y` of a regressor: a number for each training row and output; `isFlat` where there is one without a dimension. */
export function readTargets(
  attribute: Attribute,
  rows: number,
): { readonly y: Float64Array; readonly outputs: number; readonly isFlat: boolean } {
  const { data, shape } = attribute.array();
  if (shape[0] !== rows || shape.length > 2) throw attribute.malformed(`an array of ${rows} rows`);
  const isFlat = shape.length === 1;
  return { y: data, outputs: isFlat ? 1 : shape[1]!, isFlat };
}

/** 1 / distance of the first `count`; where rows lie exactly here, they alone count. */
export function weigh(distances: Float64Array, count: number, weights: Float64Array): void {
  let hasHere = false;
  for (let n = 0; n < count; n++) {
    weights[n] = 1 / distances[n]!;
    hasHere ||= weights[n] === Number.POSITIVE_INFINITY;
  }
  if (!hasHere) return;
  for (let n = 0; n < count; n++) weights[n] = weights[n] === Number.POSITIVE_INFINITY ? 1 : 0;
}
