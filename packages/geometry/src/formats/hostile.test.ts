/** A taste of tests/hostile/geometry.test.ts, for every run. */
import { expect, test } from 'vitest';
import { tryMeshMutants } from '../../../../tests/hostile/mesh-mutants.ts';

test('damaged files are read soundly or refused by name', () => {
  const { accepted, codes } = tryMeshMutants(6, 2026);
  expect(accepted).toBeGreaterThan(5);
  expect(codes.get('FILE_MALFORMED')).toBeGreaterThan(5);
});
