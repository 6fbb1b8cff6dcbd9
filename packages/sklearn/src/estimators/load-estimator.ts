/** From the plain data of a pickle to an estimator that is ready to run. */
import { SklearnError } from '../errors.ts';
import { isKind, type PickleValue } from '../pickle/value.ts';
import { isObject } from './attribute.ts';
import type { FittedEstimator } from './definition.ts';
import { Loading } from './loading.ts';
import { chooseMembers } from './members.ts';
import { composeSteps } from './pipeline.ts';
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
 * The estimator of a file, or what rows go through of a file that holds several (`chooseMembers`). Throws
 * `ESTIMATOR_UNSUPPORTED`, which names everything that is not supported, or `ESTIMATOR_MALFORMED` with the path of the
 * first attribute that is wrong.
 */
export function loadEstimator(root: PickleValue, members: readonly string[] = []): LoadedEstimator {
  const chosen = chooseMembers(root, members);
  const sklearnVersion = versionOf(chosen[0]!.value);
  const loading = new Loading(ESTIMATORS, sklearnVersion);
  const estimators = chosen.map(({ value, path }) => loading.load(value, path));
  // A pipeline has only some of the methods that its last step can have.
  for (const [i, { className, methods }] of estimators.entries()) {
    if (Object.keys(methods).length === 0)
      loading.refuse(chosen[i]!.path, `${className} without a method that answers rows`);
  }
  loading.throwIfWrong();
  const { iterates, joinsRows } = loading;
  const parts = estimators.map((estimator, i) => ({ place: chosen[i]!.path, estimator }));
  return { estimator: chainEstimators(parts), sklearnVersion, iterates, joinsRows };
}

/** One estimator whose rows go through all of these; each has its place for messages. */
export function chainEstimators(
  parts: readonly { readonly place: string; readonly estimator: FittedEstimator }[],
): FittedEstimator {
  if (parts.length === 1) return parts[0]!.estimator;
  const steps = parts.map(({ place, estimator }) => ({
    place,
    estimator,
    malformed: (expected: string) =>
      new SklearnError(
        'ESTIMATOR_MALFORMED',
        `${place} should be ${expected}, but is a ${estimator.className}${widthOf(estimator)}.`,
        { path: place },
      ),
  }));
  return composeSteps(parts.map(({ estimator }) => estimator.className).join(', '), steps, true);
}

function widthOf({ columns }: FittedEstimator): string {
  return columns === null ? '' : ` of ${columns} columns`;
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
