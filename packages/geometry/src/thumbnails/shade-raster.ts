/**
 * Light on what the rasteriser saw: two lights and some polish, darker where the surroundings stand in the
 * way, dark lines where the surface bends or breaks off.
 */
import type { Raster } from './rasterise.ts';

/** Lights in the viewer's axes (right, up, towards), unit vectors: the left of a box is lighter than its right. */
const KEY_LIGHT = [-0.6197, 0.4998, 0.6051] as const;
const FILL_LIGHT = [0.8006, 0.1001, 0.5908] as const;
const AMBIENT = 0.25;
const KEY = 0.64;
const FILL = 0.17;
/** Halfway between the key light and the viewer: where polish shows. */
const GLOSS_DIRECTION = [-0.3459, 0.279, 0.8958] as const;
const GLOSS = 0.16;

/** Neighbouring normals further apart than this are an edge: cosine of 25 degrees. */
const EDGE_COSINE = 0.906;
const EDGE_SHADE = 0.55;
/** Steps in depth up to this many pixels are no edge, whatever the slope. */
const DEPTH_STEP_MIN = 3;

/** Where to look for what stands in the way of light: three rings, in shares of the picture. */
const RINGS: readonly number[] = [0.012, 0.028, 0.055];
const EIGHT_WAYS: readonly (readonly [number, number])[] = [
  [1, 0],
  [Math.SQRT1_2, Math.SQRT1_2],
  [0, 1],
  [-Math.SQRT1_2, Math.SQRT1_2],
  [-1, 0],
  [-Math.SQRT1_2, -Math.SQRT1_2],
  [0, -1],
  [Math.SQRT1_2, -Math.SQRT1_2],
];
const OCCLUSION = 0.6;
const OCCLUSION_GAIN = 1.6;
/** Rises gentler than this come from rounding. */
const RISE_MIN = 0.1;
/** What rises more steeply stands far in front, and takes less light away. */
const RISE_MAX = 4;

/** Brightness of every pixel from 0 to 1; negative where nothing is seen. */
export function shadeRaster(raster: Raster): Float32Array {
  const { size, depth } = raster;
  const shades = new Float32Array(size * size).fill(-1);
  const surroundings = createSurroundings(size);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const pixel = y * size + x;
      if (depth[pixel] === -Infinity) continue;
      let shade = light(raster, pixel) * openness(raster, surroundings, x, y);
      const right = x + 1 < size && isEdge(raster, pixel, pixel + 1);
      if (right || (y + 1 < size && isEdge(raster, pixel, pixel + size))) shade *= EDGE_SHADE;
      shades[pixel] = Math.min(1, shade);
    }
  }
  return shades;
}

function light({ normals }: Raster, pixel: number): number {
  const x = normals[pixel * 3]!;
  const y = normals[pixel * 3 + 1]!;
  const z = normals[pixel * 3 + 2]!;
  const key = Math.max(0, KEY_LIGHT[0] * x + KEY_LIGHT[1] * y + KEY_LIGHT[2] * z);
  const fill = Math.max(0, FILL_LIGHT[0] * x + FILL_LIGHT[1] * y + FILL_LIGHT[2] * z);
  let gloss = Math.max(0, GLOSS_DIRECTION[0] * x + GLOSS_DIRECTION[1] * y + GLOSS_DIRECTION[2] * z);
  for (let i = 0; i < 4; i++) gloss *= gloss; // to the sixteenth
  return AMBIENT + KEY * key + FILL * fill + GLOSS * gloss;
}

/** Whether the surface bends sharply or breaks off between two neighbouring pixels. */
function isEdge({ depth, normals }: Raster, pixel: number, other: number): boolean {
  if (depth[other] === -Infinity) return true;
  const ax = normals[pixel * 3]!;
  const ay = normals[pixel * 3 + 1]!;
  const az = normals[pixel * 3 + 2]!;
  const bx = normals[other * 3]!;
  const by = normals[other * 3 + 1]!;
  const bz = normals[other * 3 + 2]!;
  if (ax * bx + ay * by + az * bz < EDGE_COSINE) return true;
  // A step in depth that the slope of neither surface explains.
  const slope = Math.max(
    Math.sqrt(ax * ax + ay * ay) / (az + 0.02),
    Math.sqrt(bx * bx + by * by) / (bz + 0.02),
  );
  return Math.abs(depth[other]! - depth[pixel]!) > DEPTH_STEP_MIN + 2 * slope;
}

/** Neighbours within the rings, for a picture of one size. */
interface Surroundings {
  readonly across: Int32Array;
  readonly down: Int32Array;
  readonly perReach: Float64Array;
}

function createSurroundings(size: number): Surroundings {
  const places = RINGS.flatMap((radius) =>
    EIGHT_WAYS.map(([x, y]) => [x * radius * size, y * radius * size] as const),
  );
  const across = Int32Array.from(places, ([x]) => Math.round(x));
  const down = Int32Array.from(places, ([, y]) => Math.round(y));
  const perReach = Float64Array.from(
    across,
    (x, i) => 1 / Math.max(1, Math.sqrt(x * x + down[i]! * down[i]!)),
  );
  return { across, down, perReach };
}

/** 1 on an open face, less in corners and holes: how far the surroundings rise above the surface's own plane. */
function openness({ size, depth, normals }: Raster, around: Surroundings, x: number, y: number): number {
  const { across, down, perReach } = around;
  const pixel = y * size + x;
  const nz = Math.max(normals[pixel * 3 + 2]!, 0.15); // nearly edge on, a plane says nothing
  const slopeX = normals[pixel * 3]! / nz;
  const slopeY = normals[pixel * 3 + 1]! / nz;
  const own = depth[pixel]!;
  let hidden = 0;
  for (let i = 0; i < across.length; i++) {
    const dx = across[i]!;
    const dy = down[i]!;
    const otherX = x + dx;
    const otherY = y + dy;
    if (otherX < 0 || otherY < 0 || otherX >= size || otherY >= size) continue;
    const plane = own - slopeX * dx + slopeY * dy;
    const rise = (depth[otherY * size + otherX]! - plane) * perReach[i]!; // -Infinity where nothing stands
    if (rise > RISE_MIN) hidden += Math.min(1, rise) * Math.min(1, RISE_MAX / rise);
  }
  return 1 - OCCLUSION * Math.min(1, (hidden / across.length) * OCCLUSION_GAIN);
}
