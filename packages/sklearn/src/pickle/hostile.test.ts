/** A short run of the damage that `tests/hostile` does at length. */
import { expect, test } from 'vitest';
import { tryMutants, tryPrograms } from '../../../../tests/hostile/pickle-mutants.ts';

test('damaged files are read soundly or refused by name', async () => {
  const { mutants, codes } = await tryMutants(/\.(pkl|joblib|npy)$/, 8, 20261101);
  expect(mutants).toBeGreaterThan(600);
  expect(codes.get('PICKLE_MALFORMED')).toBeGreaterThan(200);
});

test('programs of random opcodes are read soundly or refused by name', async () => {
  const { accepted, codes } = await tryPrograms(2_000, 20261101);
  expect(accepted).toBeGreaterThan(20);
  expect(codes.get('PICKLE_MALFORMED')).toBeGreaterThan(200);
});
