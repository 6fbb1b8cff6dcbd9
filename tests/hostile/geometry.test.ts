/** The mesh reader, and all that comes behind it, against damaged STL and OBJ files. */
import { expect, test } from 'vitest';
import { tryMeshMutants } from './mesh-mutants.ts';

/** Mutants of each file; raise it for a long run. */
const ROUNDS = Number(process.env.HOSTILE_ROUNDS ?? 100);
const SEED = Number(process.env.HOSTILE_SEED ?? 1);

test(`${ROUNDS} mutants of each mesh file, seed ${SEED}: read soundly or refused by name`, () => {
  const { accepted, codes } = tryMeshMutants(ROUNDS, SEED);
  expect(accepted).toBeGreaterThan(0);
  expect(codes.get('FILE_MALFORMED')).toBeGreaterThan(0);
});
