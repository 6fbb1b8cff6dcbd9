/**
 * Seeded mutants of every recorded model file: typed errors only, and what still loads answers or refuses its rows,
 * without ever reading past the end of an array.
 */
import { availableParallelism } from 'node:os';
import { expect, test } from 'vitest';
import { RECORDED_FILES } from './make-mutant.ts';
import { describeFault, runMutants } from './run-mutants.ts';

const COUNT = Number(process.env.HOSTILE_MUTANTS ?? 20_000);
const SEED = Number(process.env.HOSTILE_SEED ?? 1);

test(`${COUNT} mutants of all recorded models, seed ${SEED}`, async () => {
  const processes = Math.min(4, availableParallelism());
  const { tried, outcomes, faults } = await runMutants({
    seed: SEED,
    from: 0,
    count: COUNT,
    processes,
    checksIndices: true,
  });
  expect(faults.map(describeFault)).toEqual([]);
  expect(tried).toBe(COUNT);
  expect(COUNT).toBeGreaterThan(RECORDED_FILES.length);
  // Neither so little damage that nothing is refused, nor so much that nothing gets far.
  expect(outcomes.get('answered')).toBeGreaterThan(COUNT / 10);
  expect(outcomes.get('PICKLE_MALFORMED')).toBeGreaterThan(COUNT / 10);
  expect(outcomes.get('ESTIMATOR_MALFORMED')).toBeGreaterThan(COUNT / 50);
});
