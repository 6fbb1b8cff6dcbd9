import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { listModelNames, listVersionFolders, modelNameOf } from './model-folder.ts';

test('lists names in order, and of each the newest version first', async () => {
  const root = temporaryFolder();
  for (const path of ['b/1', 'b/10', 'b/9', 'a/2024.1', '.git/1'])
    mkdirSync(join(root, path), { recursive: true });
  writeFileSync(join(root, 'README.md'), '');
  expect(await listModelNames(root)).toEqual(['a', 'b']);
  const folders = await listVersionFolders(root, 'b');
  expect(folders.map(({ version }) => version)).toEqual(['10', '9', '1']);
  await expect(listModelNames(join(root, 'none'))).rejects.toMatchObject({ code: 'MODEL_BROKEN' });
});

test.each([
  ['/x/model.pkl', 'model'],
  ['My Model (2).joblib', 'my-model-2'],
  ['random_forest.v2.pkl', 'random_forest.v2'],
  ['-_.pkl', 'model'],
  ['模型.pkl', 'model'],
  [`${'a'.repeat(90)}.pkl`, 'a'.repeat(64)],
])('%s is served as %s', (path, name) => {
  expect(modelNameOf(path)).toBe(name);
});
