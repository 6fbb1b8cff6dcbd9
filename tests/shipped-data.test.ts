/** Holds what ships as data to its promises: no part under the GPL, every file there, small enough to clone. */
import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DESCRIPTOR } from '@chamfer/geometry';
import { readNpy } from '@chamfer/sklearn';
import { describe, expect, test } from 'vitest';
import type { CatalogueDesign, CatalogueManifest, ModelManifest } from '../packages/contracts/src/index.ts';
import { repositoryRoot } from '../scripts/pinned-node.mjs';

const CATALOGUE = join(repositoryRoot, 'catalogues', 'demo');
const CATALOGUE_BYTES_MAX = 12e6;
const MODEL_BYTES_MAX = 6e6;

function readJson<T>(...path: string[]): T {
  return JSON.parse(readFileSync(join(repositoryRoot, ...path), 'utf8')) as T;
}

/** The split lists: licence and kind by path. */
function readList(file: string): Map<string, { kind: string; licence: string }> {
  const [, ...lines] = readFileSync(join(repositoryRoot, 'training', file), 'utf8')
    .trim()
    .split('\n');
  return new Map(
    lines.map((line) => {
      const cells = [...line.matchAll(/(?:^|,)(?:"([^"]*)"|([^,]*))/g)].map((found) => found[1] ?? found[2]!);
      return [cells[0]!, { kind: cells[1]!, licence: cells[4]! }];
    }),
  );
}

const manifest = readJson<CatalogueManifest>('catalogues', 'demo', 'catalogue.json');
const designs = manifest.parts.map(({ folder }) => ({
  folder,
  list: readJson<CatalogueDesign[]>('catalogues', 'demo', folder, 'designs.json'),
}));

describe('the demo catalogue', () => {
  test('has 400 designs or more, each with its mesh, picture and descriptor, no id twice', () => {
    const ids = designs.flatMap(({ list }) => list.map(({ id }) => id));
    expect(ids.length).toBeGreaterThanOrEqual(400);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { folder, list } of designs) {
      for (const { id } of list) {
        expect(existsSync(join(CATALOGUE, folder, 'meshes', `${id}.glb`)), id).toBe(true);
        expect(existsSync(join(CATALOGUE, folder, 'thumbnails', `${id}.png`)), id).toBe(true);
      }
      const descriptors = readNpy(new Uint8Array(readFileSync(join(CATALOGUE, folder, 'descriptors.npy'))));
      expect(descriptors.shape).toEqual([list.length, DESCRIPTOR.length]);
    }
  });

  test('takes no electronic part but those that are listed as free, and says whose they are', () => {
    const listed = readList('kicad-split.csv');
    const attribution = readFileSync(join(CATALOGUE, 'electronic', 'ATTRIBUTION.md'), 'utf8');
    const { list } = designs.find(({ folder }) => folder === 'electronic')!;
    for (const { source, kind } of list) {
      const file = source.replace('KiCad packages3d 6.0.10, ', '');
      expect(listed.get(file.replace(/\.wrl$/, '')), source).toEqual({ kind, licence: 'CC-BY-SA-4.0' });
      expect(attribution).toContain(`- ${file}\n`);
    }
  });

  test('stays within its share of the repository', () => {
    const files = globSync('**/*', { cwd: CATALOGUE, withFileTypes: true }).filter((one) => one.isFile());
    const bytes = files.reduce((sum, one) => sum + statSync(join(one.parentPath, one.name)).size, 0);
    expect(bytes).toBeLessThan(CATALOGUE_BYTES_MAX);
  });

  test('recommends designs that are there for a part that is not', () => {
    const golden = readJson<{ recommendations: { id: string }[] }>('catalogues', 'demo', 'golden.json');
    const ids = new Set(designs.flatMap(({ list }) => list.map(({ id }) => id)));
    expect(golden.recommendations.filter(({ id }) => !ids.has(id))).toEqual([]);
  });
});

describe('the shipped models', () => {
  test.each(['geometry-encoder', 'part-classifier'])('%s reads the descriptor of this repository', (name) => {
    const { descriptor, artifact } = readJson<ModelManifest>('models', name, '1', 'manifest.json');
    expect(descriptor).toEqual({
      name: DESCRIPTOR.name,
      version: DESCRIPTOR.version,
      length: DESCRIPTOR.length,
    });
    expect(artifact!.sizeBytes).toBeLessThan(MODEL_BYTES_MAX);
  });

  test('every kind that is named has a part in the lists', () => {
    const { signature } = readJson<ModelManifest>('models', 'part-classifier', '1', 'manifest.json');
    const kinds = new Set(
      [...readList('kicad-split.csv').values(), ...readList('mechanical-split.csv').values()].map(
        ({ kind }) => kind,
      ),
    );
    expect(signature!.classes!.filter((one) => !kinds.has(one as string))).toEqual([]);
  });
});
