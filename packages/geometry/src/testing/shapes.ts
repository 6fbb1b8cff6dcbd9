/** Meshes with known measures, and files written from them, for tests. Coordinates come from sums and square roots alone. */
import type { Mesh } from '../mesh/mesh.ts';
import { weldMesh } from '../mesh/weld-mesh.ts';

type Point = readonly [number, number, number];

/** A box with one corner at the origin. */
export function box(x: number, y: number, z: number): Mesh {
  return extrude(
    [
      [0, 0],
      [x, 0],
      [x, y],
      [0, y],
    ],
    z,
  );
}

/** An angle bracket: 40 x 30 x 10 mm, 5 mm thick; its surface is 1,970 mm2, its volume 3,250 mm3. No mirror image of itself turns into it with `notch`. */
export function bracket(notch = 0): Mesh {
  // Begins at the inner corner, from which the whole outline is seen.
  const outline: [number, number][] = [
    [5, 5],
    [5, 30],
    [0, 30],
    [0, notch],
    [notch, 0],
    [40, 0],
    [40, 5],
  ];
  return extrude(notch > 0 ? outline : outline.filter((_, i) => i !== 4), 10);
}

/** A prism over an outline that is seen whole from its first corner. */
function extrude(outline: readonly (readonly [number, number])[], height: number): Mesh {
  const facets: Point[][] = [];
  for (let i = 0; i < outline.length; i++) {
    const [ax, ay] = outline[i]!;
    const [bx, by] = outline[(i + 1) % outline.length]!;
    facets.push([
      [ax, ay, 0],
      [bx, by, 0],
      [bx, by, height],
    ]);
    facets.push([
      [ax, ay, 0],
      [bx, by, height],
      [ax, ay, height],
    ]);
    if (i < 2) continue;
    const fan = [outline[0]!, outline[i - 1]!, outline[i]!];
    facets.push(fan.map(([x, y]): Point => [x, y, height]));
    facets.push(fan.map(([x, y]): Point => [x, y, 0]).reverse());
  }
  const mesh = fromFacets(facets);
  return weldMesh(mesh).mesh;
}

/** A flat bar twisted about z: like a thread, unlike its mirror image. */
export function twistedBar(): Mesh {
  const [cosine, sine] = [12 / 13, 5 / 13]; // 22.6 degrees a layer
  let ring: [number, number][] = [
    [9, 3],
    [-9, 3],
    [-9, -3],
    [9, -3],
  ];
  const facets: Point[][] = [];
  for (let layer = 0; layer <= 16; layer++) {
    const [a, b, c, d] = ring.map(([x, y]): Point => [x, y, layer * 2]) as [Point, Point, Point, Point];
    if (layer === 0) facets.push([a, c, b], [a, d, c]);
    if (layer === 16) facets.push([a, b, c], [a, c, d]);
    const next = ring.map(([x, y]): [number, number] => [x * cosine - y * sine, x * sine + y * cosine]);
    const [e, f, g, h] = next.map(([x, y]): Point => [x, y, layer * 2 + 2]) as [Point, Point, Point, Point];
    if (layer < 16)
      facets.push([a, b, f], [a, f, e], [b, c, g], [b, g, f], [c, d, h], [c, h, g], [d, a, e], [d, e, h]);
    ring = next;
  }
  return weldMesh(fromFacets(facets)).mesh;
}

/** A ball of 20 * 4^splits facets, all corners at the radius. */
export function ball(radius: number, splits: number): Mesh {
  const golden = (1 + Math.sqrt(5)) / 2;
  const corners: Point[] = [];
  for (const s of [-1, 1]) {
    for (const t of [-golden, golden]) corners.push([0, s, t], [s, t, 0], [t, 0, s]);
  }
  let facets: Point[][] = [];
  const near = (a: Point, b: Point): boolean => Math.abs(dot(minus(a, b), minus(a, b)) - 4) < 1e-9;
  for (let i = 0; i < 12; i++) {
    for (let j = i + 1; j < 12; j++) {
      for (let k = j + 1; k < 12; k++) {
        const [a, b, c] = [corners[i]!, corners[j]!, corners[k]!];
        if (!near(a, b) || !near(b, c) || !near(c, a)) continue;
        facets.push(dot(cross(minus(b, a), minus(c, a)), a) > 0 ? [a, b, c] : [a, c, b]);
      }
    }
  }
  const middle = (a: Point, b: Point): Point => [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2, (a[2] + b[2]) / 2];
  for (let split = 0; split < splits; split++) {
    facets = facets.flatMap(([a, b, c]) => {
      const [ab, bc, ca] = [middle(a!, b!), middle(b!, c!), middle(c!, a!)];
      return [
        [a!, ab, ca],
        [b!, bc, ab],
        [c!, ca, bc],
        [ab, bc, ca],
      ];
    });
  }
  const outward = (p: Point): Point => {
    const length = Math.sqrt(dot(p, p)) / radius;
    return [p[0] / length, p[1] / length, p[2] / length];
  };
  return weldMesh(fromFacets(facets.map((facet) => facet.map(outward)))).mesh;
}

