import { expect, test } from 'vitest';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { openDatabase } from './database.ts';
import { DesignStore, type StoredCatalogue } from './design-store.ts';

function catalogueOf(title: string, ids: readonly string[]): StoredCatalogue {
  const designs = ids.map((id) => ({
    id,
    name: `Part ${id}`,
    kind: 'plate',
    attributes: { standard: 'DIN 1' },
    measures: { sizeMm: [1, 2, 3], areaMm2: 22, volumeMm3: null, triangles: 12, closed: false },
    source: 'here',
    folder: 'part',
    licence: 'CC0-1.0',
    attribution: 'nobody',
    meshSha256: 'a',
    thumbnailSha256: 'b',
  }));
  const embeddings = Float32Array.from({ length: 3 * ids.length }, (_, at) => at / 7);
  return { name: 'demo', title, designs, embeddings, embeddingLength: 3 };
}

test('gives back exactly what was put in, under its key alone', () => {
  const folder = temporaryFolder();
  const first = openDatabase(folder);
  const catalogue = catalogueOf('Old', ['b', 'a', 'c']);
  new DesignStore(first).replace('key-1', catalogue);
  first.close();

  const second = openDatabase(folder);
  const store = new DesignStore(second);
  expect(store.read('key-1')).toEqual(catalogue);
  expect(store.read('key-2')).toBeNull();

  const renewed = catalogueOf('New', ['z']);
  store.replace('key-2', renewed);
  expect(store.read('key-1')).toBeNull();
  expect(store.read('key-2')).toEqual(renewed);
  second.close();
});

test('keeps the old catalogue where the new one cannot be stored', () => {
  const database = openDatabase(temporaryFolder());
  const store = new DesignStore(database);
  const catalogue = catalogueOf('Old', ['a']);
  store.replace('key-1', catalogue);
  expect(() => store.replace('key-2', catalogueOf('Twice', ['a', 'a']))).toThrow('UNIQUE');
  expect(store.read('key-1')).toEqual(catalogue);
  database.close();
});
