/**
 * STL, binary and ASCII: triangles as they stand in the file, unwelded. Normals and colours in the file are
 * ignored (some writers leave them zero or wrong); refuses counts that do not match the file, coordinates
 * that are not finite, and text cut off before `endsolid`.
 */
import { GeometryError } from '../errors.ts';
import { Float32List } from '../mesh/growable.ts';
import type { Mesh } from '../mesh/mesh.ts';
import { TRIANGLES_MAX } from './limits.ts';
import { TextScanner } from './text-scanner.ts';

const HEADER_BYTES = 80;
const FIRST_TRIANGLE_BYTES = 84;
const TRIANGLE_BYTES = 50;
const NORMAL_BYTES = 12;
const FLOAT32_EXPONENT = 0x7f800000; // all exponent bits set: NaN or Infinity

/** Whether the length is exactly what the triangle count demands: true of every sound binary STL. */
export function isBinaryStl(bytes: Uint8Array): boolean {
  return (
    bytes.length >= FIRST_TRIANGLE_BYTES &&
    bytes.length === FIRST_TRIANGLE_BYTES + TRIANGLE_BYTES * binaryStlTriangles(bytes)
  );
}

/** How many triangles the header of a binary STL promises. */
function binaryStlTriangles(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(HEADER_BYTES, true);
}

export function readBinaryStl(bytes: Uint8Array): Mesh {
  const count = checkedBinaryCount(bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const words = new Uint32Array(count * 9);
  let to = 0;
  for (let triangle = 0; triangle < count; triangle++) {
    let from = FIRST_TRIANGLE_BYTES + TRIANGLE_BYTES * triangle + NORMAL_BYTES;
    for (let i = 0; i < 9; i++, from += 4) {
      const word = view.getUint32(from, true);
      if ((word & FLOAT32_EXPONENT) === FLOAT32_EXPONENT) throw notFinite(view, triangle, i, from);
      words[to++] = word;
    }
  }
  return { positions: new Float32Array(words.buffer), triangles: ordinals(count * 3) };
}

function checkedBinaryCount(bytes: Uint8Array): number {
  if (bytes.length < FIRST_TRIANGLE_BYTES) {
    const message = `a binary STL begins with ${FIRST_TRIANGLE_BYTES} bytes of header, the file has ${bytes.length}: it was cut off, export it again`;
    throw new GeometryError('FILE_MALFORMED', message, { offsetBytes: bytes.length });
  }
  const count = binaryStlTriangles(bytes);
  const expected = FIRST_TRIANGLE_BYTES + TRIANGLE_BYTES * count;
  if (expected !== bytes.length) {
    const present = Math.floor((bytes.length - FIRST_TRIANGLE_BYTES) / TRIANGLE_BYTES);
    const message =
      `the header promises ${count} triangles (${expected} bytes), but the file has ${bytes.length} bytes, ` +
      `room for ${present}: it is ${expected > bytes.length ? 'cut off' : 'longer than it says'}, ` +
      (wasSavedAsText(bytes) ? 'because a program saved as text what is not text: ' : '') +
      'export it again';
    throw new GeometryError('FILE_MALFORMED', message, { offsetBytes: HEADER_BYTES });
  }
  if (count > TRIANGLES_MAX) throw tooManyTriangles();
  return count;
}

/** Whether the bytes hold the sign that programs put for bytes they cannot read as UTF-8, several times. */
function wasSavedAsText(bytes: Uint8Array): boolean {
  let signs = 0;
  for (let at = bytes.indexOf(0xef); at >= 0 && signs < 3; at = bytes.indexOf(0xef, at + 1)) {
    if (bytes[at + 1] === 0xbf && bytes[at + 2] === 0xbd) signs++;
  }
  return signs >= 3;
}

function notFinite(view: DataView, triangle: number, i: number, offsetBytes: number): GeometryError {
  const coordinate = `${'xyz'[i % 3]} of corner ${Math.floor(i / 3) + 1}`;
  const value = view.getFloat32(offsetBytes, true);
  const message = `triangle ${triangle + 1}: ${coordinate} is ${value}, not a finite number: export the part again`;
  return new GeometryError('FILE_MALFORMED', message, { offsetBytes });
}

function tooManyTriangles(): GeometryError {
  const message = `the mesh has more than ${TRIANGLES_MAX} triangles: export it with a coarser tolerance`;
  return new GeometryError('FILE_LIMIT_EXCEEDED', message);
}

function ordinals(length: number): Uint32Array {
  const numbers = new Uint32Array(length);
  for (let i = 0; i < length; i++) numbers[i] = i;
  return numbers;
}

/** Reads `solid … endsolid`, once or several times; all bodies become one mesh. */
export function readAsciiStl(bytes: Uint8Array): Mesh {
  const scanner = new TextScanner(bytes);
  const positions = new Float32List(Math.ceil(bytes.length / 25)); // a facet takes about 250 bytes for 9 values
  scanner.skipWhitespace();
  while (!scanner.atEnd) {
    if (!scanner.takeWord('solid')) throw unexpected(scanner, 'solid');
    scanner.skipLine(); // the name, if any
    readFacets(scanner, positions);
    scanner.skipWhitespace();
  }
  return { positions: positions.view(), triangles: ordinals(positions.length / 3) };
}

function readFacets(scanner: TextScanner, positions: Float32List): void {
  for (;;) {
    scanner.skipWhitespace();
    if (scanner.takeWord('endsolid')) {
      scanner.skipLine();
      return;
    }
    if (!scanner.takeWord('facet')) throw unexpected(scanner, 'facet', 'endsolid');
    skipNormal(scanner);
    expectWord(scanner, 'loop');
    for (let corner = 0; corner < 3; corner++) readVertex(scanner, positions);
    scanner.skipWhitespace();
    if (scanner.takeWord('vertex')) throw scanner.malformed('a fourth corner: facets of an STL have three');
    expectWord(scanner, 'endloop');
    expectWord(scanner, 'endfacet');
    if (positions.length / 9 > TRIANGLES_MAX) throw tooManyTriangles();
  }
}

/** `normal x y z`: passed over whatever it says; normals are recomputed from the corners. */
function skipNormal(scanner: TextScanner): void {
  for (let word = 0; word <= 4; word++) {
    scanner.skipWhitespace();
    if (scanner.takeWord('outer')) return;
    scanner.skipWord();
  }
  throw unexpected(scanner, 'outer');
}

function readVertex(scanner: TextScanner, positions: Float32List): void {
  expectWord(scanner, 'vertex');
  scanner.skipWhitespace();
  const x = scanner.number('x of a vertex');
  scanner.skipWhitespace();
  const y = scanner.number('y of a vertex');
  scanner.skipWhitespace();
  const z = scanner.number('z of a vertex');
  positions.push3(x, y, z);
}

function expectWord(scanner: TextScanner, word: string): void {
  scanner.skipWhitespace();
  if (!scanner.takeWord(word)) throw unexpected(scanner, word);
}

function unexpected(scanner: TextScanner, ...words: string[]): GeometryError {
  const expected = words.map((word) => `\`${word}\``).join(' or ');
  if (scanner.atEnd)
    return scanner.malformed(`the file ends where ${expected} should be: it was cut off, export it again`);
  return scanner.malformed(`expected ${expected}, found ${scanner.quoteWord()}`);
}
