/**
 * Point-pair features: how pairs of surface points lie to each other. For a pair with normals n1 and n2, at
 * distance d along the unit vector e, the histogram counts d / mean d, |n1.n2|, and the larger and the
 * smaller of |n1.e| and |n2.e| (after Wahl et al. 2003); none of these changes when the part turns. Normals
 * count without their sign, because many files have facets the wrong way round. A second histogram of near
 * pairs alone sees edges, fillets and pins, which drown in the first. Mirror images, alike in all of that,
 * are told apart by a third, of the triple product (n1 x n2).e.
 */
import type { SurfaceSample } from '../sampling/sample-surface.ts';

/*
 * Borders of bins lie where parts have no angles: numbers of bins are odd, so that neither 0 (crossed or
 * parallel faces, for the triple product) nor cos 60 degrees (hexagons) falls on one and flickers with rounding.
 */

/** The last bins begin near this many mean distances; all that is further off falls into them. */
const DISTANCE_MAX = 2.4;
const DISTANCE_BINS = 12;
const NORMAL_BINS = 5;
const SLANT_BINS = 5;
const SLANT_PAIRS: number = (SLANT_BINS * (SLANT_BINS + 1)) / 2;
const HAND_DISTANCE_BINS = 6;
const HAND_BINS = 9;
/** Distances alone, in finer bins of equal width. */
const PLAIN_DISTANCE_BINS = 32;
const PLAIN_DISTANCE_MAX = 3.2;
/** Pairs within this many mean distances are near. */
const NEAR_MAX = 0.25;
const NEAR_DISTANCE_BINS = 5;
const NEAR_NORMAL_BINS = 7;

export const PAIR_FEATURES_LENGTH: number = DISTANCE_BINS * NORMAL_BINS * SLANT_PAIRS;
export const NEAR_PAIRS_LENGTH: number = NEAR_DISTANCE_BINS * NEAR_NORMAL_BINS * SLANT_PAIRS;
export const HANDEDNESS_LENGTH: number = HAND_DISTANCE_BINS * HAND_BINS;
export const DISTANCES_LENGTH: number = PLAIN_DISTANCE_BINS;

export interface PairHistograms {
  readonly pairFeatures: Float64Array;
  readonly handedness: Float64Array;
  /** D2 of Osada et al. 2002. */
  readonly distances: Float64Array;
  /** The mean distance of two points, in millimetres. */
  readonly meanDistance: number;
}

/**
 * Pairs every point with those `step` further on, for `rings` steps spread over half of the sample: every
 * point takes part equally often, which random pairs would not give.
 */
export function pairHistograms(sample: SurfaceSample, rings: number): PairHistograms {
  const { count, points, normals } = sample;
  const steps = Array.from(
    { length: rings },
    (_, ring) => 1 + Math.floor(((ring + 0.5) * (count / 2 - 1)) / rings),
  );
  const meanDistance = meanPairDistance(points, count, steps);
  const pairFeatures = new Float64Array(PAIR_FEATURES_LENGTH);
  const handedness = new Float64Array(HANDEDNESS_LENGTH);
  const distances = new Float64Array(DISTANCES_LENGTH);
  for (const step of steps) {
    for (let first = 0; first < count; first++) {
      const i = first * 3;
      const j = (first + step < count ? first + step : first + step - count) * 3;
      const dx = points[j]! - points[i]!;
      const dy = points[j + 1]! - points[i + 1]!;
      const dz = points[j + 2]! - points[i + 2]!;
      const distance = Math.sqrt(dx * dx + dy * dy + dz * dz);
      if (distance === 0) continue;
      const ax = normals[i]!;
      const ay = normals[i + 1]!;
      const az = normals[i + 2]!;
      const bx = normals[j]!;
      const by = normals[j + 1]!;
      const bz = normals[j + 2]!;
      const relative = distance / meanDistance;
      const slants = slantBin(
        (ax * dx + ay * dy + az * dz) / distance,
        (bx * dx + by * dy + bz * dz) / distance,
      );
      const between = binOf(Math.abs(ax * bx + ay * by + az * bz), NORMAL_BINS);
      // The root gives short distances, where shapes differ most, the finer bins.
      const far = binOf(Math.sqrt(relative / DISTANCE_MAX), DISTANCE_BINS);
      pairFeatures[(far * NORMAL_BINS + between) * SLANT_PAIRS + slants]!++;
      distances[binOf(relative / PLAIN_DISTANCE_MAX, PLAIN_DISTANCE_BINS)]!++;
      const triple =
        ((ay * bz - az * by) * dx + (az * bx - ax * bz) * dy + (ax * by - ay * bx) * dz) / distance;
      const hand = binOf(relative / DISTANCE_MAX, HAND_DISTANCE_BINS) * HAND_BINS;
      handedness[hand + binOf((triple + 1) / 2, HAND_BINS)]!++;
    }
  }
  return { pairFeatures, handedness, distances, meanDistance };
}

