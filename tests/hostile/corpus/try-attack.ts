/** Reads one attack as a site would read a model, and says what came of it. */
import { SklearnError } from '../../../packages/sklearn/src/errors.ts';
import { readNpy } from '../../../packages/sklearn/src/numpy/npy.ts';
import { readModel } from '../../../packages/sklearn/src/read-model.ts';
import type { Attack } from './attack.ts';

export interface Refusal {
  /** `null` where it was read. */
  readonly code: string | null;
  readonly message: string;
  readonly elapsedMs: number;
}

/** Anything but a typed error is thrown. */
export async function tryAttack(bytes: Uint8Array, reader: Attack['reader']): Promise<Refusal> {
  const started = performance.now();
  try {
    if (reader === 'npy') readNpy(bytes);
    else await readModel(bytes);
    return { code: null, message: '', elapsedMs: performance.now() - started };
  } catch (error) {
    if (!(error instanceof SklearnError)) throw error;
    return { code: error.code, message: error.message, elapsedMs: performance.now() - started };
  }
}
