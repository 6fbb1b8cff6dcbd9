import { readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { FIXTURES, probe, writeCatalogue } from '../../fixtures/small-site.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { loadModels } from '../inference/model-registry.ts';
import { openDatabase } from '../storage/database.ts';
import { DesignStore } from '../storage/design-store.ts';
import { createEncoder, type Encoder } from './encoder.ts';
import { openCatalogue } from './open-catalogue.ts';

let encoder: Encoder;

beforeAll(async () => {
  const { table } = await loadModels({
    folder: join(FIXTURES, 'models'),
    files: [],
    standard: 'none',
    probe,
  });
  encoder = createEncoder(table.find('geometry-encoder'));
});

function createStore(): DesignStore {
  return new DesignStore(openDatabase(temporaryFolder()));
}

function createFolder(): string {
  const path = temporaryFolder();
  writeCatalogue(path, [
    [1, 2, 3],
    [4, 5, 6],
  ]);
  return path;
}

/** Counts how often it is asked. */
function counting(counted: Encoder): Encoder & { calls: number } {
  const counter = {
    ...counted,
    calls: 0,
    embed(descriptors: Float32Array) {
      counter.calls += 1;
      return counted.embed(descriptors);
    },
  };
  return counter;
}

test('imports once, and again only when the content or the encoder changes', async () => {
  const path = createFolder();
  const store = createStore();
  const counter = counting(encoder);
  const first = await openCatalogue({ path, store, encoder: counter });
  const second = await openCatalogue({ path, store, encoder: counter });
  expect(counter.calls).toBe(1);
  expect(second.stored).toEqual(first.stored);
  expect(first.stored.designs.map((design) => design.id)).toEqual(['box-1x2x3', 'box-4x5x6']);

  const designs = join(path, 'boxes', 'designs.json');
  writeFileSync(designs, readFileSync(designs, 'utf8').replace('"kind":"box"', '"kind":"cuboid"'));
  const third = await openCatalogue({ path, store, encoder: counter });
  expect([counter.calls, third.find('box-1x2x3').kind]).toEqual([2, 'cuboid']);

  utimesSync(join(path, 'boxes', 'meshes', 'box-1x2x3.glb'), 1, 1);
  await openCatalogue({ path, store, encoder: counter });
  expect(counter.calls).toBe(3);
  await openCatalogue({ path, store, encoder: { ...counter, sha256: 'another' } });
  expect(counter.calls).toBe(4);
});

test('embeddings are of unit length', async () => {
  const { stored } = await openCatalogue({ path: createFolder(), store: createStore(), encoder });
  for (let at = 0; at < stored.embeddings.length; at += stored.embeddingLength) {
    expect(Math.hypot(...stored.embeddings.subarray(at, at + stored.embeddingLength))).toBeCloseTo(1, 6);
  }
});

describe('refuses a catalogue that is not whole, by file and place', () => {
  function edit(path: string, from: string, to: string): void {
    const text = readFileSync(path, 'utf8');
    expect(text).toContain(from);
    writeFileSync(path, text.replace(from, to));
  }
  const broken: [string, (part: string, root: string) => void, RegExp][] = [
    ['no manifest', (_, root) => rmSync(join(root, 'catalogue.json')), /Cannot read .*catalogue\.json/],
    [
      'another descriptor',
      (_, root) => edit(join(root, 'catalogue.json'), '"version":', '"version":9'),
      /descriptor is /,
    ],
    [
      'a folder outside',
      (_, root) => edit(join(root, 'catalogue.json'), '"folder":"boxes"', '"folder":"../x"'),
      /parts\[0\]\.folder should match/,
    ],
    [
      'an id that is a path',
      (part) => edit(join(part, 'designs.json'), 'box-1x2x3', '../1'),
      /designs\.json: \[0\]\.id should match/,
    ],
    [
      'two of one id',
      (part) => edit(join(part, 'designs.json'), '"id":"box-4x5x6"', '"id":"box-1x2x3"'),
      /two designs with the id box-1x2x3/,
    ],
    [
      'a missing mesh',
      (part) => rmSync(join(part, 'meshes', 'box-4x5x6.glb')),
      /Cannot read .*box-4x5x6\.glb/,
    ],
    [
      'fewer descriptors',
      (part) =>
        edit(
          join(part, 'designs.json'),
          '[{',
          '[{"id":"a","name":"a","kind":"a","attributes":{},"source":"a","measures":{"sizeMm":[1,1,1],"areaMm2":1,"volumeMm3":null,"triangles":1,"closed":false}},{',
        ),
      /holds 2 rows of .* has 3 designs/,
    ],
  ];
  test.each(broken)('%s', async (_, damage, message) => {
    const path = createFolder();
    damage(join(path, 'boxes'), path);
    await expect(openCatalogue({ path, store: createStore(), encoder })).rejects.toMatchObject({
      code: 'CATALOGUE_BROKEN',
      message: expect.stringMatching(message),
    });
  });
});
