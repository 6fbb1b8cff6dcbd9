import { describe, expect, test } from 'vitest';
import { ball, box, together } from '../testing/shapes.ts';
import { createRandom } from './random.ts';
import { sampleSurface } from './sample-surface.ts';

describe('sampleSurface', () => {
  test('gives each face of a box its share of the points, with its normal', () => {
    const { count, normals } = sampleSurface(box(1, 2, 4), 2800, createRandom(3));
    const shares = [0, 1, 2].map((axis) => {
      let points = 0;
      for (let i = 0; i < count; i++) if (Math.abs(Math.abs(normals[i * 3 + axis]!) - 1) < 1e-9) points++;
      return points;
    });
    // Faces of 2 x 8, 2 x 4 and 2 x 2 of 28; stratified, so nearly exact.
    for (const [axis, expected] of [1600, 800, 400].entries())
      expect(Math.abs(shares[axis]! - expected)).toBeLessThan(8);
  });

  test('puts points on the surface, evenly over a facet', () => {
    const mesh = {
      positions: Float32Array.of(0, 0, 0, 4, 0, 0, 0, 4, 0),
      triangles: Uint32Array.of(0, 1, 2),
    };
    const { points } = sampleSurface(mesh, 4000, createRandom(5));
    let near = 0;
    for (let i = 0; i < points.length; i += 3) {
      expect(points[i + 2]).toBe(0);
      expect(points[i]! + points[i + 1]!).toBeLessThanOrEqual(4 + 1e-12);
      if (points[i]! + points[i + 1]! < 2) near++; // a quarter of the area
    }
    expect(near / 4000).toBeCloseTo(0.25, 1);
  });

  test('never lands on facets without area', () => {
    const flat = {
      positions: Float32Array.of(9, 9, 9, 9, 9, 9, 8, 8, 8),
      triangles: Uint32Array.of(0, 1, 2),
    };
    const { points, normals } = sampleSurface(
      together(together(flat, ball(1, 1)), flat),
      500,
      createRandom(1),
    );
    for (let i = 0; i < normals.length; i += 3) {
      expect(Math.hypot(normals[i]!, normals[i + 1]!, normals[i + 2]!)).toBeCloseTo(1, 9);
      expect(points[i]!).toBeLessThan(-7); // relative to the first vertex, at 9
    }
  });

  test('refuses a mesh without area', () => {
    const flat = {
      positions: Float32Array.of(9, 9, 9, 9, 9, 9, 8, 8, 8),
      triangles: Uint32Array.of(0, 1, 2),
    };
    expect(() => sampleSurface(flat, 10, createRandom(1))).toThrow('no surface to sample');
  });
});
