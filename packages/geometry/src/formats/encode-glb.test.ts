import { describe, expect, test } from 'vitest';
import { measureMesh } from '../measures/measure-mesh.ts';
import type { Mesh } from '../mesh/mesh.ts';
import { weldMesh } from '../mesh/weld-mesh.ts';
import { ball, bracket, moved } from '../testing/shapes.ts';
import { encodeGlb } from './encode-glb.ts';

/** Reads what a viewer would show: positions with the node's scale and translation. */
function decode(glb: Uint8Array): { json: Record<string, unknown>; mesh: Mesh } {
  const view = new DataView(glb.buffer, glb.byteOffset, glb.byteLength);
  expect(view.getUint32(0, true)).toBe(0x46546c67);
  expect(view.getUint32(8, true)).toBe(glb.length);
  const jsonLength = view.getUint32(12, true);
  const json = JSON.parse(new TextDecoder().decode(glb.subarray(20, 20 + jsonLength)));
  const binary = 28 + jsonLength;
  expect(view.getUint32(20 + jsonLength, true)).toBe(glb.length - binary);
  expect(binary % 4).toBe(0);
  const [points, indices] = json.accessors;
  const [{ translation, scale }] = json.nodes;
  const positions = Float32Array.from({ length: points.count * 3 }, (_, i) => {
    const step = view.getUint16(
      binary + Math.floor(i / 3) * json.bufferViews[0].byteStride + (i % 3) * 2,
      true,
    );
    if (step > points.max[i % 3]) throw new Error('a position beyond the bounds that the file states');
    return step * scale[i % 3] + translation[i % 3];
  });
  const start = binary + json.bufferViews[1].byteOffset;
  const triangles = Uint32Array.from({ length: indices.count }, (_, i) =>
    indices.componentType === 5123
      ? view.getUint16(start + i * 2, true)
      : view.getUint32(start + i * 4, true),
  );
  return { json, mesh: { positions, triangles } };
}

describe('encodeGlb', () => {
  test('a viewer gets the part back in millimetres', () => {
    const part = moved(bracket(), (x, y, z) => [x + 100, y - 50, z * 1.5]);
    const { json, mesh } = decode(encodeGlb(part));
    expect(json.asset).toMatchObject({ version: '2.0', extras: { unit: 'millimetre', up: 'z' } });
    expect(json.extensionsRequired).toEqual(['KHR_mesh_quantization']);
    const [before, after] = [measureMesh(part), measureMesh(mesh)];
    expect(after.triangles).toBe(before.triangles);
    expect(after.closed).toBe(true);
    for (let i = 0; i < mesh.positions.length; i++)
      expect(mesh.positions[i]).toBeCloseTo(part.positions[i]!, 2);
  });

  test('welds what was not, and simplifies what is too fine', () => {
    const fine = ball(10, 4);
    expect(decode(encodeGlb(fine)).mesh.positions.length).toBe(weldMesh(fine).mesh.positions.length);
    const coarse = encodeGlb(fine, { trianglesMax: 800 });
    expect(decode(coarse).mesh.triangles.length / 3).toBeLessThanOrEqual(800);
    expect(coarse.length).toBeLessThan(10_000);
  });

  test('takes 32-bit numbers where there are many vertices', () => {
    const { json, mesh } = decode(encodeGlb(ball(1000, 6))); // 40,962 vertices: still 16 bits
    expect((json.accessors as { componentType: number }[])[1]!.componentType).toBe(5123);
    const far = moved(mesh, (x, y, z) => [x + 3000, y, z]);
    const both = {
      positions: Float32Array.from([...mesh.positions, ...far.positions]),
      triangles: Uint32Array.from([
        ...mesh.triangles,
        ...mesh.triangles.map((vertex) => vertex + mesh.positions.length / 3),
      ]),
    };
    const large = decode(encodeGlb(both));
    expect((large.json.accessors as { componentType: number }[])[1]!.componentType).toBe(5125);
    expect(large.mesh.triangles.length).toBe(both.triangles.length);
  });

  test('a flat part has no thickness, and no division by it', () => {
    const sheet = {
      positions: Float32Array.of(0, 0, 5, 9, 0, 5, 0, 9, 5),
      triangles: Uint32Array.of(0, 1, 2),
    };
    expect([...decode(encodeGlb(sheet)).mesh.positions]).toEqual([0, 0, 5, 9, 0, 5, 0, 9, 5]);
  });
});
