/**
 * Fewer triangles, the same shape as far as it goes: edges collapse in the order of the error they make,
 * measured by the planes they came from (Garland and Heckbert 1997). Flat faces go first and cost nothing,
 * round ones get coarser, outlines of open surfaces stay.
 */
import { CandidateHeap } from './candidate-heap.ts';
import type { Mesh } from './mesh.ts';
import { weldMesh } from './weld-mesh.ts';

/** How much more an open outline weighs than a face, so that sheets do not shrink from their rim. */
const RIM_WEIGHT = 10;
/** A triangle may turn by up to 78 degrees in one collapse: cosine. */
const TURN_COSINE_MIN = 0.2;
/** Vertices of more triangles than this are left alone: a fan made on purpose must not cost quadratic time. */
const FACETS_PER_VERTEX_MAX = 256;

/**
 * A welded mesh of at most `trianglesMax` triangles where the shape allows: a mesh that could only shrink by
 * folding over stays larger. A mesh that is small enough comes back as it is.
 */
export function simplifyMesh(mesh: Mesh, trianglesMax: number): Mesh {
  if (!Number.isInteger(trianglesMax) || trianglesMax < 4) {
    throw new RangeError(`trianglesMax must be a whole number of at least 4, not ${trianglesMax}`);
  }
  if (mesh.triangles.length / 3 <= trianglesMax) return mesh;
  return new Simplification(mesh).run(trianglesMax);
}

type Point = [number, number, number];

class Simplification {
  readonly #positions: Float64Array;
  /** Three vertex numbers a triangle; all -1 once the triangle is gone. */
  readonly #triangles: Int32Array;
  /** The triangles of each vertex, some of them gone; empty once the vertex is gone. */
  readonly #around: number[][];
  /** How many of them are gone: lists are cleared when that is half, so that large ones cost no quadratic time. */
  readonly #gone: Uint32Array;
  /** Ten coefficients a vertex: the sum of squared distances to its planes (symmetric 4 x 4, upper half). */
  readonly #quadrics: Float64Array;
  /** Counts the changes of a vertex, so that candidates computed before are known to be stale. */
  readonly #changes: Uint32Array;
  readonly #heap = new CandidateHeap();
  #alive: number;

  constructor({ positions, triangles }: Mesh) {
    this.#positions = Float64Array.from(positions);
    this.#triangles = Int32Array.from(triangles);
    this.#around = Array.from({ length: positions.length / 3 }, () => []);
    this.#gone = new Uint32Array(positions.length / 3);
    this.#quadrics = new Float64Array((positions.length / 3) * 10);
    this.#changes = new Uint32Array(positions.length / 3);
    this.#alive = triangles.length / 3;
    for (let at = 0; at < triangles.length; at++) this.#around[triangles[at]!]!.push(Math.floor(at / 3));
  }

