/**
 * The descriptor: a fixed number of values that say what shape and size a part has, the same however it is
 * turned and placed. What the encoder is trained on is computed here and nowhere else.
 *
 * Every step uses + - * / and square roots alone, which IEEE 754 rounds alike on every machine, so the same
 * mesh gives the same bits everywhere. Sampling begins from one fixed seed.
 */
import { areaAndVolume, boundingBox } from '../measures/measure-mesh.ts';
import type { Mesh } from '../mesh/mesh.ts';
import { arcCosine, logarithm } from '../sampling/exact-math.ts';
import { createRandom, type Random } from '../sampling/random.ts';
import { type SurfaceSample, sampleSurface } from '../sampling/sample-surface.ts';
import {
  DISTANCES_LENGTH,
  HANDEDNESS_LENGTH,
  NEAR_PAIRS_LENGTH,
  nearPairHistogram,
  PAIR_FEATURES_LENGTH,
  pairHistograms,
} from './pair-features.ts';
import {
  NORMAL_ENERGIES_LENGTH,
  normalEnergies,
  SHELL_ENERGIES_LENGTH,
  shellEnergies,
} from './spherical-harmonics.ts';
import { tightBox } from './tight-box.ts';

const POINTS = 2048;
const PAIR_RINGS = 98; // 200,704 pairs
const RADIUS_BINS = 32;
const RADIUS_MAX = 2.56;
const ANGLE_BINS = 32;
const ANGLE_TRIPLES = 65536;
const SHAPE_LENGTH = 8;
const SIZE_LENGTH = 6;

export const DESCRIPTOR_SEED = 20261101;

export interface DescriptorPart {
  readonly name: string;
  readonly offset: number;
  readonly length: number;
  readonly description: string;
}

export interface Descriptor {
  readonly name: string;
  readonly version: number;
  readonly length: number;
  readonly parts: readonly DescriptorPart[];
}

const PARTS: readonly (readonly [string, number, string])[] = [
  [
    'pair-features',
    PAIR_FEATURES_LENGTH,
    'root shares of point pairs by distance, angle of normals and slants',
  ],
  ['near-pairs', NEAR_PAIRS_LENGTH, 'the same of pairs within a quarter of the mean distance, in finer bins'],
  ['handedness', HANDEDNESS_LENGTH, 'root shares of point pairs by distance and signed triple product'],
  ['distances', DISTANCES_LENGTH, 'root shares of point pairs by distance (D2)'],
  ['radii', RADIUS_BINS, 'root shares of points by distance from the middle (D1)'],
  ['angles', ANGLE_BINS, 'root shares of point triples by angle (A3)'],
  [
    'shell-energies',
    SHELL_ENERGIES_LENGTH,
    'root energies of spherical harmonics in shells about the middle',
  ],
  [
    'normal-energies',
    NORMAL_ENERGIES_LENGTH,
    'root energies of spherical harmonics of the normals, even degrees',
  ],
  ['shape', SHAPE_LENGTH, 'ratios of the tight box, of spreads, of area and volume to their box'],
  [
    'size',
    SIZE_LENGTH,
    'logarithms of sides of the tight box, area, mean distance and spread, in millimetres',
  ],
];

/** What `describeMesh` returns: a trained encoder names the version it was trained on. */
export const DESCRIPTOR: Descriptor = {
  name: 'chamfer-shape',
  version: 1,
  length: PARTS.reduce((sum, [, length]) => sum + length, 0),
  parts: PARTS.map(([name, length, description], index) => ({
    name,
    offset: PARTS.slice(0, index).reduce((sum, [, before]) => sum + before, 0),
    length,
    description,
  })),
};

export interface DescribeOptions {
  /** Another sample of the same surface, to test how much the sample matters. Leave it out to compare parts. */
  readonly seed?: number;
}

