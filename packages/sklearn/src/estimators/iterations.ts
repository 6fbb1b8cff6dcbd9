/** Bounds on estimators that iterate while predicting: how often, whatever the file says. Refuses more. */
import type { ObjectState } from './object-state.ts';

/** Ten times what anyone sets; a file that never converges still ends. */
const ITERATIONS_MAX = 10_000;

export function readIterations(state: ObjectState, name: string, min = 1): number {
  state.iterates();
  return state.attribute(name).integer(min, ITERATIONS_MAX);
}
