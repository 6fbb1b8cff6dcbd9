/**
 * What a distance between two rows is to those who search. Search compares reduced distances, which need no root:
 * their order is the same. The sums run in scikit-learn's order, so that what is a tie there is a tie here.
 */

import type { Matrix } from '../../model.ts';
import type { SumsName } from '../../simd/kernels.ts';

/** Between the row of `x` that starts at `xStart` and the row of `y` at `yStart`. */
export type ReducedDistance = (x: Float64Array, xStart: number, y: Float64Array, yStart: number) => number;

/** Writes the reduced distance of the row of `x` that starts at `start` to each training row. */
export type MeasureAll = (x: Float64Array, start: number, out: Float64Array) => void;

export interface Metric {
  readonly reduced: ReducedDistance;
  readonly toDistance: (reduced: number) => number;
  readonly toReduced: (distance: number) => number;
  /** The power whose sum over columns the reduced distance is, `Infinity` for the largest; of Minkowski's kind only. */
  readonly power: number | null;
  /**
   * How brute force goes about it, which decides between equally near rows: from `products`, as
   * |x|^2 - 2xy + |y|^2; in `chunks` of the training rows; or all at once, where NumPy picks the nearest.
   */
  readonly brute: 'products' | 'chunks' | 'all';
  /** The kernels' sums that the reduced distances are, to the last bit. */
  readonly sums?: SumsName;
  /** A faster way to all reduced distances from one row. */
  readonly toAll?: (training: Matrix) => MeasureAll;
  /** Whether rows may hold NaN, for what is missing. */
  readonly takesMissing: boolean;
}

const same = (value: number): number => value;

/** Of a distance that is its own reduced distance. */
export const UNREDUCED: Omit<Metric, 'reduced'> = {
  toDistance: same,
  toReduced: same,
  power: null,
  brute: 'chunks',
  takesMissing: false,
};