/** Describes a mesh with a surface; throws GeometryError `MESH_DEGENERATE` where its area is zero. */
export function describeMesh(mesh: Mesh, options: DescribeOptions = {}): Float32Array {
  const random = createRandom(options.seed ?? DESCRIPTOR_SEED);
  const sample = sampleSurface(mesh, POINTS, random);
  const { middle, radii, meanRadius } = measureRadii(sample);
  const pairs = pairHistograms(sample, PAIR_RINGS);
  const extents = describeExtents(mesh, sample, middle, pairs.meanDistance);
  const parts: Float64Array[] = [
    rootShares(pairs.pairFeatures),
    rootShares(nearPairHistogram(sample, pairs.meanDistance)),
    rootShares(pairs.handedness),
    rootShares(pairs.distances),
    rootShares(radiusHistogram(radii, meanRadius)),
    rootShares(angleHistogram(sample, random)),
    shellEnergies(sample, radii, meanRadius, middle),
    normalEnergies(sample),
    extents.shape,
    extents.size,
  ];
  const values = new Float32Array(DESCRIPTOR.length);
  parts.forEach((part, index) => {
    values.set(part, DESCRIPTOR.parts[index]!.offset);
  });
  return values;
}

function rootShares(counts: Float64Array): Float64Array {
  let total = 0;
  for (const count of counts) total += count;
  return total > 0 ? counts.map((count) => Math.sqrt(count / total)) : counts;
}

function measureRadii({ count, points }: SurfaceSample): {
  middle: number[];
  radii: Float64Array;
  meanRadius: number;
} {
  const middle = [0, 0, 0];
  for (let i = 0; i < count * 3; i++) middle[i % 3]! += points[i]! / count;
  const radii = new Float64Array(count);
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const x = points[i * 3]! - middle[0]!;
    const y = points[i * 3 + 1]! - middle[1]!;
    const z = points[i * 3 + 2]! - middle[2]!;
    radii[i] = Math.sqrt(x * x + y * y + z * z);
    sum += radii[i]!;
  }
  return { middle, radii, meanRadius: sum / count };
}

function radiusHistogram(radii: Float64Array, meanRadius: number): Float64Array {
  const counts = new Float64Array(RADIUS_BINS);
  for (const radius of radii) {
    counts[Math.min(Math.floor((radius / meanRadius / RADIUS_MAX) * RADIUS_BINS), RADIUS_BINS - 1)]!++;
  }
  return counts;
}

function angleHistogram({ count, points }: SurfaceSample, random: Random): Float64Array {
  const counts = new Float64Array(ANGLE_BINS);
  for (let triple = 0; triple < ANGLE_TRIPLES; triple++) {
    const a = (random.nextUint32() % count) * 3;
    const b = (random.nextUint32() % count) * 3;
    const c = (random.nextUint32() % count) * 3;
    const ux = points[a]! - points[b]!;
    const uy = points[a + 1]! - points[b + 1]!;
    const uz = points[a + 2]! - points[b + 2]!;
    const vx = points[c]! - points[b]!;
    const vy = points[c + 1]! - points[b + 1]!;
    const vz = points[c + 2]! - points[b + 2]!;
    const lengths = Math.sqrt((ux * ux + uy * uy + uz * uz) * (vx * vx + vy * vy + vz * vz));
    if (lengths === 0) continue;
    const angle = arcCosine((ux * vx + uy * vy + uz * vz) / lengths);
    counts[Math.min(Math.floor((angle / Math.PI) * ANGLE_BINS), ANGLE_BINS - 1)]!++;
  }
  return counts;
}

function describeExtents(
  mesh: Mesh,
  sample: SurfaceSample,
  middle: readonly number[],
  meanDistance: number,
): { shape: Float64Array; size: Float64Array } {
  const { sides, spreads } = tightBox(mesh, sample, middle);
  const [long, mid, short] = sides;
  const { areaMm2, signedVolumeMm3 } = areaAndVolume(mesh, boundingBox(mesh));
  const boxArea = 2 * (long * mid + mid * short + short * long);
  const boxVolume = long * mid * short;
  const fill = boxVolume > 0 ? Math.min(Math.abs(signedVolumeMm3) / boxVolume, 1) : 0;
  const sphericity = Math.min(
    (36 * Math.PI * signedVolumeMm3 * signedVolumeMm3) / (areaMm2 * areaMm2 * areaMm2),
    1,
  );
  const shape = [
    mid / long,
    short / long,
    mid > 0 ? short / mid : 0,
    spreads[1] / spreads[0],
    spreads[2] / spreads[0],
    areaMm2 / boxArea,
    fill,
    sphericity,
  ];
  const size = [long, mid, short, Math.sqrt(areaMm2), meanDistance, spreads[0]].map((length) =>
    logarithm(Math.max(length, 1e-6)),
  );
  return { shape: Float64Array.from(shape), size: Float64Array.from(size) };
}
