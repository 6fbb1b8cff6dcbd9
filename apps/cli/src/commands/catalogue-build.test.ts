import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DESCRIPTOR } from '@chamfer/geometry';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const STL_MODELS = dirname(fileURLToPath(import.meta.resolve('stl-models/package.json')));
const MAIN = join(import.meta.dirname, '../main.ts');
let folder = '';

const raw = (id: string, file: string) => ({
  id,
  name: id,
  kind: 'test',
  attributes: { teeth: 20 },
  source: 'stl-models',
  file,
});

function build(input: string, output: string): { code: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [MAIN, 'catalogue-build', input, '--output', output],
    { encoding: 'utf8' },
  );
  return { code: status, stdout, stderr };
}

/** Every file below a folder with its bytes. */
function filesOf(path: string): Record<string, string> {
  const names = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    names
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((name) => [name.slice(path.length), readFileSync(name, 'base64')]),
  );
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'catalogue-'));
  copyFileSync(join(STL_MODELS, 'objects/gearwheel.bin.stl'), join(folder, 'gear.stl'));
  copyFileSync(join(STL_MODELS, 'polytopes/cube.bin.stl'), join(folder, 'cube.stl'));
  copyFileSync(join(STL_MODELS, 'broken/quad.ascii.stl'), join(folder, 'quad.stl'));
  writeFileSync(
    join(folder, 'designs.json'),
    JSON.stringify([raw('gear-20', 'gear.stl'), raw('cube', 'cube.stl'), raw('quad', 'quad.stl')]),
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('chamfer catalogue-build', () => {
  test('writes designs in the order of their ids, and the same bytes again', () => {
    const output = join(folder, 'out');
    const { code, stdout } = build(folder, output);
    expect(code).toBe(1); // one part is broken
    expect(stdout).toContain('quad.stl: FILE_MALFORMED: line 7: a fourth corner');
    expect(stdout).toMatch(/out holds 2 designs in 0\.\d MB, 1 parts failed/);
    const designs = JSON.parse(readFileSync(join(output, 'designs.json'), 'utf8'));
    expect(designs).toEqual([
      {
        ...{ id: 'cube', name: 'cube', kind: 'test', attributes: { teeth: 20 }, source: 'stl-models' },
        measures: { sizeMm: [2, 2, 2], areaMm2: 24, volumeMm3: 8, triangles: 12, closed: true },
      },
      {
        ...{ id: 'gear-20', name: 'gear-20', kind: 'test', attributes: { teeth: 20 }, source: 'stl-models' },
        measures: {
          sizeMm: [41.72016, 41.72016, 8],
          areaMm2: 4508.734,
          volumeMm3: 8922.637,
          triangles: 2444,
          closed: true,
        },
      },
    ]);
    const written = filesOf(output);
    expect(Object.keys(written)).toEqual([
      '/descriptors.npy',
      '/designs.json',
      '/meshes/cube.glb',
      '/meshes/gear-20.glb',
      '/thumbnails/cube.png',
      '/thumbnails/gear-20.png',
    ]);
    expect(readFileSync(join(output, 'descriptors.npy'), 'latin1')).toContain(`(2, ${DESCRIPTOR.length})`);
    writeFileSync(join(output, 'meshes', 'stale.glb'), '');
    build(folder, output);
    expect(filesOf(output)).toEqual(written);
  });

  test('refuses a list that is not whole in one line', () => {
    const other = mkdtempSync(join(folder, 'other-'));
    expect(build(other, join(other, 'out')).stderr).toContain('designs.json');
    writeFileSync(join(other, 'designs.json'), JSON.stringify([{ id: 'a' }]));
    const { code, stderr } = build(other, join(other, 'out'));
    expect(code).toBe(2);
    expect(stderr).toBe('designs.json, entry 1: name must be a text\n');
    expect(readdirSync(other)).toEqual(['designs.json']);
  });
});
