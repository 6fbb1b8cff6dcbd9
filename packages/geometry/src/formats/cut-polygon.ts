/**
 * Polygons to triangles: a fan where the polygon is convex, ears cut off one by one where it curves inwards
 * (a fan there would cover area outside of it). The work on ears is bounded for the whole file.
 */
import type { Float32List, Uint32List } from '../mesh/growable.ts';

/** 2,000 corners: flanges with many holes, cut open, stay below; ears cost the square of the corners. */
const EAR_CORNERS_MAX = 2_000;
/** 50 million corner tests a file, about half a second; real files need a few thousand. */
const EAR_TESTS_MAX = 50_000_000;

export interface PolygonCutter {
  /** Adds the triangles of a polygon of at least three vertex numbers. */
  cut(polygon: readonly number[]): void;
  /** Polygons that should have been cut by ears and became fans, because of a limit or because they cross themselves. */
  readonly fanned: number;
}

export function createPolygonCutter(positions: Float32List, triangles: Uint32List): PolygonCutter {
  let testsLeft = EAR_TESTS_MAX;
  let fanned = 0;
  return {
    get fanned() {
      return fanned;
    },
    cut(polygon) {
      if (polygon.length === 3) {
        triangles.push3(polygon[0]!, polygon[1]!, polygon[2]!);
        return;
      }
      const flat = flatten(polygon, positions);
      if (isConvex(flat)) {
        fan(polygon, triangles);
        return;
      }
      const cut = polygon.length <= EAR_CORNERS_MAX ? cutEars(flat, testsLeft) : { ears: null, tests: 0 };
      testsLeft -= cut.tests;
      if (cut.ears === null) {
        fanned++;
        fan(polygon, triangles);
        return;
      }
      for (let i = 0; i < cut.ears.length; i += 3) {
        triangles.push3(polygon[cut.ears[i]!]!, polygon[cut.ears[i + 1]!]!, polygon[cut.ears[i + 2]!]!);
      }
    },
  };
}

function fan(polygon: readonly number[], triangles: Uint32List): void {
  for (let i = 2; i < polygon.length; i++) triangles.push3(polygon[0]!, polygon[i - 1]!, polygon[i]!);
}

/** The corners in the polygon's own plane, running counter-clockwise: u and v of each. */
function flatten(polygon: readonly number[], positions: Float32List): Float64Array {
  const first = polygon[0]! * 3;
  const at = (i: number, axis: number): number =>
    positions.at(polygon[i]! * 3 + axis) - positions.at(first + axis);
  const normal = [0, 0, 0]; // twice the area vector (Newell 1972)
  for (let i = 0; i < polygon.length; i++) {
    const j = (i + 1) % polygon.length;
    for (let axis = 0; axis < 3; axis++) {
      const u = (axis + 1) % 3;
      const v = (axis + 2) % 3;
      normal[axis]! += at(i, u) * at(j, v) - at(i, v) * at(j, u);
    }
  }
  const size = normal.map(Math.abs);
  const drop = size[0]! > size[1]! && size[0]! > size[2]! ? 0 : size[1]! > size[2]! ? 1 : 2;
  const [u, v] = [(drop + 1) % 3, (drop + 2) % 3];
  const turned = normal[drop]! < 0;
  const flat = new Float64Array(polygon.length * 2);
  for (let i = 0; i < polygon.length; i++) {
    flat[i * 2] = at(i, turned ? v : u);
    flat[i * 2 + 1] = at(i, turned ? u : v);
  }
  return flat;
}

/** Twice the signed area of a triangle of corners; positive where it turns left. */
function turn(flat: Float64Array, a: number, b: number, c: number): number {
  const ax = flat[a * 2]!;
  const ay = flat[a * 2 + 1]!;
  return (flat[b * 2]! - ax) * (flat[c * 2 + 1]! - ay) - (flat[b * 2 + 1]! - ay) * (flat[c * 2]! - ax);
}

function isConvex(flat: Float64Array): boolean {
  const corners = flat.length / 2;
  for (let i = 0; i < corners; i++) {
    if (turn(flat, i, (i + 1) % corners, (i + 2) % corners) < 0) return false;
  }
  return true;
}

/** Triangles as corner numbers, or null where no ear can be found or the tests ran out. */
function cutEars(flat: Float64Array, testsMax: number): { ears: number[] | null; tests: number } {
  const left = Array.from({ length: flat.length / 2 }, (_, i) => i);
  const ears: number[] = [];
  let tests = 0;
  let at = 0;
  let failures = 0;
  while (left.length > 3) {
    const a = left[at % left.length]!;
    const b = left[(at + 1) % left.length]!;
    const c = left[(at + 2) % left.length]!;
    tests += left.length;
    if (tests > testsMax) return { ears: null, tests };
    if (turn(flat, a, b, c) >= 0 && !left.some((corner) => isInside(flat, corner, a, b, c))) {
      ears.push(a, b, c);
      left.splice((at + 1) % left.length, 1);
      at %= left.length;
      failures = 0;
    } else {
      at = (at + 1) % left.length;
      if (++failures > left.length) return { ears: null, tests };
    }
  }
  ears.push(left[0]!, left[1]!, left[2]!);
  return { ears, tests };
}

/** Whether another corner lies inside or on the triangle; corners at the place of a, b or c do not count. */
function isInside(flat: Float64Array, corner: number, a: number, b: number, c: number): boolean {
  if (corner === a || corner === b || corner === c) return false;
  for (const other of [a, b, c]) {
    if (flat[corner * 2] === flat[other * 2] && flat[corner * 2 + 1] === flat[other * 2 + 1]) return false;
  }
  return turn(flat, a, b, corner) >= 0 && turn(flat, b, c, corner) >= 0 && turn(flat, c, a, corner) >= 0;
}
