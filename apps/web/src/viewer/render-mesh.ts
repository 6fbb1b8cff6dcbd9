/**
 * Turns triangles into what a graphics card draws: corners with smooth or sharp normals, and the edges that
 * an eye sees. Refuses nothing; a vertex or a mesh too crowded to refine is drawn flat.
 */
/** Lengths are millimetres; everything is moved so that the middle of the bounding box is the origin. */
export interface RenderMesh {
  /** x, y, z of each corner, three corners a triangle. */
  readonly positions: Float32Array<ArrayBuffer>;
  /** Unit normal of each corner. */
  readonly normals: Float32Array<ArrayBuffer>;
  /** x, y, z of both ends of each visible edge. */
  readonly edges: Float32Array<ArrayBuffer>;
  /** Extents of the bounding box along x, y and z. */
  readonly size: readonly [number, number, number];
  /** Radius of the smallest sphere around the origin that holds every corner. */
  readonly radius: number;
}

/** Facets that meet at less than this are one smooth surface: a 24-sided hole should look round. */
const SMOOTH_DEGREES_MAX = 32;
/** Above this valence (the middle of a disc, a hostile fan) comparing every pair of facets costs too much. */
const VALENCE_MAX = 512;
/** Scans have an edge at every facet; drawing that many lines hides the shape and costs memory. */
const EDGES_MAX = 400_000;

const SMOOTH_COSINE_MIN = Math.cos((SMOOTH_DEGREES_MAX * Math.PI) / 180);

/** Corners in triangle order, centred on the origin, with the box and sphere around them. */
function gatherCorners(positions: Float32Array, triangles: Uint32Array) {
  const min = [Infinity, Infinity, Infinity];
  const max = [-Infinity, -Infinity, -Infinity];
  const corners = new Float32Array(triangles.length * 3);
  for (let corner = 0; corner < triangles.length; corner++) {
    const from = triangles[corner]! * 3;
    for (let axis = 0; axis < 3; axis++) {
      const value = positions[from + axis]!;
      corners[corner * 3 + axis] = value;
      if (value < min[axis]!) min[axis] = value;
      if (value > max[axis]!) max[axis] = value;
    }
  }
  const size = min.map((low, axis) => Math.max(0, max[axis]! - low)) as [number, number, number];
  const middle = min.map((low, axis) => low + size[axis]! / 2);
  let radiusSquared = 0;
  for (let at = 0; at < corners.length; at += 3) {
    const x = corners[at]! - middle[0]!;
    const y = corners[at + 1]! - middle[1]!;
    const z = corners[at + 2]! - middle[2]!;
    corners[at] = x;
    corners[at + 1] = y;
    corners[at + 2] = z;
    radiusSquared = Math.max(radiusSquared, x * x + y * y + z * z);
  }
  return { corners, size, radius: Math.sqrt(radiusSquared) };
}

/** The cross product of each triangle's sides: its direction is the normal, its length twice the area. */
function computeFacetNormals(corners: Float32Array): Float32Array {
  const normals = new Float32Array(corners.length / 3);
  for (let facet = 0; facet < normals.length / 3; facet++) {
    const at = facet * 9;
    const ax = corners[at + 3]! - corners[at]!;
    const ay = corners[at + 4]! - corners[at + 1]!;
    const az = corners[at + 5]! - corners[at + 2]!;
    const bx = corners[at + 6]! - corners[at]!;
    const by = corners[at + 7]! - corners[at + 1]!;
    const bz = corners[at + 8]! - corners[at + 2]!;
    normals[facet * 3] = ay * bz - az * by;
    normals[facet * 3 + 1] = az * bx - ax * bz;
    normals[facet * 3 + 2] = ax * by - ay * bx;
  }
  return normals;
}

/** Cosine of the angle between two facets; 1 where one of them has no area, which hides nothing. */
function cosineOfFacets(normals: Float32Array, a: number, b: number): number {
  const ax = normals[a * 3]!;
  const ay = normals[a * 3 + 1]!;
  const az = normals[a * 3 + 2]!;
  const bx = normals[b * 3]!;
  const by = normals[b * 3 + 1]!;
  const bz = normals[b * 3 + 2]!;
  const lengths = Math.sqrt((ax * ax + ay * ay + az * az) * (bx * bx + by * by + bz * bz));
  return lengths === 0 ? 1 : (ax * bx + ay * by + az * bz) / lengths;
}

