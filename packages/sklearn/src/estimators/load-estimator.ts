/** From the plain data of a pickle to an estimator that is ready to run. */
import type { PickleValue } from '../pickle/value.ts';
import { isObject } from './attribute.ts';
import type { FittedEstimator } from './definition.ts';
import { Loading } from './loading.ts';
import { ESTIMATORS } from './registry.ts';

export interface LoadedEstimator {
  readonly estimator: FittedEstimator;
  /** `_sklearn_version` of the outermost estimator. */
  readonly sklearnVersion: string | null;
}

/**
 * Throws `ESTIMATOR_UNSUPPORTED`, which names everything in the file that is not supported, or
 * `ESTIMATOR_MALFORMED` with the path of the first attribute that is wrong.
 */
export function loadEstimator(root: PickleValue): LoadedEstimator {
  const sklearnVersion = versionOf(root);
  const loading = new Loading(ESTIMATORS, sklearnVersion);
  const estimator = loading.load(root, '');
  loading.throwIfWrong();
  return { estimator, sklearnVersion };
}

/** `_sklearn_version` of an estimator; `null` of anything else. */
export function versionOf(root: PickleValue): string | null {
  if (!isObject(root)) return null;
  const { state } = root;
  if (typeof state !== 'object' || state === null || !('kind' in state) || state.kind !== 'dict') return null;
  const version = state.entries.find(([name]) => name === '_sklearn_version')?.[1];
  return typeof version === 'string' ? version : null;
}
