import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readModel } from '../read-model.ts';
import { ESTIMATORS } from './registry.ts';
import { UNSUPPORTED_ESTIMATORS } from './unsupported-estimators.ts';

const REPOSITORY = join(import.meta.dirname, '../../../..');
const FIXTURES = join(import.meta.dirname, '../../fixtures/estimators');
const VERSIONS = ['1.4.1.post1', '1.9.1'];

/** The table of the document: methods by class. */
function readTable(): Map<string, string[]> {
  const document = readFileSync(join(REPOSITORY, 'docs/reference/estimators.md'), 'utf8');
  const rows = document.matchAll(/^\| `(\w+)` \| ([^|]*) \|/gm);
  return new Map(
    [...rows].map(([, name, methods]) => [name!, [...methods!.matchAll(/`(\w+)`/g)].map(([, m]) => m!)]),
  );
}

/** The methods of every class, over all its recorded models of one version. */
async function recordedMethods(version: string): Promise<Map<string, Set<string>>> {
  const methods = new Map<string, Set<string>>();
  for (const name of readdirSync(join(FIXTURES, version))) {
    if (name.startsWith('unsupported')) continue;
    const model = await readModel(readFileSync(join(FIXTURES, version, name, 'model.pkl')));
    const known = methods.get(model.className) ?? new Set();
    for (const method of Object.keys(model.signature.methods)) known.add(method);
    methods.set(model.className, known);
  }
  return methods;
}

describe('docs/reference/estimators.md', () => {
  test('has a row for every class of the registry, and no other', () => {
    const classes = [...ESTIMATORS.values()].map((definition) => definition.className);
    expect([...readTable().keys()].sort()).toEqual(classes.sort());
  });

  test.each(VERSIONS)('lists the methods that the recorded models of %s have', async (version) => {
    const recorded = await recordedMethods(version);
    const table = readTable();
    // A class may be younger than a version; then it is recorded in another.
    if (version === VERSIONS.at(-1)) expect([...recorded.keys()].sort()).toEqual([...table.keys()].sort());
    for (const [name, methods] of recorded) {
      const listed = table.get(name) ?? [];
      // So may a method.
      const known = version === VERSIONS.at(-1) ? listed : listed.filter((method) => methods.has(method));
      expect([name, ...[...methods].sort()]).toEqual([name, ...[...known].sort()]);
    }
  });
});

test('no class is both supported and not', () => {
  expect(UNSUPPORTED_ESTIMATORS.filter((name) => ESTIMATORS.has(name))).toEqual([]);
  expect(new Set(UNSUPPORTED_ESTIMATORS).size).toBe(UNSUPPORTED_ESTIMATORS.length);
});
