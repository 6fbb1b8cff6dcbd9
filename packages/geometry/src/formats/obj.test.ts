import { describe, expect, test } from 'vitest';
import { GeometryError } from '../errors.ts';
import { measureMesh } from '../measures/measure-mesh.ts';
import { weldMesh } from '../mesh/weld-mesh.ts';
import { readObj } from './obj.ts';

const read = (file: string) => readObj(new TextEncoder().encode(file));
const SQUARE = 'v 0 0 0\nv 1 0 0\nv 1 1 0\nv 0 1 0\n';

describe('readObj', () => {
  test.each([
    ['triangles', 'f 1 2 3', [0, 1, 2]],
    ['a quad', 'f 1 2 3 4', [0, 1, 2, 0, 2, 3]],
    ['texture numbers', 'f 1/9 2/8 3/7', [0, 1, 2]],
    ['normals', 'f 1//9 2//8 3//7', [0, 1, 2]],
    ['both', 'f 1/1/1 2/2/2 3/3/3', [0, 1, 2]],
    ['negative numbers', 'f -4 -3 -2', [0, 1, 2]],
    ['tabs and blanks', '  f\t1  2\t 3  ', [0, 1, 2]],
    ['CRLF', 'f 1 2 3\r\nf 1 3 4\r', [0, 1, 2, 0, 2, 3]],
    ['a continued line', 'f 1 2 \\\n3', [0, 1, 2]],
    ['a line continued right behind a number', 'f 1 2\\\r\n 3', [0, 1, 2]],
    ['a comment behind', 'f 1 2 3 # front', [0, 1, 2]],
    ['groups, materials, smoothing', 'g a b\no c\nusemtl d\ns off\nf 1 2 3', [0, 1, 2]],
    ['lines, points and curves', 'l 1 2\np 1\ncurv 0 1 1 2\nf 1 2 3', [0, 1, 2]],
    ['a continued comment', '# f 9 9 9 \\\nf 9 9 9\nf 1 2 3', [0, 1, 2]],
  ])('reads %s', (_, faces, triangles) => {
    expect([...read(`${SQUARE}vt 0 0\nvn 0 0 1\n${faces}`).mesh.triangles]).toEqual(triangles);
  });

  test('passes over weights and colours of vertices', () => {
    const { mesh } = read('v 1 2 3 1.0\nv 4 5 6 0.1 0.2 0.3\nv 7e0 8 -9.5\nf 1 2 3');
    expect([...mesh.positions]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, -9.5]);
  });

  test('cuts a polygon that curves inwards without covering what is outside', () => {
    const { mesh, fanned } = read(
      'v 40 0 0\nv 40 5 0\nv 5 5 0\nv 5 30 0\nv 0 30 0\nv 0 0 0\nf 1 2 3 4 5 6\n',
    );
    expect(fanned).toBe(0);
    expect(measureMesh(weldMesh(mesh).mesh)).toMatchObject({ areaMm2: 325, triangles: 4 });
  });

  test.each([
    [`${SQUARE}f 1 2 5`, 5, 'a face names vertex 5, but 4 came before it'],
    [`${SQUARE}f 1 2 -5`, 5, 'a face names vertex -5, but 4 came before it'],
    [`${SQUARE}f 0 1 2`, 5, 'a face names vertex 0, but 4 came before it'],
    [`${SQUARE}f 1 2 99999999999999999999`, 5, 'but 4 came before it'],
    [`${SQUARE}f 1 2`, 5, 'a face with 2 corners'],
    [`${SQUARE}f`, 5, 'a face with 0 corners'],
    [`${SQUARE}f 1 2 x`, 5, 'a corner of a face is "x": expected a vertex number'],
    [`${SQUARE}f 1 2 3.5`, 5, 'a corner of a face is "3.5"'],
    ['v 0 0\n', 1, 'z of a vertex is the end of the line'],
    ['v 0 0 0\nv 0 inf 0\n', 2, 'y of a vertex is "inf"'],
  ])('refuses %j by its line', (file, line, message) => {
    let error: unknown;
    try {
      read(file);
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(GeometryError);
    expect(error).toMatchObject({ code: 'FILE_MALFORMED', line });
    expect((error as Error).message).toContain(message);
  });

  test('refuses a face without end', () => {
    for (const gap of [' ', ' \\\n']) {
      expect(() => read(`${SQUARE}f${`${gap}1`.repeat(2 ** 20)}`)).toThrow('longer than 1048576 bytes');
    }
  });

  test('stays fast with polygons made to be slow', () => {
    // A comb: every second corner is an inner one.
    const corners = 2000;
    const comb = Array.from(
      { length: corners },
      (_, i) => `v ${i} ${i % 2 === 0 ? 0 : 100 + (i % 7)} 0\n`,
    ).join('');
    const numbers = Array.from({ length: corners }, (_, i) => i + 1).join(' ');
    const started = performance.now();
    read(`${comb}v 1000 -500 0\n${`f ${numbers} ${corners + 1}\n`.repeat(200)}`);
    expect(performance.now() - started).toBeLessThan(4000);
  });
});
