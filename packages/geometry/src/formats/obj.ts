/**
 * Wavefront OBJ: vertices and faces, all groups and objects as one mesh. Colours, texture coordinates,
 * normals, materials, lines and points are passed over; refuses faces that name vertices that are not there.
 */
import { GeometryError } from '../errors.ts';
import { Float32List, Uint32List } from '../mesh/growable.ts';
import type { Mesh } from '../mesh/mesh.ts';
import { createPolygonCutter, type PolygonCutter } from './cut-polygon.ts';
import { TRIANGLES_MAX } from './limits.ts';
import { TextScanner } from './text-scanner.ts';

const SPACE = 32;
const MINUS = 45;
const SLASH = 47;
const ZERO = 48;
const NINE = 57;
const BACKSLASH = 92;
const LOWER_V = 118;
const LOWER_F = 102;

/** Vertex numbers of a file within the limits stay far below; more digits than this are a mistake. */
const VERTEX_NUMBER_MAX = 2 ** 31;

export interface ObjMesh {
  readonly mesh: Mesh;
  /** Polygons that curve inwards and were too large or too tangled to cut: their area may be too large. */
  readonly fanned: number;
}

export function readObj(bytes: Uint8Array): ObjMesh {
  const scanner = new TextScanner(bytes);
  const positions = new Float32List(Math.ceil(bytes.length / 20));
  const triangles = new Uint32List(Math.ceil(bytes.length / 20));
  const cutter = createPolygonCutter(positions, triangles);
  const polygon: number[] = [];
  while (!scanner.atEnd) {
    scanner.skipBlanks();
    const letter = bytes[scanner.offset];
    const blankAfter = (bytes[scanner.offset + 1] ?? 0) <= SPACE;
    if (letter === LOWER_V && blankAfter) {
      scanner.offset++;
      readVertex(scanner, positions);
    } else if (letter === LOWER_F && blankAfter) {
      scanner.offset++;
      readFace(scanner, positions.length / 3, polygon, cutter);
      if (triangles.length / 3 > TRIANGLES_MAX) throw tooManyTriangles(scanner);
    }
    skipStatement(scanner);
  }
  return { mesh: { positions: positions.view(), triangles: triangles.view() }, fanned: cutter.fanned };
}

/** `v x y z`; a weight or a colour may follow and is passed over. */
function readVertex(scanner: TextScanner, positions: Float32List): void {
  skipGap(scanner);
  const x = scanner.number('x of a vertex');
  skipGap(scanner);
  const y = scanner.number('y of a vertex');
  skipGap(scanner);
  const z = scanner.number('z of a vertex');
  positions.push3(x, y, z);
}

/** `f a b c …`, each corner `v`, `v/vt`, `v//vn` or `v/vt/vn`; negative numbers count back from the last vertex. */
function readFace(scanner: TextScanner, vertices: number, polygon: number[], cutter: PolygonCutter): void {
  const { bytes } = scanner;
  polygon.length = 0;
  for (;;) {
    skipGap(scanner);
    const byte = bytes[scanner.offset];
    if (byte === undefined || byte <= SPACE || byte === 35) break; // end of line, or a comment
    polygon.push(readVertexNumber(scanner, vertices));
    scanner.checkLineLength(); // before an endless line fills the memory
    skipOtherNumbers(scanner);
  }
  if (polygon.length < 3) throw scanner.malformed(`a face with ${polygon.length} corners: it needs three`);
  cutter.cut(polygon);
}

function readVertexNumber(scanner: TextScanner, vertices: number): number {
  const { bytes } = scanner;
  const start = scanner.offset;
  const negative = bytes[start] === MINUS;
  let at = negative ? start + 1 : start;
  const firstDigit = at;
  let number = 0;
  for (let byte = bytes[at]; byte !== undefined && byte >= ZERO && byte <= NINE; byte = bytes[++at]) {
    number = Math.min(number * 10 + (byte - ZERO), VERTEX_NUMBER_MAX);
  }
  const after = bytes[at];
  if (at === firstDigit || (after !== undefined && after > SPACE && after !== SLASH && after !== BACKSLASH)) {
    throw scanner.malformed(`a corner of a face is ${scanner.quoteWord()}: expected a vertex number`);
  }
  if (number === 0 || number > vertices) {
    const message = `a face names vertex ${negative ? -number : number}, but ${vertices} came before it`;
    throw scanner.malformed(message);
  }
  scanner.offset = at;
  return negative ? vertices - number : number - 1;
}

/** Passes over the texture and normal numbers behind a vertex number. */
function skipOtherNumbers(scanner: TextScanner): void {
  for (;;) {
    const byte = scanner.bytes[scanner.offset];
    if (byte === undefined || byte <= SPACE || byte === BACKSLASH) return;
    scanner.offset++;
  }
}

/** Passes over blanks, and over line ends that a backslash continues. */
function skipGap(scanner: TextScanner): void {
  scanner.skipBlanks();
  while (scanner.bytes[scanner.offset] === BACKSLASH) {
    scanner.offset++;
    scanner.skipBlanks();
    scanner.skipLineEnd();
    scanner.skipBlanks();
  }
}

/** Passes over what is left of a statement, continued lines included. */
function skipStatement(scanner: TextScanner): void {
  for (;;) {
    scanner.skipLine();
    let last = scanner.offset - 2;
    if (scanner.bytes[last] === 13) last--;
    if (scanner.atEnd || scanner.bytes[last] !== BACKSLASH) return;
  }
}

function tooManyTriangles(scanner: TextScanner): GeometryError {
  const message = `the mesh has more than ${TRIANGLES_MAX} triangles: export it with a coarser tolerance`;
  return new GeometryError('FILE_LIMIT_EXCEEDED', message, { line: scanner.line });
}
