/** How sure the pairs of classes are together, which comes on top of their votes: too little to turn one. */
import type { ObjectState } from './object-state.ts';

/** Squeezes sums of scores in place. Up to 0.20 by the largest among all rows of a call. */
export function confidenceOf(state: ObjectState): (sums: Float64Array) => void {
  if (state.since(0, 21)) {
    return (sums) => {
      for (let i = 0; i < sums.length; i++) sums[i]! /= 3 * (Math.abs(sums[i]!) + 1);
    };
  }
  state.joinsRows();
  return (sums) => {
    let highest = Number.NEGATIVE_INFINITY;
    let lowest = Number.POSITIVE_INFINITY;
    for (const sum of sums) {
      highest = Math.max(highest, sum);
      lowest = Math.min(lowest, sum);
    }
    const scale = (0.5 - Number.EPSILON) / Math.max(Math.abs(highest), Math.abs(lowest));
    for (let i = 0; i < sums.length; i++) sums[i] = highest === lowest ? 0 : sums[i]! * scale;
  };
}
