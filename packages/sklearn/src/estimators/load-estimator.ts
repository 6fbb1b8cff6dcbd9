/** From the plain data of a pickle to an estimator that is ready to run. */
import { isKind, type PickleValue } from '../pickle/value.ts';
import { isObject } from './attribute.ts';
import type { FittedEstimator } from './definition.ts';
import { Loading } from './loading.ts';
import { ESTIMATORS } from './registry.ts';

export interface LoadedEstimator {
  readonly estimator: FittedEstimator;
  /** `_sklearn_version` of the outermost estimator, or of its first step that says one. */
  readonly sklearnVersion: string | null;
  /** Whether an estimator of the file iterates, and whether one looks at all rows of a call together. */
  readonly iterates: boolean;
  readonly joinsRows: boolean;
}

/**
 * Throws `ESTIMATOR_UNSUPPORTED`, which names everything in the file that is not supported, or
 * `ESTIMATOR_MALFORMED` with the path of the first attribute that is wrong.
 */
export function loadEstimator(root: PickleValue): LoadedEstimator {
  const sklearnVersion = versionOf(root);
  const loading = new Loading(ESTIMATORS, sklearnVersion);
  const estimator = loading.load(root, '');
  // A pipeline has only some of the methods that its last step can have.
  if (Object.keys(estimator.methods).length === 0) {
    loading.refuse('', `${estimator.className} without a method that answers rows`);
  }
  loading.throwIfWrong();
  const { iterates, joinsRows } = loading;
  return { estimator, sklearnVersion, iterates, joinsRows };
}

/**
 * `_sklearn_version` of an estimator, or of the first step of a pipeline that has none, such as imblearn's; `null` of
 * anything else. Steps of steps are not asked: a file can make them many.
 */
export function versionOf(root: PickleValue): string | null {
  const own = attributeOf(root, '_sklearn_version');
  if (typeof own === 'string') return own;
  const steps = attributeOf(root, 'steps');
  if (!isKind(steps, 'list')) return null;
  for (const pair of steps.items) {
    const version = isKind(pair, 'tuple') ? attributeOf(pair.items[1] ?? null, '_sklearn_version') : null;
    if (typeof version === 'string') return version;
  }
  return null;
}

function attributeOf(value: PickleValue, name: string): PickleValue {
  if (!isObject(value) || !isKind(value.state, 'dict')) return null;
  return value.state.entries.find(([key]) => key === name)?.[1] ?? null;
}
