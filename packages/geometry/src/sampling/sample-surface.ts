/** Points spread evenly over the surface of a mesh, each with the normal of its facet. */
import { GeometryError } from '../errors.ts';
import type { Mesh } from '../mesh/mesh.ts';
import type { Random } from './random.ts';

export interface SurfaceSample {
  readonly count: number;
  /** x, y, z of every point, relative to the first vertex of the mesh. */
  readonly points: Float64Array;
  /** Unit normals. */
  readonly normals: Float64Array;
}

/**
 * Stratified by area: the surface, facet after facet, is divided into `count` stretches of equal area and
 * each gives one point, so that large faces are neither missed nor crowded. Only + - * / and square roots,
 * which IEEE 754 rounds the same way on every machine.
 */
export function sampleSurface(mesh: Mesh, count: number, random: Random): SurfaceSample {
  const { positions, triangles } = mesh;
  const doubleAreas = facetDoubleAreas(mesh);
  let total = 0;
  for (const area of doubleAreas) total += area;
  if (!(total > 0))
    throw new GeometryError(
      'MESH_DEGENERATE',
      'the mesh has no surface to sample: all its facets are lines or points',
    );

  const [originX, originY, originZ] = [positions[0]!, positions[1]!, positions[2]!];
  const points = new Float64Array(count * 3);
  const normals = new Float64Array(count * 3);
  const facets = doubleAreas.length;
  let facet = 0;
  let covered = doubleAreas[0]!; // area up to the end of the facet
  for (let i = 0; i < count; i++) {
    const wanted = ((i + random.next()) / count) * total;
    while (covered <= wanted && facet < facets - 1) covered += doubleAreas[++facet]!;
    while (doubleAreas[facet] === 0) facet--; // rounding at the very end may reach facets without area
    const a = triangles[facet * 3]! * 3;
    const b = triangles[facet * 3 + 1]! * 3;
    const c = triangles[facet * 3 + 2]! * 3;
    const ax = positions[a]!;
    const ay = positions[a + 1]!;
    const az = positions[a + 2]!;
    const ux = positions[b]! - ax;
    const uy = positions[b + 1]! - ay;
    const uz = positions[b + 2]! - az;
    const vx = positions[c]! - ax;
    const vy = positions[c + 1]! - ay;
    const vz = positions[c + 2]! - az;
    // The square root spreads points evenly over a triangle (Osada et al. 2002, equation 1).
    const root = Math.sqrt(random.next());
    const second = random.next();
    const s = root * (1 - second);
    const t = root * second;
    points[i * 3] = ax - originX + s * ux + t * vx;
    points[i * 3 + 1] = ay - originY + s * uy + t * vy;
    points[i * 3 + 2] = az - originZ + s * uz + t * vz;
    const doubleArea = doubleAreas[facet]!;
    normals[i * 3] = (uy * vz - uz * vy) / doubleArea;
    normals[i * 3 + 1] = (uz * vx - ux * vz) / doubleArea;
    normals[i * 3 + 2] = (ux * vy - uy * vx) / doubleArea;
  }
  return { count, points, normals };
}

function facetDoubleAreas({ positions, triangles }: Mesh): Float64Array {
  const areas = new Float64Array(triangles.length / 3);
  for (let facet = 0; facet < areas.length; facet++) {
    const a = triangles[facet * 3]! * 3;
    const b = triangles[facet * 3 + 1]! * 3;
    const c = triangles[facet * 3 + 2]! * 3;
    const ax = positions[a]!;
    const ay = positions[a + 1]!;
    const az = positions[a + 2]!;
    const ux = positions[b]! - ax;
    const uy = positions[b + 1]! - ay;
    const uz = positions[b + 2]! - az;
    const vx = positions[c]! - ax;
    const vy = positions[c + 1]! - ay;
    const vz = positions[c + 2]! - az;
    const nx = uy * vz - uz * vy;
    const ny = uz * vx - ux * vz;
    const nz = ux * vy - uy * vx;
    areas[facet] = Math.sqrt(nx * nx + ny * ny + nz * nz);
  }
  return areas;
}
