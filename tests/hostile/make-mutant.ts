/** Which file is damaged how, by seed and number alone: the same two make the same mutant again. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync, gzipSync } from 'node:zlib';
import { decompress, detectCompression } from '../../packages/sklearn/src/pickle/container.ts';
import { PICKLE_LIMITS } from '../../packages/sklearn/src/pickle/limits.ts';
import { createRandom, mutateBytes, type Random } from './mutate-bytes.ts';
import { mutatePickle } from './mutate-pickle.ts';

const FIXTURES = join(import.meta.dirname, '../../packages/sklearn/fixtures');

/** Every recorded model, and every plain pickle, array and compressed file. */
export const RECORDED_FILES: readonly string[] = [
  ...readdirSync(join(FIXTURES, 'estimators'))
    .filter((version) => /^\d/.test(version))
    .flatMap((version) =>
      readdirSync(join(FIXTURES, 'estimators', version)).map((name) =>
        join('estimators', version, name, 'model.pkl'),
      ),
    ),
  ...readdirSync(join(FIXTURES, 'pickles'))
    .filter((name) => /\.(pkl|joblib|npy)$/.test(name))
    .map((name) => join('pickles', name)),
].sort();

export interface Mutant {
  readonly file: string;
  readonly bytes: Uint8Array;
  /** Recorded cases of the model that it was made of. */
  readonly casesPath: string | null;
}

export async function makeMutant(seed: number, number: number): Promise<Mutant> {
  const random = createRandom(Math.imul(seed, 0x9e3779b1) ^ Math.imul(number, 0x85ebca6b));
  // Files follow one another, so that a run of any length is spread over all of them.
  const file = RECORDED_FILES[number % RECORDED_FILES.length]!;
  const whole = new Uint8Array(readFileSync(join(FIXTURES, file)));
  const donor = RECORDED_FILES[Math.floor(random() * RECORDED_FILES.length)]!;
  const casesPath = join(FIXTURES, file, '../cases.json');
  return {
    file,
    bytes: await damaged(whole, random, () => new Uint8Array(readFileSync(join(FIXTURES, donor)))),
    casesPath: existsSync(casesPath) ? casesPath : null,
  };
}

async function damaged(whole: Uint8Array, random: Random, donor: () => Uint8Array): Promise<Uint8Array> {
  const compression = whole[0] === 0x93 ? 'none' : detectCompression(whole);
  if (random() < (compression === 'none' ? 0.25 : 0.15)) return mutateBytes(whole, random, donor());
  const content = compression === 'none' ? whole : await decompress(whole, compression, PICKLE_LIMITS);
  const mutant = mutatePickle(content, random);
  if (compression === 'zlib' && random() < 0.5) return deflateSync(mutant, { level: 1 });
  if (compression === 'gzip' && random() < 0.5) return gzipSync(mutant, { level: 1 });
  return mutant;
}
