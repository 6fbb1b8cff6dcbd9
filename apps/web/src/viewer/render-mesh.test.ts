import { describe, expect, test } from 'vitest';
import { chooseDimensionLines } from './dimension-lines.ts';
import { buildRenderMesh } from './render-mesh.ts';

/** A box of 2 x 4 x 6 whose corner lies at (10, 0, 0). */
function makeBox() {
  const positions = new Float32Array(24);
  for (let vertex = 0; vertex < 8; vertex++) {
    positions.set([10 + (vertex & 1) * 2, ((vertex >> 1) & 1) * 4, ((vertex >> 2) & 1) * 6], vertex * 3);
  }
  // biome-ignore format: one side of the box a line
  const triangles = new Uint32Array([
    0, 2, 3, 0, 3, 1,
    4, 5, 7, 4, 7, 6,
    0, 1, 5, 0, 5, 4,
    2, 6, 7, 2, 7, 3,
    0, 4, 6, 0, 6, 2,
    1, 3, 7, 1, 7, 5,
  ]);
  return { positions, triangles };
}

/** The side of a cylinder, open at both ends. */
function makeTube(sides: number) {
  const positions = new Float32Array(sides * 6);
  const triangles = new Uint32Array(sides * 6);
  for (let side = 0; side < sides; side++) {
    const angle = (side / sides) * 2 * Math.PI;
    positions.set([Math.cos(angle), Math.sin(angle), 0], side * 6);
    positions.set([Math.cos(angle), Math.sin(angle), 1], side * 6 + 3);
    const [a, b] = [side * 2, ((side + 1) % sides) * 2];
    triangles.set([a, b, b + 1, a, b + 1, a + 1], side * 6);
  }
  return { positions, triangles };
}

describe('buildRenderMesh', () => {
  test('a box: centred, flat sides, its twelve edges and no diagonals', () => {
    const { positions, triangles } = makeBox();
    const mesh = buildRenderMesh(positions, triangles);
    expect(mesh.size).toEqual([2, 4, 6]);
    expect(mesh.radius).toBeCloseTo(Math.hypot(1, 2, 3));
    expect([...mesh.positions.subarray(0, 3)]).toEqual([-1, -2, -3]);
    expect(mesh.edges.length / 6).toBe(12);
    for (let at = 0; at < mesh.normals.length; at += 3) {
      const normal = [...mesh.normals.subarray(at, at + 3)].map(Math.abs).sort();
      expect(normal).toEqual([0, 0, 1]);
    }
    expect([...mesh.normals.subarray(0, 3)]).toEqual([0, 0, -1]);
  });

  test('a tube of 24 sides is smooth: round normals, edges at its two ends only', () => {
    const { positions, triangles } = makeTube(24);
    const mesh = buildRenderMesh(positions, triangles);
    expect(mesh.edges.length / 6).toBe(48);
    for (let at = 0; at < mesh.normals.length; at += 3) {
      const [x, y] = [mesh.positions[at]!, mesh.positions[at + 1]!];
      expect(mesh.normals[at]! * x + mesh.normals[at + 1]! * y).toBeGreaterThan(0.99);
    }
  });

  test('a tube of 6 sides is a hexagon: its long edges are sharp', () => {
    const { positions, triangles } = makeTube(6);
    expect(buildRenderMesh(positions, triangles).edges.length / 6).toBe(6 + 12);
  });

  test('no triangles and triangles without area are drawn without NaN', () => {
    expect(buildRenderMesh(new Float32Array(), new Uint32Array()).positions).toHaveLength(0);
    const flat = buildRenderMesh(new Float32Array([1, 1, 1]), new Uint32Array([0, 0, 0]));
    expect([...flat.positions, ...flat.normals].every(Number.isFinite)).toBe(true);
  });
});

test('dimension lines lie on the side that faces the camera', () => {
  const [alongX, alongY, alongZ] = chooseDimensionLines([2, 4, 6], -0.5, 0.4);
  expect(alongX!.from[1]).toBeLessThan(-2);
  expect(alongX!.from[2]).toBe(-3);
  expect(alongY!.from[0]).toBeLessThan(-1);
  expect(alongZ!.to[2] - alongZ!.from[2]).toBe(6);
  const fromBelow = chooseDimensionLines([2, 4, 6], -0.5, -0.4);
  expect(fromBelow[0]!.from[2]).toBe(3);
});
