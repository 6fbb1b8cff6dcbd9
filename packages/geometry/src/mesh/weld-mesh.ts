/**
 * Welding: vertices at one place become one vertex, unused vertices and collapsed triangles go.
 *
 * Measured on 1,000,000 triangles of a binary STL (3,000,000 corners): an open-addressing table over the
 * three float words; sorting the corners instead took more than twice as long, a `Map` ten times.
 */
import { createHashKey, hashWords } from './hash-key.ts';
import type { Mesh } from './mesh.ts';

export interface WeldedMesh {
  readonly mesh: Mesh;
  /** Triangles that lost a corner to welding and were left out. */
  readonly dropped: number;
}

export interface WeldOptions {
  /** Vertices no further apart than this become one, in millimetres. 0, the default: only exactly equal ones. */
  readonly toleranceMm?: number;
}

/**
 * Welds the vertices of a mesh. Triangles keep their order and vertices are numbered by first use, so equal
 * input gives equal output. A triangle with three different corners stays even where its area is zero: it
 * holds its neighbours together.
 */
export function weldMesh(mesh: Mesh, options: WeldOptions = {}): WeldedMesh {
  const toleranceMm = options.toleranceMm ?? 0;
  const table = toleranceMm > 0 ? weldNear(mesh, toleranceMm) : weldEqual(mesh);
  return keepWholeTriangles(table);
}

/** For every corner of every triangle the number of its welded vertex, and the places of those vertices. */
interface Welding {
  readonly corners: Uint32Array;
  readonly positions: Float32Array;
  readonly vertices: number;
}

function weldEqual(mesh: Mesh): Welding {
  const { triangles } = mesh;
  const words = new Uint32Array(mesh.positions.buffer, mesh.positions.byteOffset, mesh.positions.length);
  const key = createHashKey();
  const mask = tableSize(triangles.length) - 1;
  const table = new Uint32Array(mask + 1); // vertex number + 1; 0 is free
  const places = new Float32Array(triangles.length * 3);
  const placeWords = new Uint32Array(places.buffer);
  const corners = new Uint32Array(triangles.length);
  let vertices = 0;
  for (let corner = 0; corner < triangles.length; corner++) {
    const from = triangles[corner]! * 3;
    const x = withoutMinusZero(words[from]!);
    const y = withoutMinusZero(words[from + 1]!);
    const z = withoutMinusZero(words[from + 2]!);
    let slot = hashWords(x, y, z, key) & mask;
    for (;;) {
      const entry = table[slot]!;
      if (entry === 0) {
        const to = vertices * 3;
        placeWords[to] = x;
        placeWords[to + 1] = y;
        placeWords[to + 2] = z;
        corners[corner] = vertices++;
        table[slot] = vertices;
        break;
      }
      const at = (entry - 1) * 3;
      if (placeWords[at] === x && placeWords[at + 1] === y && placeWords[at + 2] === z) {
        corners[corner] = entry - 1;
        break;
      }
      slot = (slot + 1) & mask;
    }
  }
  return { corners, positions: places, vertices };
}

function withoutMinusZero(word: number): number {
  return word === 0x80000000 ? 0 : word;
}

/**
 * Cells are two tolerances wide, so all that lies within one tolerance of a point lies in the eight cells on
 * its nearer sides. Kept vertices are further apart than the tolerance, so a cell holds only a few of them,
 * whatever the file.
 */
function weldNear(mesh: Mesh, toleranceMm: number): Welding {
  const { corners, positions, vertices } = weldEqual(mesh);
  const key = createHashKey();
  const mask = tableSize(vertices) - 1;
  const heads = new Uint32Array(mask + 1); // kept vertex + 1; 0 is none
  const next = new Uint32Array(vertices);
  const keptFor = new Uint32Array(vertices);
  const places = new Float32Array(vertices * 3);
  const toleranceSquared = toleranceMm * toleranceMm;
  const perCell = 1 / (2 * toleranceMm);
  const [originX, originY, originZ] = lowestCorner(positions, vertices);
  let kept = 0;

  const findKept = (x: number, y: number, z: number, cells: Int32Array): number => {
    for (let side = 0; side < 8; side++) {
      const cx = cells[side & 1]!;
      const cy = cells[2 + ((side >> 1) & 1)]!;
      const cz = cells[4 + (side >> 2)]!;
      for (let entry = heads[hashWords(cx, cy, cz, key) & mask]!; entry !== 0; entry = next[entry - 1]!) {
        const at = (entry - 1) * 3;
        const dx = places[at]! - x;
        const dy = places[at + 1]! - y;
        const dz = places[at + 2]! - z;
        if (dx * dx + dy * dy + dz * dz <= toleranceSquared) return entry - 1;
      }
    }
    return -1;
  };

  const cells = new Int32Array(6); // own cell and nearer neighbour, along x, y and z
  for (let vertex = 0; vertex < vertices; vertex++) {
    const x = positions[vertex * 3]!;
    const y = positions[vertex * 3 + 1]!;
    const z = positions[vertex * 3 + 2]!;
    setCells(cells, 0, (x - originX) * perCell);
    setCells(cells, 2, (y - originY) * perCell);
    setCells(cells, 4, (z - originZ) * perCell);
    const found = findKept(x, y, z, cells);
    if (found >= 0) {
      keptFor[vertex] = found;
      continue;
    }
    places[kept * 3] = x;
    places[kept * 3 + 1] = y;
    places[kept * 3 + 2] = z;
    const slot = hashWords(cells[0]!, cells[2]!, cells[4]!, key) & mask;
    next[kept] = heads[slot]!;
    keptFor[vertex] = kept++;
    heads[slot] = kept;
  }
  for (let corner = 0; corner < corners.length; corner++) corners[corner] = keptFor[corners[corner]!]!;
  return { corners, positions: places, vertices: kept };
}

function setCells(cells: Int32Array, at: number, place: number): void {
  const cell = Math.floor(place);
  cells[at] = cell;
  cells[at + 1] = place - cell < 0.5 ? cell - 1 : cell + 1;
}

function lowestCorner(positions: Float32Array, vertices: number): [number, number, number] {
  const low: [number, number, number] = [Infinity, Infinity, Infinity];
  for (let i = 0; i < vertices * 3; i++) low[i % 3] = Math.min(low[i % 3]!, positions[i]!);
  return low;
}

function keepWholeTriangles({ corners, positions, vertices }: Welding): WeldedMesh {
  const numbers = new Uint32Array(vertices); // new number + 1; 0 is unused
  const places = new Float32Array(vertices * 3);
  let length = 0;
  let used = 0;
  for (let at = 0; at < corners.length; at += 3) {
    const a = corners[at]!;
    const b = corners[at + 1]!;
    const c = corners[at + 2]!;
    if (a === b || b === c || c === a) continue;
    for (let i = 0; i < 3; i++) {
      const vertex = corners[at + i]!;
      if (numbers[vertex] === 0) {
        places[used * 3] = positions[vertex * 3]!;
        places[used * 3 + 1] = positions[vertex * 3 + 1]!;
        places[used * 3 + 2] = positions[vertex * 3 + 2]!;
        numbers[vertex] = ++used;
      }
      corners[length + i] = numbers[vertex]! - 1;
    }
    length += 3;
  }
  return {
    mesh: { positions: places.slice(0, used * 3), triangles: corners.slice(0, length) },
    dropped: (corners.length - length) / 3,
  };
}

/** A power of two that leaves at least half of the table free. */
function tableSize(entries: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(8, entries * 2)));
}