function fromFacets(facets: readonly (readonly Point[])[]): Mesh {
  return {
    positions: Float32Array.from(facets.flat(2)),
    triangles: Uint32Array.from({ length: facets.length * 3 }, (_, i) => i),
  };
}

function minus(a: Point, b: Point): Point {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
}

function dot(a: Point, b: Point): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

function cross(a: Point, b: Point): Point {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

/** The same mesh elsewhere: every point through a function. */
export function moved(mesh: Mesh, place: (x: number, y: number, z: number) => Point): Mesh {
  const positions = new Float32Array(mesh.positions.length);
  for (let at = 0; at < positions.length; at += 3) {
    positions.set(place(mesh.positions[at]!, mesh.positions[at + 1]!, mesh.positions[at + 2]!), at);
  }
  return { positions, triangles: mesh.triangles };
}

/** The other hand of a part. */
export function mirrored(mesh: Mesh): Mesh {
  return insideOut(moved(mesh, (x, y, z) => [-x, y, z]));
}

/** Facets turned round, each one. */
export function insideOut({ positions, triangles }: Mesh): Mesh {
  return {
    positions,
    triangles: triangles.map((_, at) => triangles[at % 3 === 0 ? at : at % 3 === 1 ? at + 1 : at - 1]!),
  };
}

/** Two meshes as one. */
export function together(a: Mesh, b: Mesh): Mesh {
  return {
    positions: Float32Array.of(...a.positions, ...b.positions),
    triangles: Uint32Array.of(
      ...a.triangles,
      ...b.triangles.map((vertex) => vertex + a.positions.length / 3),
    ),
  };
}

export function writeBinaryStl({ positions, triangles }: Mesh, header = ''): Uint8Array {
  const bytes = new Uint8Array(84 + (triangles.length / 3) * 50);
  bytes.set(new TextEncoder().encode(header));
  const view = new DataView(bytes.buffer);
  view.setUint32(80, triangles.length / 3, true);
  triangles.forEach((vertex, corner) => {
    const at = 84 + Math.floor(corner / 3) * 50 + 12 + (corner % 3) * 12;
    for (let axis = 0; axis < 3; axis++) view.setFloat32(at + axis * 4, positions[vertex * 3 + axis]!, true);
  });
  return bytes;
}

export function writeAsciiStl(mesh: Mesh): Uint8Array {
  const corner = (at: number): string => `vertex ${pointOf(mesh, mesh.triangles[at]!).join(' ')}`;
  const facets = Array.from({ length: mesh.triangles.length / 3 }, (_, facet) => {
    const at = facet * 3;
    return `facet normal 0 0 0\n outer loop\n  ${corner(at)}\n  ${corner(at + 1)}\n  ${corner(at + 2)}\n endloop\nendfacet\n`;
  });
  return new TextEncoder().encode(`solid part\n${facets.join('')}endsolid part\n`);
}

export function writeObj(mesh: Mesh): Uint8Array {
  const vertices = Array.from(
    { length: mesh.positions.length / 3 },
    (_, i) => `v ${pointOf(mesh, i).join(' ')}\n`,
  );
  const faces = Array.from({ length: mesh.triangles.length / 3 }, (_, i) => {
    const [a, b, c] = mesh.triangles.subarray(i * 3, i * 3 + 3);
    return `f ${a! + 1} ${b! + 1} ${c! + 1}\n`;
  });
  return new TextEncoder().encode(vertices.concat(faces).join(''));
}

function pointOf({ positions }: Mesh, vertex: number): Point {
  return [positions[vertex * 3]!, positions[vertex * 3 + 1]!, positions[vertex * 3 + 2]!];
}
