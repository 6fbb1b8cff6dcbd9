import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { readMesh } from '../formats/read-mesh.ts';
import type { Mesh } from '../mesh/mesh.ts';
import { ball, box, bracket, insideOut, mirrored, moved, twistedBar } from '../testing/shapes.ts';
import { DESCRIPTOR, describeMesh } from './describe-mesh.ts';

const gearwheel = readMesh(
  readFileSync(fileURLToPath(import.meta.resolve('stl-models/objects/gearwheel.bin.stl'))),
).mesh;

const hash = (values: Float32Array): string => createHash('sha256').update(values).digest('hex');
const part = (values: Float32Array, name: string): Float32Array => {
  const { offset, length } = DESCRIPTOR.parts.find((candidate) => candidate.name === name)!;
  return values.subarray(offset, offset + length);
};
const difference = (a: Float32Array, b: Float32Array): number =>
  Math.hypot(...a.map((value, i) => value - b[i]!));

/** By 48 degrees about (1, 2, 3), roughly: any rotation that keeps no axis. */
function turned(mesh: Mesh): Mesh {
  const [w, x, y, z] = [4, 1, 2, 3];
  const s = 2 / (w * w + x * x + y * y + z * z);
  return moved(mesh, (px, py, pz) => [
    px - s * (y * y + z * z) * px + s * (x * y - z * w) * py + s * (x * z + y * w) * pz,
    py + s * (x * y + z * w) * px - s * (x * x + z * z) * py + s * (y * z - x * w) * pz,
    pz + s * (x * z - y * w) * px + s * (y * z + x * w) * py - s * (x * x + y * y) * pz,
  ]);
}

describe('DESCRIPTOR', () => {
  test('its parts follow each other and fill it', () => {
    let offset = 0;
    for (const { offset: start, length } of DESCRIPTOR.parts) {
      expect(start).toBe(offset);
      offset += length;
    }
    expect(DESCRIPTOR.length).toBe(offset);
  });
});

describe('describeMesh', () => {
  test('gives the same bits on every machine: a change here is a new version of the descriptor', () => {
    expect(DESCRIPTOR.version).toBe(1);
    expect(hash(describeMesh(bracket(2)))).toMatchInlineSnapshot(
      `"d9a9256ce98b2567cb8bb0a2820b7b0cf4037de3b6418df5af04d63b84d2c680"`,
    );
    expect(hash(describeMesh(gearwheel))).toMatchInlineSnapshot(
      `"3422be40fec29aa31b7343477b4e82ff2b15249264aef99f67230279f12fa851"`,
    );
  });

  test('fills every value with a finite number, also for a sheet and a single triangle', () => {
    const sheet = {
      positions: Float32Array.of(0, 0, 0, 4, 0, 0, 0, 4, 0),
      triangles: Uint32Array.of(0, 1, 2),
    };
    for (const mesh of [
      bracket(),
      sheet,
      ball(1, 0),
      moved(box(1, 1, 1), (x, y, z) => [x * 1e-20, y * 1e20, z]),
    ]) {
      const values = describeMesh(mesh);
      expect(values.length).toBe(DESCRIPTOR.length);
      expect(values.every(Number.isFinite)).toBe(true);
    }
  });

  test.each([
    ['bracket', bracket(2)],
    ['gearwheel', gearwheel],
    ['ball', ball(10, 3)],
  ])('does not change when the %s is turned', (_, mesh) => {
    const [still, moving] = [describeMesh(mesh), describeMesh(turned(mesh))];
    for (const { name } of DESCRIPTOR.parts) {
      const [a, b] = [part(still, name), part(moving, name)];
      expect(difference(a, b) / Math.hypot(...a), name).toBeLessThan(name === 'shape' ? 0.05 : 0.02);
    }
  });

  test('does not change when the part is put elsewhere', () => {
    const elsewhere = describeMesh(moved(bracket(2), (x, y, z) => [x + 512, y - 256, z + 1024]));
    expect(difference(elsewhere, describeMesh(bracket(2)))).toBeLessThan(1e-5);
  });

  test('does not depend on which way facets face, but for handedness', () => {
    const [a, b] = [describeMesh(bracket(2)), describeMesh(insideOut(bracket(2)))];
    for (const name of ['normal-energies', 'shape', 'size']) {
      expect(difference(part(a, name), part(b, name)), name).toBeLessThan(0.05);
    }
  });

  test('only size changes with scale', () => {
    const [once, twice] = [bracket(2), moved(bracket(2), (x, y, z) => [x * 2, y * 2, z * 2])].map((mesh) =>
      describeMesh(mesh),
    );
    for (const { name } of DESCRIPTOR.parts) {
      const distance = difference(part(once!, name), part(twice!, name));
      if (name === 'size') expect(distance).toBeCloseTo(Math.log(2) * Math.sqrt(part(once!, name).length), 4);
      else expect(distance, name).toBeLessThan(1e-5);
    }
  });

  test('tells a right-hand twist from a left-hand one by handedness alone', () => {
    const [a, b, again] = [
      describeMesh(twistedBar()),
      describeMesh(mirrored(twistedBar())),
      describeMesh(twistedBar(), { seed: 9 }),
    ];
    const distances = (name: string): number[] => [
      difference(part(a, name), part(b, name)),
      difference(part(a, name), part(again, name)),
    ];
    const [hands, samples] = distances('handedness');
    expect(hands!).toBeGreaterThan(3 * samples!);
    for (const name of ['pair-features', 'near-pairs', 'distances']) {
      const [pairs, noise] = distances(name);
      expect(pairs!, name).toBeLessThan(2 * noise!);
    }
  });

  test('another sample of the same part is nearer than another part', () => {
    const again = difference(describeMesh(bracket()), describeMesh(bracket(), { seed: 5 }));
    expect(again * 3).toBeLessThan(difference(describeMesh(bracket()), describeMesh(box(40, 30, 10))));
  });

  test('takes under half a second, a tenth of it where nothing else runs', () => {
    const started = performance.now();
    describeMesh(gearwheel);
    expect(performance.now() - started).toBeLessThan(500);
  });
});