/** All pairs nearer than a quarter of the mean distance, by a sweep along x. */
export function nearPairHistogram(
  { count, points, normals }: SurfaceSample,
  meanDistance: number,
): Float64Array {
  const histogram = new Float64Array(NEAR_PAIRS_LENGTH);
  const distanceMax = NEAR_MAX * meanDistance;
  const order = Uint16Array.from({ length: count }, (_, i) => i).sort(
    (a, b) => points[a * 3]! - points[b * 3]!,
  );
  for (let first = 0; first < count; first++) {
    const i = order[first]! * 3;
    for (let second = first + 1; second < count; second++) {
      const j = order[second]! * 3;
      const dx = points[j]! - points[i]!;
      if (dx > distanceMax) break;
      const dy = points[j + 1]! - points[i + 1]!;
      const dz = points[j + 2]! - points[i + 2]!;
      const distance = Math.sqrt(dx * dx + dy * dy + dz * dz);
      if (distance > distanceMax || distance === 0) continue;
      const ax = normals[i]!;
      const ay = normals[i + 1]!;
      const az = normals[i + 2]!;
      const bx = normals[j]!;
      const by = normals[j + 1]!;
      const bz = normals[j + 2]!;
      const slants = slantBin(
        (ax * dx + ay * dy + az * dz) / distance,
        (bx * dx + by * dy + bz * dz) / distance,
      );
      const between = binOf(Math.abs(ax * bx + ay * by + az * bz), NEAR_NORMAL_BINS);
      const far = binOf(distance / distanceMax, NEAR_DISTANCE_BINS);
      histogram[(far * NEAR_NORMAL_BINS + between) * SLANT_PAIRS + slants]!++;
    }
  }
  return histogram;
}

function meanPairDistance(points: Float64Array, count: number, steps: readonly number[]): number {
  let sum = 0;
  for (const step of steps) {
    for (let first = 0; first < count; first++) {
      const i = first * 3;
      const j = (first + step < count ? first + step : first + step - count) * 3;
      const dx = points[j]! - points[i]!;
      const dy = points[j + 1]! - points[i + 1]!;
      const dz = points[j + 2]! - points[i + 2]!;
      sum += Math.sqrt(dx * dx + dy * dy + dz * dz);
    }
  }
  return sum / (steps.length * count);
}

/** One bin for two cosines whose order and sign do not count. */
function slantBin(first: number, second: number): number {
  const a = binOf(Math.abs(first), SLANT_BINS);
  const b = binOf(Math.abs(second), SLANT_BINS);
  return a > b ? (a * (a + 1)) / 2 + b : (b * (b + 1)) / 2 + a;
}

/** The bin of a share of 0 to 1; what lies above falls into the last. */
function binOf(share: number, bins: number): number {
  const bin = (share * bins) | 0;
  return bin < bins ? bin : bins - 1;
}
