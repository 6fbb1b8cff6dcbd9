import { describe, expect, test } from 'vitest';
import { GeometryError } from '../errors.ts';
import { box, writeAsciiStl, writeBinaryStl } from '../testing/shapes.ts';
import { isBinaryStl, readAsciiStl, readBinaryStl } from './stl.ts';

const text = (lines: string): Uint8Array => new TextEncoder().encode(lines);
const facet = (corners: string): string => `facet normal 0 0 1\nouter loop\n${corners}\nendloop\nendfacet\n`;
const GOOD = facet('vertex 0 0 0\nvertex 1 0 0\nvertex 0 1 0');

function failure(action: () => unknown): GeometryError {
  try {
    action();
  } catch (error) {
    if (error instanceof GeometryError) return error;
    throw error;
  }
  throw new Error('was read');
}

describe('binary', () => {
  const bytes = writeBinaryStl(box(2, 3, 4), 'solid though it is binary');

  test('reads triangles as they stand', () => {
    expect(isBinaryStl(bytes)).toBe(true);
    const { positions, triangles } = readBinaryStl(bytes);
    expect([...triangles.subarray(0, 6)]).toEqual([0, 1, 2, 3, 4, 5]);
    expect(positions.length).toBe(12 * 9);
    expect([...positions.subarray(0, 9)]).toEqual([0, 0, 0, 2, 0, 0, 2, 0, 4]);
  });

  test('reads from any place in memory', () => {
    const shifted = new Uint8Array(bytes.length + 3).subarray(3);
    shifted.set(bytes);
    expect(readBinaryStl(shifted).positions).toEqual(readBinaryStl(bytes).positions);
  });

  test.each([
    [
      -50,
      'the header promises 12 triangles (684 bytes), but the file has 634 bytes, room for 11: it is cut off',
    ],
    [
      -1,
      'the header promises 12 triangles (684 bytes), but the file has 683 bytes, room for 11: it is cut off',
    ],
    [
      1,
      'the header promises 12 triangles (684 bytes), but the file has 685 bytes, room for 12: it is longer than it says',
    ],
    [
      100,
      'the header promises 12 triangles (684 bytes), but the file has 784 bytes, room for 14: it is longer than it says',
    ],
  ])('refuses a file %i bytes longer than it says', (more, message) => {
    const other = new Uint8Array(bytes.length + more);
    other.set(bytes.subarray(0, other.length));
    const error = failure(() => readBinaryStl(other));
    expect(error).toMatchObject({ code: 'FILE_MALFORMED', offsetBytes: 80 });
    expect(error.message).toContain(message);
  });

  test('refuses a header that is cut off, and a count that would fill the memory, before it takes any', () => {
    expect(failure(() => readBinaryStl(bytes.subarray(0, 83)))).toMatchObject({
      code: 'FILE_MALFORMED',
      offsetBytes: 83,
    });
    const lying = bytes.slice();
    new DataView(lying.buffer).setUint32(80, 0xffffffff, true);
    expect(failure(() => readBinaryStl(lying)).message).toContain(
      'promises 4294967295 triangles (214748364834 bytes)',
    );
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    'refuses the coordinate %d by its place',
    (value) => {
      const broken = bytes.slice();
      new DataView(broken.buffer).setFloat32(84 + 50 * 3 + 12 + 4 * 4, value, true);
      const error = failure(() => readBinaryStl(broken));
      expect(error).toMatchObject({ code: 'FILE_MALFORMED', offsetBytes: 84 + 50 * 3 + 12 + 16 });
      expect(error.message).toContain(`triangle 4: y of corner 2 is ${value}, not a finite number`);
    },
  );

  test('ignores normals that are no numbers', () => {
    const odd = bytes.slice();
    new DataView(odd.buffer).setFloat32(84, Number.NaN, true);
    expect(readBinaryStl(odd).positions.length).toBe(12 * 9);
  });

  test('says so where a program once took the bytes for text', () => {
    const damaged = new Uint8Array(84 + 49);
    damaged.set([0xef, 0xbf, 0xbd, 0xef, 0xbf, 0xbd, 0xef, 0xbf, 0xbd], 90);
    expect(failure(() => readBinaryStl(damaged)).message).toContain('saved as text');
  });
});

describe('ASCII', () => {
  test('reads what the binary reader reads', () => {
    const mesh = box(2, 3, 4.5);
    expect(readAsciiStl(writeAsciiStl(mesh))).toEqual(readBinaryStl(writeBinaryStl(mesh)));
  });

  test.each([
    ['CRLF', `solid a\r\n${GOOD.replaceAll('\n', '\r\n')}endsolid a\r\n`],
    ['a name of many words', `solid a b facet c\n${GOOD}endsolid\n`],
    ['no name', `solid\n${GOOD}endsolid`],
    ['capitals', `SOLID A\n${GOOD.toUpperCase()}ENDSOLID A\n`],
    ['all in one line', `solid a\n${GOOD.replaceAll('\n', ' ')} endsolid a\n`],
    ['exponents', `solid a\n${GOOD.replaceAll('1 0', '1.0e+00 0E-5')}endsolid a\n`],
    ['no normal', `solid a\n${GOOD.replace('normal 0 0 1', 'normal')}endsolid a\n`],
    ['normals that are no numbers', `solid a\n${GOOD.replace('0 0 1', 'nan nan nan')}endsolid a\n`],
    ['a byte order mark', `\ufeffsolid a\n${GOOD}endsolid a\n`],
  ])('reads %s', (_, file) => {
    expect(readAsciiStl(text(file)).triangles.length).toBe(3);
  });

  test('reads several solids as one mesh', () => {
    expect(
      readAsciiStl(text(`solid a\n${GOOD}endsolid a\n\nsolid b\n${GOOD}${GOOD}endsolid b\n`)).triangles
        .length,
    ).toBe(9);
  });

  test.each([
    [`solid a\n${GOOD}`, 9, 'the file ends where `facet` or `endsolid` should be'],
    [
      `solid a\n${GOOD}facet normal 0 0 1\nouter loop\nvertex 0 0`,
      11,
      'z of a vertex is the end of the file',
    ],
    [`solid a\n${facet('vertex 0 0 0\nvertex 1 0 0')}endsolid`, 6, 'expected `vertex`, found "endloop"'],
    [
      `solid a\n${facet('vertex 0 0 0\nvertex 1 0 0\nvertex 1 1 0\nvertex 0 1 0')}endsolid`,
      7,
      'a fourth corner',
    ],
    [`solid a\n${facet('vertex 0 0 0\nvertex 1 nan 0\nvertex 1 1 0')}endsolid`, 5, 'y of a vertex is "nan"'],
    [
      `solid a\n${facet('vertex 0 0 0\nvertex 1,5 0 0\nvertex 1 1 0')}endsolid`,
      5,
      'with a point, not a comma',
    ],
    [`solid a\n${GOOD}hello\nendsolid`, 9, 'expected `facet` or `endsolid`, found "hello"'],
    [`solid a\n${GOOD}endsolid\nrubbish`, 10, 'expected `solid`, found "rubbish"'],
    [`solid a\nfacet normal 1 2 3 4 5 6 outer loop`, 2, 'expected `outer`'],
  ])('refuses %j by its line', (file, line, message) => {
    const error = failure(() => readAsciiStl(text(file)));
    expect(error).toMatchObject({ code: 'FILE_MALFORMED', line });
    expect(error.message).toContain(message);
  });
});
