import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { BASE_ALLOWED, MODULE_ALIASES, NAME_ALIASES } from '../pickle/allowlist.ts';
import { readModel } from '../read-model.ts';
import { ESTIMATOR_GLOBALS } from './registry.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures/estimators/1.4.1.post1');

describe('modules that moved', () => {
  const known = [...ESTIMATOR_GLOBALS, ...BASE_ALLOWED];
  const modules = new Set(known.map((name) => name.split(' ')[0]!));

  test('lead to modules that hold something', () => {
    const targets = [...MODULE_ALIASES.values()].filter((module) => module.startsWith('sklearn.'));
    expect(targets.filter((module) => !modules.has(module))).toEqual([]);
  });

  test('are not themselves in use', () => {
    const inUse = [...MODULE_ALIASES.keys()].filter((module) => modules.has(module));
    expect(inUse).toEqual([]);
    expect([...NAME_ALIASES.keys()].filter((name) => known.includes(name))).toEqual([]);
  });
});

test('a file with the names of before 0.22 answers as the same file with new ones', async () => {
  // Protocol 2 writes names as lines, so that they can be rewritten.
  const file = readFileSync(join(FIXTURES, 'logistic-names/model.pkl')).toString('latin1');
  const old = file.replace('csklearn.linear_model._logistic\n', 'csklearn.linear_model.logistic\n');
  expect(old).not.toBe(file);
  const X = { data: new Float64Array(13).fill(0.5), rows: 1, columns: 13 };
  const [before, after] = await Promise.all(
    [old, file].map(async (text) => (await readModel(Buffer.from(text, 'latin1'))).run('predict_proba', X)),
  );
  expect(before).toEqual(after);
});
