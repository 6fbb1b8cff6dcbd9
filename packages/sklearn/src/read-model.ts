/** Reads a file that holds a scikit-learn estimator, and runs its methods over rows. Nothing of the file is run. */
import { SklearnError } from './errors.ts';
import { checkInput } from './estimators/check-input.ts';
import type { FittedEstimator } from './estimators/definition.ts';
import { type LoadedEstimator, loadEstimator } from './estimators/load-estimator.ts';
import { ESTIMATOR_GLOBALS } from './estimators/registry.ts';
import type { MethodName, Signature, SklearnModel } from './model.ts';
import { readPickle } from './pickle/read-pickle.ts';

/**
 * Reads a pickle or joblib file. `bytes` must not change while the model is in use.
 * Throws `SklearnError`: what `readPickle` throws; `ESTIMATOR_UNSUPPORTED` with everything in the file that is
 * not supported, each with its path; `ESTIMATOR_MALFORMED` with the path of the attribute that is wrong.
 */
export async function readModel(bytes: Uint8Array): Promise<SklearnModel> {
  const { root } = await readPickle(bytes, { allowed: ESTIMATOR_GLOBALS });
  return createModel(loadEstimator(root));
}

/** What is asked where no name is given: the first of these that an estimator has. */
const DEFAULT_METHODS = ['predict', 'transform', 'score_samples', 'mahalanobis', 'kneighbors'] as const;

/** What callers see of a loaded estimator. */
export function createModel(loaded: LoadedEstimator): SklearnModel {
  const { estimator, sklearnVersion, iterates, joinsRows } = loaded;
  const { className, columns, methods } = estimator;
  return {
    className,
    sklearnVersion,
    signature: signatureOf(estimator),
    iterates,
    joinsRows,
    run: (name, X) => {
      // A name from outside may be one that every object has, such as `constructor`.
      const method = Object.hasOwn(methods, name) ? methods[name] : undefined;
      if (method === undefined) throw methodUnsupported(estimator, name);
      checkInput(X, estimator, method.columns ?? columns);
      return method.run(X);
    },
  };
}

function signatureOf(estimator: FittedEstimator): Signature {
  const { columns, columnNames, classes, methods } = estimator;
  const defaultMethod = DEFAULT_METHODS.find((name) => name in methods);
  if (defaultMethod === undefined) throw new TypeError('An estimator has no method to ask without a name.');
  const signatures = Object.entries(methods).map(([name, { run, ...signature }]) => [name, signature]);
  return {
    columns,
    columnNames,
    ...rowsTaken(estimator),
    classes,
    methods: Object.fromEntries(signatures),
    defaultMethod,
  };
}

/** Where every column holds numbers a row is nothing but numbers. */
function rowsTaken({
  rows = 'numbers',
  columnKinds = null,
}: FittedEstimator): Pick<Signature, 'rows' | 'columnKinds'> {
  const isNumbers = rows === 'table' && columnKinds?.every(({ kind }) => kind === 'number');
  return isNumbers ? { rows: 'numbers', columnKinds: null } : { rows, columnKinds };
}

function methodUnsupported(estimator: FittedEstimator, name: MethodName): SklearnError {
  const known = Object.keys(estimator.methods).join(', ');
  return new SklearnError('METHOD_UNSUPPORTED', `${estimator.className} has no ${name}; it has ${known}.`);
}