  run(trianglesMax: number): Mesh {
    this.#addPlanes();
    this.#addEdges();
    while (this.#alive > trianglesMax) {
      const candidate = this.#heap.pop();
      if (candidate === undefined) break;
      const { from, to, changes } = candidate;
      if (this.#changes[from]! + this.#changes[to]! !== changes) continue;
      if (this.#around[from]!.length === 0 || this.#around[to]!.length === 0) continue;
      const { point } = this.#bestPoint(from, to);
      if (this.#mayCollapse(from, to, point)) this.#collapse(from, to, point);
    }
    const kept: number[] = [];
    for (let at = 0; at < this.#triangles.length; at += 3) {
      if (this.#triangles[at]! >= 0)
        kept.push(this.#triangles[at]!, this.#triangles[at + 1]!, this.#triangles[at + 2]!);
    }
    return weldMesh({ positions: Float32Array.from(this.#positions), triangles: Uint32Array.from(kept) })
      .mesh;
  }

  #point(vertex: number): Point {
    const at = vertex * 3;
    return [this.#positions[at]!, this.#positions[at + 1]!, this.#positions[at + 2]!];
  }

  #addPlanes(): void {
    for (let at = 0; at < this.#triangles.length; at += 3) {
      const corners = [this.#triangles[at]!, this.#triangles[at + 1]!, this.#triangles[at + 2]!];
      const [a, b, c] = corners.map((vertex) => this.#point(vertex)) as [Point, Point, Point];
      const normal = areaVector(a, b, c);
      const length = norm(normal);
      if (length === 0) continue;
      const unit = scaled(normal, 1 / length);
      for (const vertex of corners) this.#addPlane(vertex, unit, a, length);
    }
  }

  /** Every edge as a candidate; open ones also hold on to their place by a plane that stands on the rim. */
  #addEdges(): void {
    const edges: [from: number, to: number][] = [];
    this.#triangles.forEach((from, at) => {
      const to = this.#triangles[at % 3 === 2 ? at - 2 : at + 1]!;
      const [fewer, other] = this.#around[from]!.length < this.#around[to]!.length ? [from, to] : [to, from];
      const facets = this.#around[fewer]!.filter((facet) => this.#has(facet, other)).length;
      if (facets === 1) this.#addRim(from, to, Math.floor(at / 3) * 3);
      if (facets === 1 || from < to) edges.push([from, to]);
    });
    for (const [from, to] of edges) this.#addCandidate(from, to); // after all planes are known
  }

  #addRim(from: number, to: number, triangle: number): void {
    const [a, b, c] = [0, 1, 2].map((i) => this.#point(this.#triangles[triangle + i]!)) as [
      Point,
      Point,
      Point,
    ];
    const start = this.#point(from);
    const edge = minus(this.#point(to), start);
    const across = crossed(edge, areaVector(a, b, c));
    const length = norm(across);
    if (length === 0) return;
    const weight = RIM_WEIGHT * dotted(edge, edge);
    for (const vertex of [from, to]) this.#addPlane(vertex, scaled(across, 1 / length), start, weight);
  }

  #addPlane(vertex: number, [x, y, z]: Point, through: Point, weight: number): void {
    const d = -dotted([x, y, z], through);
    const terms = [x * x, x * y, x * z, x * d, y * y, y * z, y * d, z * z, z * d, d * d];
    for (let i = 0; i < 10; i++) this.#quadrics[vertex * 10 + i]! += weight * terms[i]!;
  }

  #addCandidate(a: number, b: number): void {
    const [from, to] = a < b ? [a, b] : [b, a];
    const { cost } = this.#bestPoint(from, to);
    this.#heap.push({ cost, from, to, changes: this.#changes[from]! + this.#changes[to]! });
  }

  /** The better of both ends and their middle; a shorter edge first where the planes do not care. */
  #bestPoint(from: number, to: number): { point: Point; cost: number } {
    const [a, b] = [this.#point(from), this.#point(to)];
    const edge = minus(a, b);
    let best: { point: Point; cost: number } = { point: a, cost: Infinity };
    for (const point of [a, b, scaled([a[0] + b[0], a[1] + b[1], a[2] + b[2]], 0.5)]) {
      const cost = this.#error(from, point) + this.#error(to, point);
      if (cost < best.cost) best = { point, cost };
    }
    return { point: best.point, cost: Math.max(best.cost, 0) + 1e-9 * dotted(edge, edge) ** 2 };
  }

  #error(vertex: number, [x, y, z]: Point): number {
    const q = this.#quadrics.subarray(vertex * 10, vertex * 10 + 10);
    const first = x * (q[0]! * x + 2 * (q[1]! * y + q[2]! * z + q[3]!));
    const second = y * (q[4]! * y + 2 * (q[5]! * z + q[6]!));
    return first + second + z * (q[7]! * z + 2 * q[8]!) + q[9]!;
  }

  #has(facet: number, vertex: number): boolean {
    const at = facet * 3;
    const { [at]: a, [at + 1]: b, [at + 2]: c } = this.#triangles;
    return a === vertex || b === vertex || c === vertex;
  }

  #isGone(facet: number): boolean {
    return this.#triangles[facet * 3]! < 0;
  }

  /** All corners of the triangles around a vertex, itself among them. */
  #neighbours(vertex: number): Set<number> {
    const found = new Set<number>();
    for (const facet of this.#around[vertex]!) {
      if (this.#isGone(facet)) continue;
      for (let i = 0; i < 3; i++) found.add(this.#triangles[facet * 3 + i]!);
    }
    return found;
  }

  /** Whether no triangle folds over, and no two sheets get glued together (the link condition). */
  #mayCollapse(from: number, to: number, point: Point): boolean {
    const [aroundFrom, aroundTo] = [this.#around[from]!, this.#around[to]!];
    if (aroundFrom.length + aroundTo.length > FACETS_PER_VERTEX_MAX) return false;
    const between = aroundFrom.filter((facet) => this.#has(facet, to)).length;
    const neighbours = this.#neighbours(to);
    let common = -2; // both ends are neighbours of both
    for (const vertex of this.#neighbours(from)) if (neighbours.has(vertex)) common++;
    if (common > between) return false;
    return (
      aroundFrom.every((facet) => this.#has(facet, to) || this.#staysUpright(facet, from, point)) &&
      aroundTo.every((facet) => this.#has(facet, from) || this.#staysUpright(facet, to, point))
    );
  }

  #staysUpright(facet: number, vertex: number, point: Point): boolean {
    if (this.#isGone(facet)) return true;
    const corners = [0, 1, 2].map((i) => this.#triangles[facet * 3 + i]!);
    const [a, b, c] = corners.map((corner) => this.#point(corner)) as [Point, Point, Point];
    const before = areaVector(a, b, c);
    const [d, e, f] = corners.map((corner, i) => (corner === vertex ? point : [a, b, c][i]!)) as [
      Point,
      Point,
      Point,
    ];
    const after = areaVector(d, e, f);
    return dotted(before, after) > TURN_COSINE_MIN * norm(before) * norm(after);
  }

  #collapse(from: number, to: number, point: Point): void {
    for (const facet of this.#around[from]!) {
      if (this.#isGone(facet)) continue;
      if (this.#has(facet, to)) {
        this.#remove(facet, from);
        continue;
      }
      for (let i = 0; i < 3; i++) {
        if (this.#triangles[facet * 3 + i] === from) this.#triangles[facet * 3 + i] = to;
      }
      this.#around[to]!.push(facet);
    }
    this.#around[from] = [];
    this.#positions.set(point, to * 3);
    for (let i = 0; i < 10; i++) this.#quadrics[to * 10 + i]! += this.#quadrics[from * 10 + i]!;
    this.#changes[to]!++;
    for (const neighbour of this.#neighbours(to)) if (neighbour !== to) this.#addCandidate(to, neighbour);
  }

  /** Takes a triangle out; the list of `walked` is being walked and will be dropped, so it is left alone. */
  #remove(facet: number, walked: number): void {
    const corners = this.#triangles.slice(facet * 3, facet * 3 + 3);
    this.#triangles.fill(-1, facet * 3, facet * 3 + 3);
    this.#alive--;
    for (const vertex of corners) {
      if (vertex === walked || ++this.#gone[vertex]! * 2 <= this.#around[vertex]!.length) continue;
      this.#around[vertex] = this.#around[vertex]!.filter((other) => !this.#isGone(other));
      this.#gone[vertex] = 0;
    }
  }
}

function minus(a: Point, b: Point): Point {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
}

function scaled([x, y, z]: Point, factor: number): Point {
  return [x * factor, y * factor, z * factor];
}

function dotted(a: Point, b: Point): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

function norm(a: Point): number {
  return Math.sqrt(dotted(a, a));
}

function crossed(a: Point, b: Point): Point {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

/** The normal of a triangle, as long as twice its area. */
function areaVector(a: Point, b: Point, c: Point): Point {
  return crossed(minus(b, a), minus(c, a));
}
