import { readMesh } from '@chamfer/geometry';
import { expect, test } from 'vitest';
import { encodeStl } from './encode-stl.ts';

test('what it writes is read back as the same triangles', () => {
  const positions = new Float32Array([0, 0, 0, 10, 0, 0, 0, 5, 0, 0, 0, 2]);
  const triangles = new Uint32Array([0, 2, 1, 0, 1, 3, 1, 2, 3, 0, 3, 2]);
  const bytes = encodeStl(positions, triangles, 'x'.repeat(200));
  const { mesh, format } = readMesh(bytes);
  expect(format).toBe('stl');
  const corners = (from: { positions: Float32Array; triangles: Uint32Array }) =>
    [...from.triangles].map((vertex) => [...from.positions.subarray(vertex * 3, vertex * 3 + 3)]);
  expect(corners(mesh)).toEqual(corners({ positions, triangles }));
});