/** For each vertex the corners that lie on it: `corners.subarray(starts[v], starts[v + 1])`. */
function listCornersByVertex(vertexOfCorner: Uint32Array, vertexCount: number) {
  const starts = new Uint32Array(vertexCount + 1);
  for (const vertex of vertexOfCorner) starts[vertex + 1]!++;
  for (let vertex = 0; vertex < vertexCount; vertex++) starts[vertex + 1]! += starts[vertex]!;
  const next = starts.slice();
  const corners = new Uint32Array(vertexOfCorner.length);
  for (let corner = 0; corner < vertexOfCorner.length; corner++) {
    corners[next[vertexOfCorner[corner]!]!++] = corner;
  }
  return { starts, corners };
}

/** Normal of each corner: the area-weighted mean of the facets around its vertex that it is smooth with. */
function computeCornerNormals(
  facetNormals: Float32Array,
  vertexOfCorner: Uint32Array,
  vertexCount: number,
): Float32Array<ArrayBuffer> {
  const { starts, corners } = listCornersByVertex(vertexOfCorner, vertexCount);
  const normals = new Float32Array(vertexOfCorner.length * 3);
  for (let corner = 0; corner < vertexOfCorner.length; corner++) {
    const facet = Math.floor(corner / 3);
    const vertex = vertexOfCorner[corner]!;
    const from = starts[vertex]!;
    const to = starts[vertex + 1]!;
    let x = facetNormals[facet * 3]!;
    let y = facetNormals[facet * 3 + 1]!;
    let z = facetNormals[facet * 3 + 2]!;
    for (let at = from; at < to && to - from <= VALENCE_MAX; at++) {
      const other = Math.floor(corners[at]! / 3);
      if (other === facet || cosineOfFacets(facetNormals, facet, other) < SMOOTH_COSINE_MIN) continue;
      x += facetNormals[other * 3]!;
      y += facetNormals[other * 3 + 1]!;
      z += facetNormals[other * 3 + 2]!;
    }
    const length = Math.sqrt(x * x + y * y + z * z) || 1;
    normals[corner * 3] = x / length;
    normals[corner * 3 + 1] = y / length;
    normals[corner * 3 + 2] = z / length;
  }
  return normals;
}

/** Corner numbers at both ends of each edge that is sharp, open, or shared by more than two facets. */
function findEdges(facetNormals: Float32Array, vertexOfCorner: Uint32Array): number[] {
  const capacity = 1 << Math.ceil(Math.log2(vertexOfCorner.length * 2 + 2));
  const cornerAt = new Int32Array(capacity).fill(-1);
  const partnerAt = new Int32Array(capacity).fill(-1);
  for (let corner = 0; corner < vertexOfCorner.length; corner++) {
    const next = corner % 3 === 2 ? corner - 2 : corner + 1;
    const a = Math.min(vertexOfCorner[corner]!, vertexOfCorner[next]!);
    const b = Math.max(vertexOfCorner[corner]!, vertexOfCorner[next]!);
    if (a === b) continue;
    let slot = (Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b)) & (capacity - 1);
    for (; cornerAt[slot]! >= 0; slot = (slot + 1) & (capacity - 1)) {
      const known = cornerAt[slot]!;
      const knownNext = known % 3 === 2 ? known - 2 : known + 1;
      const c = vertexOfCorner[known]!;
      const d = vertexOfCorner[knownNext]!;
      if ((c === a && d === b) || (c === b && d === a)) break;
    }
    if (cornerAt[slot]! < 0) cornerAt[slot] = corner;
    else if (partnerAt[slot] === -1) partnerAt[slot] = corner;
    else partnerAt[slot] = -2;
  }
  const ends: number[] = [];
  for (let slot = 0; slot < capacity; slot++) {
    const corner = cornerAt[slot]!;
    const partner = partnerAt[slot]!;
    if (corner < 0) continue;
    const isSmooth =
      partner >= 0 &&
      cosineOfFacets(facetNormals, Math.floor(corner / 3), Math.floor(partner / 3)) >= SMOOTH_COSINE_MIN;
    if (isSmooth) continue;
    if (ends.length >= EDGES_MAX * 2) return [];
    ends.push(corner, corner % 3 === 2 ? corner - 2 : corner + 1);
  }
  return ends;
}

/**
 * Vertices must be welded, as `readMesh` returns them and as the site's glTF holds them: facets are neighbours
 * by vertex number. Half a second for a million triangles: meant for a worker.
 */
export function buildRenderMesh(positions: Float32Array, triangles: Uint32Array): RenderMesh {
  const { corners, size, radius } = gatherCorners(positions, triangles);
  const facetNormals = computeFacetNormals(corners);
  const ends = findEdges(facetNormals, triangles);
  const edges = new Float32Array(ends.length * 3);
  ends.forEach((corner, index) => {
    edges.set(corners.subarray(corner * 3, corner * 3 + 3), index * 3);
  });
  const normals = computeCornerNormals(facetNormals, triangles, positions.length / 3);
  return { positions: corners, normals, edges, size, radius };
}
