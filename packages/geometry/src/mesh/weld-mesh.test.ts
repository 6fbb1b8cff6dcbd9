import { describe, expect, test } from 'vitest';
import { ball } from '../testing/shapes.ts';
import { weldMesh } from './weld-mesh.ts';

const soup = (...points: number[][]) => ({
  positions: Float32Array.from(points.flat()),
  triangles: Uint32Array.from(points, (_, i) => i),
});

describe('weldMesh', () => {
  test('makes one vertex of equal ones, numbered by first use', () => {
    const { mesh, dropped } = weldMesh(
      soup([1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 1, 0], [1, 0, 0], [9, 9, 9]),
    );
    expect(dropped).toBe(0);
    expect([...mesh.triangles]).toEqual([0, 1, 2, 1, 0, 3]);
    expect([...mesh.positions]).toEqual([1, 0, 0, 0, 1, 0, 0, 0, 1, 9, 9, 9]);
  });

  test('takes minus zero for zero', () => {
    const { mesh } = weldMesh(soup([0, 1, 0], [1, 0, 0], [0, 0, 1], [-0, 1, -0], [0, 0, 1], [5, 5, 5]));
    expect(mesh.positions.length / 3).toBe(4);
  });

  test('drops triangles that lose a corner, and vertices that only they used', () => {
    const { mesh, dropped } = weldMesh(
      soup([7, 7, 7], [7, 7, 7], [8, 8, 8], [0, 0, 0], [1, 0, 0], [0, 1, 0]),
    );
    expect(dropped).toBe(1);
    expect([...mesh.positions]).toEqual([0, 0, 0, 1, 0, 0, 0, 1, 0]);
  });

  test('keeps vertices that a dropped triangle named first', () => {
    const { mesh } = weldMesh(
      soup([7, 7, 7], [7, 7, 7], [8, 8, 8], [0, 0, 0], [1, 0, 0], [0, 1, 0], [8, 8, 8], [7, 7, 7], [1, 0, 0]),
    );
    expect([...mesh.positions]).toEqual([0, 0, 0, 1, 0, 0, 0, 1, 0, 8, 8, 8, 7, 7, 7]);
    expect([...mesh.triangles]).toEqual([0, 1, 2, 3, 4, 1]);
  });

  test('keeps a triangle without area that has three corners', () => {
    expect(weldMesh(soup([0, 0, 0], [1, 0, 0], [2, 0, 0])).dropped).toBe(0);
  });

  test('leaves out vertices that no triangle uses', () => {
    const mesh = {
      positions: Float32Array.of(9, 9, 9, 0, 0, 0, 1, 0, 0, 0, 1, 0),
      triangles: Uint32Array.of(1, 2, 3),
    };
    expect([...weldMesh(mesh).mesh.positions]).toEqual([0, 0, 0, 1, 0, 0, 0, 1, 0]);
  });

  test('welds with a tolerance, also across the borders of its grid', () => {
    for (let shift = 0; shift < 4; shift += 0.05) {
      const mesh = soup([shift, 0, 0], [9, 0, 0], [0, 9, 0], [shift + 0.9, 0, 0], [9, 0, 0], [0, 0, 9]);
      expect(weldMesh(mesh, { toleranceMm: 1 }).mesh.positions.length / 3, `shift ${shift}`).toBe(4);
      expect(weldMesh(mesh, { toleranceMm: 0.8 }).mesh.positions.length / 3, `shift ${shift}`).toBe(5);
    }
  });

  test('closes a ball whose facets were printed with few digits', () => {
    const { positions, triangles } = ball(10, 3);
    const corners = Array.from(triangles, (vertex, i) =>
      Array.from(positions.subarray(vertex * 3, vertex * 3 + 3), (p) => p + ((i * 37) % 11) * 1e-6),
    );
    expect(weldMesh(soup(...corners)).mesh.positions.length).toBeGreaterThan(positions.length);
    expect(weldMesh(soup(...corners), { toleranceMm: 1e-4 }).mesh.positions.length).toBe(positions.length);
  });
});
