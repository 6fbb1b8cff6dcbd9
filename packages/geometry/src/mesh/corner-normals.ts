/** Normals for shading: smooth across gentle bends, broken at creases. */
import type { Mesh } from './mesh.ts';

/** Facets that meet at a smaller angle than this are shaded as one curved surface: cosine of 32 degrees. */
const SMOOTH_COSINE = 0.848;
/** At vertices of more facets than this (the middle of a disc, a fan made on purpose) facets keep their own normal. */
const FACETS_PER_VERTEX_MAX = 64;

/** A unit normal for each corner of each triangle (9 values a triangle); zeros for a triangle without area. */
export function cornerNormals(mesh: Mesh): Float32Array {
  const { triangles } = mesh;
  const areas = areaVectors(mesh);
  const { starts, facets } = facetsOfVertices(mesh);
  const normals = new Float32Array(triangles.length * 3);
  for (let corner = 0; corner < triangles.length; corner++) {
    const own = Math.floor(corner / 3) * 3;
    const [ox, oy, oz] = [areas[own]!, areas[own + 1]!, areas[own + 2]!];
    const ownLength = Math.sqrt(ox * ox + oy * oy + oz * oz);
    let [x, y, z] = [ox, oy, oz];
    const start = starts[triangles[corner]!]!;
    const end = starts[triangles[corner]! + 1]!;
    if (end - start <= FACETS_PER_VERTEX_MAX) {
      for (let i = start; i < end; i++) {
        const other = facets[i]! * 3;
        if (other === own) continue;
        const [ax, ay, az] = [areas[other]!, areas[other + 1]!, areas[other + 2]!];
        const dot = ax * ox + ay * oy + az * oz;
        if (dot <= SMOOTH_COSINE * ownLength * Math.sqrt(ax * ax + ay * ay + az * az)) continue;
        x += ax;
        y += ay;
        z += az;
      }
    }
    const length = Math.sqrt(x * x + y * y + z * z) || 1;
    normals[corner * 3] = x / length;
    normals[corner * 3 + 1] = y / length;
    normals[corner * 3 + 2] = z / length;
  }
  return normals;
}

/** Normals as long as twice the facet's area. */
function areaVectors({ positions, triangles }: Mesh): Float64Array {
  const vectors = new Float64Array(triangles.length);
  for (let at = 0; at < triangles.length; at += 3) {
    const a = triangles[at]! * 3;
    const b = triangles[at + 1]! * 3;
    const c = triangles[at + 2]! * 3;
    const ux = positions[b]! - positions[a]!;
    const uy = positions[b + 1]! - positions[a + 1]!;
    const uz = positions[b + 2]! - positions[a + 2]!;
    const vx = positions[c]! - positions[a]!;
    const vy = positions[c + 1]! - positions[a + 1]!;
    const vz = positions[c + 2]! - positions[a + 2]!;
    vectors[at] = uy * vz - uz * vy;
    vectors[at + 1] = uz * vx - ux * vz;
    vectors[at + 2] = ux * vy - uy * vx;
  }
  return vectors;
}

/** The facets around every vertex: those of vertex v are facets[starts[v]] to facets[starts[v + 1] - 1]. */
function facetsOfVertices({ positions, triangles }: Mesh): { starts: Uint32Array; facets: Uint32Array } {
  const vertices = positions.length / 3;
  const starts = new Uint32Array(vertices + 1);
  for (const vertex of triangles) starts[vertex + 1]!++;
  for (let vertex = 0; vertex < vertices; vertex++) starts[vertex + 1]! += starts[vertex]!;
  const ends = starts.slice(0, vertices);
  const facets = new Uint32Array(triangles.length);
  for (let corner = 0; corner < triangles.length; corner++) {
    facets[ends[triangles[corner]!]!++] = Math.floor(corner / 3);
  }
  return { starts, facets };
}
