/** The pickle reader against damaged copies of every fixture. */
import { describe, expect, test } from 'vitest';
import { tryMutants, tryPrograms } from './pickle-mutants.ts';

/** Mutants of each fixture; raise it for a long run. */
const ROUNDS = Number(process.env.HOSTILE_ROUNDS ?? 100);
const SEED = Number(process.env.HOSTILE_SEED ?? 1);

describe(`${ROUNDS} mutants of each fixture, seed ${SEED}`, () => {
  test.each([
    ['plain pickles', /^(plain|objects)-\d\.pkl$/],
    ['arrays', /^arrays-.*\d\.pkl$/],
    ['estimators', /^(forest|kd-tree)-.*\.pkl$/],
    ['joblib', /(-\d|old)\.joblib$/],
    ['compressed', /(zlib|gzip|bz2|xz|lzma|lz4)\.joblib$/],
    ['npy', /\.npy$/],
  ])('%s: read soundly or refused by name', async (_what, pattern) => {
    const { mutants, codes } = await tryMutants(pattern, ROUNDS, SEED);
    expect(mutants).toBeGreaterThanOrEqual(2 * ROUNDS);
    expect(codes.get('PICKLE_MALFORMED')).toBeGreaterThan(0);
  });

  test('programs of random opcodes', async () => {
    const { accepted, codes } = await tryPrograms(100 * ROUNDS, SEED);
    expect(accepted).toBeGreaterThan(ROUNDS);
    expect(codes.get('PICKLE_MALFORMED')).toBeGreaterThan(ROUNDS);
  });
});
