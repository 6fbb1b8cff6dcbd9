/** Reads a file that holds a scikit-learn estimator, and runs its methods over rows. Nothing of the file is run. */
import { SklearnError } from './errors.ts';
import { checkInput } from './estimators/check-input.ts';
import type { FittedEstimator } from './estimators/definition.ts';
import { chainEstimators, type LoadedEstimator, loadEstimator } from './estimators/load-estimator.ts';
import { ESTIMATOR_GLOBALS } from './estimators/registry.ts';
import type { MethodName, Signature, SklearnModel } from './model.ts';
import { readPickle } from './pickle/read-pickle.ts';

/** One file of a model. */
export interface ModelFile {
  /** Must not change while the model is in use. */
  readonly bytes: Uint8Array;
  /** For messages, where there are several files. */
  readonly name?: string;
  /** Of a file that holds several estimators: those that rows go through, in this order. */
  readonly members?: readonly string[];
}

/**
 * Reads a pickle or joblib file. Throws `SklearnError`: what `readPickle` throws; `ESTIMATOR_UNSUPPORTED` with
 * everything in the file that is not supported, each with its path, or with the members to choose from;
 * `ESTIMATOR_MALFORMED` with the path of the attribute that is wrong.
 */
export async function readModel(
  bytes: Uint8Array,
  { members = [] }: { readonly members?: readonly string[] } = {},
): Promise<SklearnModel> {
  return createModel(await loadFile({ bytes, members }));
}

/**
 * One model of several files: what each answers is what the next one is given. Throws as `readModel` does, and
 * `ESTIMATOR_MALFORMED` where one is not as wide as what comes before it, or is followed and transforms nothing.
 */
export async function readChain(files: readonly ModelFile[]): Promise<SklearnModel> {
  const loaded: LoadedEstimator[] = [];
  for (const file of files) loaded.push(await loadFile(file));
  const parts = loaded.map(({ estimator }, i) => ({ place: files[i]!.name ?? `file ${i + 1}`, estimator }));
  return createModel({
    estimator: chainEstimators(parts),
    sklearnVersion: loaded.find(({ sklearnVersion }) => sklearnVersion !== null)?.sklearnVersion ?? null,
    iterates: loaded.some(({ iterates }) => iterates),
    joinsRows: loaded.some(({ joinsRows }) => joinsRows),
  });
}

async function loadFile({ bytes, members }: ModelFile): Promise<LoadedEstimator> {
  const { root } = await readPickle(bytes, { allowed: ESTIMATOR_GLOBALS });
  return loadEstimator(root, members);
}

/** What is asked where no name is given: the first of these that an estimator has. */
const DEFAULT_METHODS = ['predict', 'transform', 'score_samples', 'mahalanobis', 'kneighbors'] as const;

/** Nobody types as many numbers: something that is not in the file made them. */
const TRANSFORMED_COLUMNS_MIN = 1_000;

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
    looksTransformed:
      columns !== null &&
      columns >= TRANSFORMED_COLUMNS_MIN &&
      columnNames === null &&
      'predict' in methods &&
      isBare(estimator),
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

/** Whether rows come as numbers, and no step of it is what made them. */
function isBare({ rows, className }: FittedEstimator): boolean {
  return rows === undefined && !/Pipeline|, /.test(className);
}

function methodUnsupported(estimator: FittedEstimator, name: MethodName): SklearnError {
  const known = Object.keys(estimator.methods).join(', ');
  return new SklearnError('METHOD_UNSUPPORTED', `${estimator.className} has no ${name}; it has ${known}.`);
}
