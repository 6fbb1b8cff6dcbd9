import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ESTIMATORS } from './registry.ts';
import { UNSUPPORTED_ESTIMATORS } from './unsupported-estimators.ts';

const REPOSITORY = join(import.meta.dirname, '../../../..');
const rows = Array.from(
  readFileSync(join(REPOSITORY, 'docs/reference/estimators.md'), 'utf8').matchAll(
    /^\| `(\w+)` \| `([\w.]+)` \| [^|]+ \|/gm,
  ),
  ([, className, module]) => `${module} ${className}`,
);

// What the recorded models show in the other columns is held in tests/recorded.
test('docs/reference/estimators.md has the rows that `npm run document` makes', () => {
  expect(rows).toEqual(Array.from(ESTIMATORS.values(), ({ module, className }) => `${module} ${className}`));
});

test('no class is both supported and not', () => {
  expect(UNSUPPORTED_ESTIMATORS.filter((name) => ESTIMATORS.has(name))).toEqual([]);
  expect(new Set(UNSUPPORTED_ESTIMATORS).size).toBe(UNSUPPORTED_ESTIMATORS.length);
});
