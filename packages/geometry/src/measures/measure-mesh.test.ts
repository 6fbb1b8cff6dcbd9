import { describe, expect, test } from 'vitest';
import { ball, box, bracket, insideOut, moved } from '../testing/shapes.ts';
import { measureMesh } from './measure-mesh.ts';

describe('measureMesh', () => {
  test('a box', () => {
    expect(measureMesh(box(2, 3, 4))).toEqual({
      sizeMm: [2, 3, 4],
      areaMm2: 52,
      volumeMm3: 24,
      triangles: 12,
      closed: true,
    });
  });

  test('a bracket', () => {
    expect(measureMesh(bracket())).toMatchObject({ sizeMm: [40, 30, 10], areaMm2: 2050, volumeMm3: 3250 });
  });

  test('a fine ball comes near to what a ball has', () => {
    const { areaMm2, volumeMm3 } = measureMesh(ball(10, 4));
    expect(areaMm2 / (4 * Math.PI * 100)).toBeCloseTo(1, 2);
    expect(volumeMm3! / ((4 / 3) * Math.PI * 1000)).toBeCloseTo(1, 2);
  });

  test('an open surface has an area and no volume', () => {
    const { positions, triangles } = box(2, 3, 4);
    expect(measureMesh({ positions, triangles: triangles.subarray(3) })).toMatchObject({
      volumeMm3: null,
      closed: false,
    });
  });

  test('a volume is positive also where facets face inwards', () => {
    expect(measureMesh(insideOut(box(2, 3, 4))).volumeMm3).toBe(24);
  });

  test('a part far from the origin keeps its volume', () => {
    const far = moved(box(2, 3, 4), (x, y, z) => [x + 4096, y - 8192, z + 16384]);
    expect(measureMesh(far)).toMatchObject({ areaMm2: 52, volumeMm3: 24 });
  });

  test('a mesh without triangles measures nothing', () => {
    expect(measureMesh({ positions: new Float32Array(), triangles: new Uint32Array() })).toEqual({
      sizeMm: [0, 0, 0],
      areaMm2: 0,
      volumeMm3: null,
      triangles: 0,
      closed: false,
    });
  });
});
