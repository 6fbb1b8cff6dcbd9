/** Size, area and volume of a mesh. */
import { countUnbalancedEdges } from '../mesh/edge-balance.ts';
import type { Mesh } from '../mesh/mesh.ts';

export interface Measures {
  /** Extents of the axis-aligned bounding box along x, y and z, in millimetres. */
  sizeMm: [number, number, number];
  areaMm2: number;
  /** Enclosed volume in cubic millimetres; null where the surface is not closed. */
  volumeMm3: number | null;
  triangles: number;
  /** Whether every edge is shared by as many facets one way as the other. */
  closed: boolean;
}

/** Measures a welded mesh, as `readMesh` returns it. Summed in float64 about the middle of the box. */
export function measureMesh(mesh: Mesh): Measures {
  const box = boundingBox(mesh);
  const { areaMm2, signedVolumeMm3 } = areaAndVolume(mesh, box);
  const closed = mesh.triangles.length > 0 && countUnbalancedEdges(mesh) === 0;
  return {
    sizeMm: [box.high[0] - box.low[0], box.high[1] - box.low[1], box.high[2] - box.low[2]],
    areaMm2,
    volumeMm3: closed ? Math.abs(signedVolumeMm3) : null,
    triangles: mesh.triangles.length / 3,
    closed,
  };
}

export interface BoundingBox {
  readonly low: readonly [number, number, number];
  readonly high: readonly [number, number, number];
}

/** The axis-aligned box around all vertices; all zeros for a mesh without any. */
export function boundingBox({ positions }: Mesh): BoundingBox {
  if (positions.length === 0) return { low: [0, 0, 0], high: [0, 0, 0] };
  let lowX = Infinity;
  let lowY = Infinity;
  let lowZ = Infinity;
  let highX = -Infinity;
  let highY = -Infinity;
  let highZ = -Infinity;
  for (let at = 0; at < positions.length; at += 3) {
    const x = positions[at]!;
    const y = positions[at + 1]!;
    const z = positions[at + 2]!;
    if (x < lowX) lowX = x;
    if (x > highX) highX = x;
    if (y < lowY) lowY = y;
    if (y > highY) highY = y;
    if (z < lowZ) lowZ = z;
    if (z > highZ) highZ = z;
  }
  return { low: [lowX, lowY, lowZ], high: [highX, highY, highZ] };
}

/**
 * The area, and the volume by the divergence theorem: positive where facets run counter-clockwise seen from
 * outside. About the middle of the box, so that a part far from the origin loses no digits.
 */
export function areaAndVolume(mesh: Mesh, box: BoundingBox): { areaMm2: number; signedVolumeMm3: number } {
  const { positions, triangles } = mesh;
  const middleX = (box.low[0] + box.high[0]) / 2;
  const middleY = (box.low[1] + box.high[1]) / 2;
  const middleZ = (box.low[2] + box.high[2]) / 2;
  let doubleArea = 0;
  let sixfoldVolume = 0;
  for (let at = 0; at < triangles.length; at += 3) {
    const a = triangles[at]! * 3;
    const b = triangles[at + 1]! * 3;
    const c = triangles[at + 2]! * 3;
    const ax = positions[a]! - middleX;
    const ay = positions[a + 1]! - middleY;
    const az = positions[a + 2]! - middleZ;
    const ux = positions[b]! - middleX - ax;
    const uy = positions[b + 1]! - middleY - ay;
    const uz = positions[b + 2]! - middleZ - az;
    const vx = positions[c]! - middleX - ax;
    const vy = positions[c + 1]! - middleY - ay;
    const vz = positions[c + 2]! - middleZ - az;
    const nx = uy * vz - uz * vy;
    const ny = uz * vx - ux * vz;
    const nz = ux * vy - uy * vx;
    doubleArea += Math.sqrt(nx * nx + ny * ny + nz * nz);
    sixfoldVolume += ax * nx + ay * ny + az * nz;
  }
  return { areaMm2: doubleArea / 2, signedVolumeMm3: sixfoldVolume / 6 };
}
