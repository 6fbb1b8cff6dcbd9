/**
 * A picture of a part: seen from the front, right and above, in one blue-grey material that reads on white
 * and on near-black, with its edges drawn and its corners a little darker. Refuses nothing that is a mesh;
 * equal meshes give equal pixels.
 */
import { GeometryError } from '../errors.ts';
import { boundingBox } from '../measures/measure-mesh.ts';
import { cornerNormals } from '../mesh/corner-normals.ts';
import type { Mesh } from '../mesh/mesh.ts';
import { type Raster, rasterise } from './rasterise.ts';

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

/** Lights in the viewer's axes (right, up, towards), unit vectors: the left of a box is lighter than its right. */
const KEY_LIGHT = [-0.6197, 0.4998, 0.6051];
const FILL_LIGHT = [0.8006, 0.1001, 0.5908];
const [AMBIENT, KEY, FILL] = [0.25, 0.64, 0.17];
/** Halfway between the key light and the viewer: where polish shows. */
const GLOSS_DIRECTION = [-0.3459, 0.279, 0.8958];
const GLOSS = 0.16;

/** Neighbouring normals further apart than this are an edge: cosine of 25 degrees. */
const EDGE_COSINE = 0.906;
const EDGE_SHADE = 0.55;

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
  return { rgba: colour(shade(raster), sizePx), width: sizePx, height: sizePx };
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

/** Brightness of every fine pixel from 0 to 1; negative where nothing is seen. */
function shade(raster: Raster): Float32Array {
  const { size, depth, normals } = raster;
  const shades = new Float32Array(size * size).fill(-1);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const pixel = y * size + x;
      if (depth[pixel] === -Infinity) continue;
      const [nx, ny, nz] = [normals[pixel * 3]!, normals[pixel * 3 + 1]!, normals[pixel * 3 + 2]!];
      const length = Math.sqrt(nx * nx + ny * ny + nz * nz) || 1;
      const key = Math.max(0, dot(KEY_LIGHT, nx, ny, nz) / length);
      const fill = Math.max(0, dot(FILL_LIGHT, nx, ny, nz) / length);
      const lit =
        (AMBIENT + KEY * key + FILL * fill + gloss(nx / length, ny / length, nz / length)) *
        openness(raster, x, y);
      shades[pixel] = Math.min(1, isEdge(raster, x, y) ? lit * EDGE_SHADE : lit);
    }
  }
  return shades;
}

/** The sixteenth power of a cosine, by squaring. */
function gloss(nx: number, ny: number, nz: number): number {
  let power = Math.max(0, dot(GLOSS_DIRECTION, nx, ny, nz));
  for (let i = 0; i < 4; i++) power *= power;
  return GLOSS * power;
}

/** Whether the surface bends or breaks off between this pixel and the one to the right, or below. */
function isEdge({ size, depth, normals }: Raster, x: number, y: number): boolean {
  const pixel = y * size + x;
  for (const other of [x + 1 < size ? pixel + 1 : -1, y + 1 < size ? pixel + size : -1]) {
    if (other < 0) continue;
    if (depth[other] === -Infinity) return true;
    const [a, b] = [pixel * 3, other * 3];
    const [ax, ay, az] = [normals[a]!, normals[a + 1]!, normals[a + 2]!];
    const [bx, by, bz] = [normals[b]!, normals[b + 1]!, normals[b + 2]!];
    const lengths = Math.sqrt((ax * ax + ay * ay + az * az) * (bx * bx + by * by + bz * bz));
    if (ax * bx + ay * by + az * bz < EDGE_COSINE * lengths) return true;
    // A step in depth that the slope of neither surface explains.
    const slope = Math.max(
      Math.sqrt(ax * ax + ay * ay) / (az + 0.02),
      Math.sqrt(bx * bx + by * by) / (bz + 0.02),
    );
    if (Math.abs(depth[other]! - depth[pixel]!) > 3 + 2 * slope) return true;
  }
  return false;
}

/** Where to look for what stands in the way of light, in shares of the picture: three rings of eight directions. */
const AROUND: readonly (readonly [number, number])[] = [0.012, 0.028, 0.055].flatMap((radius) =>
  [0, 1, 2, 3, 4, 5, 6, 7].map((eighth): [number, number] => {
    const diagonal = eighth % 2 === 0 ? 1 : Math.SQRT1_2;
    const across = [1, 1, 0, -1, -1, -1, 0, 1];
    return [across[eighth]! * diagonal * radius, across[(eighth + 6) % 8]! * diagonal * radius];
  }),
);
const OCCLUSION = 0.6;

/** 1 on an open face, less in corners and holes: how far the surroundings rise above the surface's own plane. */
function openness({ size, depth, normals }: Raster, x: number, y: number): number {
  const pixel = y * size + x;
  const [nx, ny, nz] = [
    normals[pixel * 3]!,
    normals[pixel * 3 + 1]!,
    Math.max(normals[pixel * 3 + 2]!, 0.15),
  ];
  let hidden = 0;
  for (const [shareX, shareY] of AROUND) {
    const dx = Math.round(shareX * size);
    const dy = Math.round(shareY * size);
    const [ox, oy] = [x + dx, y + dy];
    if (ox < 0 || oy < 0 || ox >= size || oy >= size) continue;
    const other = depth[oy * size + ox]!;
    if (other === -Infinity) continue;
    const plane = depth[pixel]! - (nx * dx - ny * dy) / nz;
    const reach = Math.sqrt(dx * dx + dy * dy);
    const rise = (other - plane) / reach;
    if (rise > 0.1) hidden += Math.min(1, rise) * (rise < 4 ? 1 : 4 / rise); // what is far in front shades less
  }
  return 1 - OCCLUSION * Math.min(1, (hidden / AROUND.length) * 1.6);
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
