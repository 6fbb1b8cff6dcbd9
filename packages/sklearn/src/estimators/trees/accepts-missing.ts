/** Which trees take NaN: it depends on the version that wrote them and on their parameters. */
import type { Accepts } from '../definition.ts';
import type { ObjectState } from '../object-state.ts';

const CRITERIA = ['gini', 'entropy', 'log_loss', 'squared_error', 'friedman_mse', 'poisson'];

/** What a single tree accepts. NaN is known from 1.3 on, of random splits from 1.6 on; 1.9 dropped most conditions. */
export function acceptedByTree(state: ObjectState): Accepts {
  return state.since(1, 3) && takesMissing(state) ? 'missing-float32' : 'finite-float32';
}

/** A forest accepts what its first tree does, from 1.4 on. */
export function acceptedByForest(forest: ObjectState, firstTree: ObjectState): Accepts {
  return forest.since(1, 4) ? acceptedByTree(firstTree) : 'finite-float32';
}

function takesMissing(state: ObjectState): boolean {
  const isRandom = state.attribute('splitter').text() === 'random';
  if (state.className.startsWith('ExtraTree') && !isRandom) return false;
  if (state.since(1, 9)) return true;
  if (isRandom && !state.since(1, 6)) return false;
  return CRITERIA.includes(state.attribute('criterion').text()) && state.optional('monotonic_cst') === null;
}
