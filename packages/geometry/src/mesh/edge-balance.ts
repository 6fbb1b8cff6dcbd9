/** Whether the surface of a welded mesh closes: along every edge as many facets run one way as the other. */
import type { Mesh } from './mesh.ts';

/**
 * The number of edges that facets do not run along equally often both ways; 0 means closed. Edges with four
 * or six facets (bodies that touch) are fine as long as they pair up.
 *
 * Counting sort of the edges by their lower vertex, then one pass a vertex over a balance array: linear in
 * the number of edges whatever the mesh, also where every triangle shares one vertex.
 */
export function countUnbalancedEdges({ positions, triangles }: Mesh): number {
  const vertices = positions.length / 3;
  const starts = new Uint32Array(vertices + 1);
  for (let at = 0; at < triangles.length; at += 3) {
    const a = triangles[at]!;
    const b = triangles[at + 1]!;
    const c = triangles[at + 2]!;
    starts[Math.min(a, b) + 1]!++;
    starts[Math.min(b, c) + 1]!++;
    starts[Math.min(c, a) + 1]!++;
  }
  for (let vertex = 0; vertex < vertices; vertex++) starts[vertex + 1]! += starts[vertex]!;

  const ends = starts.slice(0, vertices);
  const entries = new Uint32Array(triangles.length); // the upper vertex times 2, plus 1 where it comes first
  const add = (from: number, to: number): void => {
    if (from < to) entries[ends[from]!++] = to * 2;
    else entries[ends[to]!++] = from * 2 + 1;
  };
  for (let at = 0; at < triangles.length; at += 3) {
    const a = triangles[at]!;
    const b = triangles[at + 1]!;
    const c = triangles[at + 2]!;
    add(a, b);
    add(b, c);
    add(c, a);
  }

  const balance = new Int32Array(vertices);
  let unbalanced = 0;
  for (let vertex = 0; vertex < vertices; vertex++) {
    const start = starts[vertex]!;
    const end = starts[vertex + 1]!;
    for (let i = start; i < end; i++) balance[entries[i]! >>> 1]! += entries[i]! & 1 ? -1 : 1;
    for (let i = start; i < end; i++) {
      const upper = entries[i]! >>> 1;
      if (balance[upper] !== 0) unbalanced++;
      balance[upper] = 0;
    }
  }
  return unbalanced;
}
