/**
 * A picture of a part: seen from the front, right and above, in one blue-grey material that reads on white
 * and on near-black, with its edges drawn and its corners a little darker. Refuses nothing that is a mesh;
 * equal meshes give equal pixels.
 */
import { GeometryError } from '../errors.ts';
import { boundingBox } from '../measures/measure-mesh.ts';
import { cornerNormals } from '../mesh/corner-normals.ts';
import type { Mesh } from '../mesh/mesh.ts';
import { rasterise } from './rasterise.ts';
import { shadeRaster } from './shade-raster.ts';

export interface ThumbnailOptions {
  /** Width and height, 16 to 1024. */
  readonly sizePx?: number;
}

export interface Picture {
  /** Four bytes a pixel, row by row from the top; alpha is not multiplied in. At most 256 different colours. */
  readonly rgba: Uint8Array;
  readonly width: number;
  readonly height: number;
}

const SIZE_PX_DEFAULT = 192;
const SIZE_PX_MAX = 1024;
/** Each pixel is the mean of 3 x 3. */
const OVERSAMPLING = 3;
const MARGIN = 0.05;

/** Axes of the viewer in the part's axes (z up): from azimuth -52 and elevation 30 degrees. */
interface ViewAxes {
  readonly right: readonly number[];
  readonly up: readonly number[];
  readonly towards: readonly number[];
}
const STANDING: ViewAxes = {
  right: [0.788011, 0.615661, 0],
  up: [-0.307831, 0.394005, 0.866025],
  towards: [0.53318, -0.682438, 0.5],
};
/** A part this much taller than wide is laid down, its top to the front left: screws fill the picture better. */
const LAID_DOWN_FROM = 1.5;

/** The material from shade to light. 64 steps of it, and 16 at each of the 8 transparencies of a rim, stay below 256. */
const MATERIAL: readonly (readonly [number, number, number])[] = [
  [43, 54, 66],
  [101, 119, 137],
  [160, 177, 193],
  [222, 231, 239],
];
const SHADES = 64;
const SHADES_AT_RIM = 16;

export function renderThumbnail(mesh: Mesh, options: ThumbnailOptions = {}): Picture {
  const sizePx = options.sizePx ?? SIZE_PX_DEFAULT;
  if (!Number.isInteger(sizePx) || sizePx < 16 || sizePx > SIZE_PX_MAX) {
    throw new RangeError(`sizePx must be a whole number from 16 to ${SIZE_PX_MAX}, not ${sizePx}`);
  }
  if (mesh.triangles.length === 0)
    throw new GeometryError('MESH_EMPTY', 'a mesh without triangles has no picture');
  const size = sizePx * OVERSAMPLING;
  const axes = chooseAxes(mesh);
  const points = projectPoints(mesh, axes, size);
  const raster = rasterise({ points, triangles: mesh.triangles, normals: projectNormals(mesh, axes) }, size);
  return { rgba: colour(shadeRaster(raster), sizePx), width: sizePx, height: sizePx };
}

function chooseAxes(mesh: Mesh): ViewAxes {
  const [x, y, z] = [0, 1, 2].map((axis) => boundingBox(mesh).high[axis]! - boundingBox(mesh).low[axis]!);
  if (z! <= LAID_DOWN_FROM * Math.max(x!, y!)) return STANDING;
  const layDown = ([a, b, c]: readonly number[]): number[] => [a!, c!, -b!]; // z to -y, y to z
  return { right: layDown(STANDING.right), up: layDown(STANDING.up), towards: layDown(STANDING.towards) };
}

function dot(axis: readonly number[], x: number, y: number, z: number): number {
  return axis[0]! * x + axis[1]! * y + axis[2]! * z;
}

/** Into pixels, the part centred and as large as the margin allows. */
function projectPoints({ positions }: Mesh, axes: ViewAxes, size: number): Float64Array {
  const points = new Float64Array(positions.length);
  const low = [Infinity, Infinity, Infinity];
  const high = [-Infinity, -Infinity, -Infinity];
  for (let at = 0; at < positions.length; at += 3) {
    const [x, y, z] = [positions[at]!, positions[at + 1]!, positions[at + 2]!];
    points[at] = dot(axes.right, x, y, z);
    points[at + 1] = -dot(axes.up, x, y, z);
    points[at + 2] = dot(axes.towards, x, y, z);
    for (let axis = 0; axis < 3; axis++) {
      low[axis] = Math.min(low[axis]!, points[at + axis]!);
      high[axis] = Math.max(high[axis]!, points[at + axis]!);
    }
  }
  const extent = Math.max(high[0]! - low[0]!, high[1]! - low[1]!);
  const scale = extent > 0 ? (size * (1 - 2 * MARGIN)) / extent : 1;
  for (let at = 0; at < points.length; at++) {
    const axis = at % 3;
    points[at] = (points[at]! - (low[axis]! + high[axis]!) / 2) * scale + (axis < 2 ? size / 2 : 0);
  }
  return points;
}

function projectNormals(mesh: Mesh, axes: ViewAxes): Float32Array {
  const normals = cornerNormals(mesh);
  for (let at = 0; at < normals.length; at += 3) {
    const [x, y, z] = [normals[at]!, normals[at + 1]!, normals[at + 2]!];
    normals[at] = dot(axes.right, x, y, z);
    normals[at + 1] = dot(axes.up, x, y, z);
    normals[at + 2] = dot(axes.towards, x, y, z);
  }
  return normals;
}

/** Means of the fine pixels, on the material's ramp. */
function colour(shades: Float32Array, sizePx: number): Uint8Array {
  const rgba = new Uint8Array(sizePx * sizePx * 4);
  const size = sizePx * OVERSAMPLING;
  const full = OVERSAMPLING * OVERSAMPLING;
  for (let y = 0; y < sizePx; y++) {
    for (let x = 0; x < sizePx; x++) {
      let covered = 0;
      let sum = 0;
      for (let i = 0; i < full; i++) {
        const fine =
          shades[
            (y * OVERSAMPLING + Math.floor(i / OVERSAMPLING)) * size + x * OVERSAMPLING + (i % OVERSAMPLING)
          ]!;
        if (fine < 0) continue;
        covered++;
        sum += fine;
      }
      if (covered > 0) setColour(rgba, (y * sizePx + x) * 4, sum / covered, covered / full);
    }
  }
  return rgba;
}

function setColour(rgba: Uint8Array, at: number, brightness: number, coverage: number): void {
  const shades = coverage === 1 ? SHADES : SHADES_AT_RIM;
  const step = Math.round(brightness * (shades - 1)) / (shades - 1);
  const place = step * (MATERIAL.length - 1);
  const lower = Math.min(Math.floor(place), MATERIAL.length - 2);
  for (let channel = 0; channel < 3; channel++) {
    const [from, to] = [MATERIAL[lower]![channel]!, MATERIAL[lower + 1]![channel]!];
    rgba[at + channel] = Math.round(from + (to - from) * (place - lower));
  }
  rgba[at + 3] = Math.round(coverage * 255);
}
