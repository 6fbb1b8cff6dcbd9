import { describe, expect, test } from 'vitest';
import { boundingBox, measureMesh } from '../measures/measure-mesh.ts';
import { ball, box, moved } from '../testing/shapes.ts';
import type { Mesh } from './mesh.ts';
import { simplifyMesh } from './simplify-mesh.ts';

/** A sheet of n x n squares, flat, 1 mm each. */
function sheet(n: number): Mesh {
  const triangles: number[] = [];
  for (let y = 0; y < n; y++) {
    for (let x = 0; x < n; x++) {
      const a = y * (n + 1) + x;
      triangles.push(a, a + 1, a + n + 2, a, a + n + 2, a + n + 1);
    }
  }
  const positions = Float32Array.from({ length: (n + 1) ** 2 * 3 }, (_, i) => {
    const vertex = Math.floor(i / 3);
    return [vertex % (n + 1), Math.floor(vertex / (n + 1)), 0][i % 3]!;
  });
  return { positions, triangles: Uint32Array.from(triangles) };
}

describe('simplifyMesh', () => {
  test('leaves a mesh alone that is small enough', () => {
    const mesh = box(1, 2, 3);
    expect(simplifyMesh(mesh, 12)).toBe(mesh);
  });

  test('keeps a ball closed and nearly as large', () => {
    const fine = ball(10, 4);
    const coarse = simplifyMesh(fine, 500);
    const [before, after] = [measureMesh(fine), measureMesh(coarse)];
    expect(after.triangles).toBeLessThanOrEqual(500);
    expect(after.triangles).toBeGreaterThan(450);
    expect(after.closed).toBe(true);
    expect(after.volumeMm3! / before.volumeMm3!).toBeGreaterThan(0.95);
    expect(after.volumeMm3! / before.volumeMm3!).toBeLessThan(1.01);
  });

  test('keeps the outline of a flat sheet', () => {
    const { positions, triangles } = simplifyMesh(sheet(30), 40);
    expect(triangles.length / 3).toBeLessThanOrEqual(40);
    expect(boundingBox({ positions, triangles })).toEqual({ low: [0, 0, 0], high: [30, 30, 0] });
    expect(measureMesh({ positions, triangles }).areaMm2).toBeCloseTo(900, 3);
  });

  test('gives the same mesh again', () => {
    expect(simplifyMesh(ball(10, 3), 300)).toEqual(simplifyMesh(ball(10, 3), 300));
  });

  test('does not depend on the place of the part by more than rounding', () => {
    const there = measureMesh(
      simplifyMesh(
        moved(ball(10, 3), (x, y, z) => [x + 100, y, z]),
        300,
      ),
    );
    expect(there.volumeMm3! / measureMesh(simplifyMesh(ball(10, 3), 300)).volumeMm3!).toBeCloseTo(1, 1);
  });

  test('takes no quadratic time where all triangles share one vertex', () => {
    const spokes = 50_000;
    const positions = Float32Array.from({ length: (spokes + 1) * 3 }, (_, i) => {
      const angle = (Math.floor(i / 3) / spokes) * 2 * Math.PI;
      return i < 3 ? 0 : [Math.cos(angle), Math.sin(angle), 0][i % 3]!;
    });
    const triangles = Uint32Array.from({ length: spokes * 3 }, (_, i) =>
      i % 3 === 0 ? 0 : 1 + ((Math.floor(i / 3) + (i % 3) - 1) % spokes),
    );
    const started = performance.now();
    expect(measureMesh(simplifyMesh({ positions, triangles }, 100)).areaMm2).toBeCloseTo(Math.PI, 1);
    expect(performance.now() - started).toBeLessThan(5000);
  });

  test('refuses a number of triangles that makes no solid', () => {
    expect(() => simplifyMesh(box(1, 2, 3), 3)).toThrow(RangeError);
    expect(() => simplifyMesh(box(1, 2, 3), 10.5)).toThrow(RangeError);
  });
});
