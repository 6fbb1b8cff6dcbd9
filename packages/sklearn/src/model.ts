/** What a caller sees of a loaded estimator: its signature, and methods over a dense row-major matrix. */

/** Dense, row-major: element (i, j) stands at `i * columns + j`. */
export interface Matrix {
  readonly data: Float64Array;
  readonly rows: number;
  readonly columns: number;
}

/** scikit-learn's method names, as far as they map rows to rows. */
export type MethodName =
  | 'predict'
  | 'predict_proba'
  | 'predict_log_proba'
  | 'decision_function'
  | 'transform'
  | 'inverse_transform'
  | 'score_samples'
  | 'kneighbors'
  | 'apply';

/** One class label as scikit-learn would return it. */
export type Label = string | number | boolean | bigint;

/** The Open Inference Protocol's names for what an answer holds; `BYTES` are strings. */
export type Datatype = 'FP64' | 'INT64' | 'BOOL' | 'BYTES';

/**
 * An answer: numbers in row-major order, labels, or several answers where scikit-learn returns a list or tuple
 * (`predict_proba` of an estimator with several outputs; `kneighbors`: distances, then indices).
 * `shape[0]` is the number of rows; a one-dimensional answer has one entry in `shape`. `integer` says that NumPy
 * would hold these numbers in an integer type.
 */
export type Output =
  | {
      readonly kind: 'numbers';
      readonly data: Float64Array;
      readonly shape: readonly number[];
      readonly integer: boolean;
    }
  | { readonly kind: 'labels'; readonly values: readonly Label[]; readonly shape: readonly number[] }
  | { readonly kind: 'list'; readonly items: readonly Output[] };

/** What one method answers: -1 stands for the number of rows, and for a width that the file does not say. */
export interface MethodSignature {
  readonly shape: readonly number[];
  readonly datatype: Datatype;
  /** Of an answer of kind `list`: each of its arrays. `shape` and `datatype` are then those of the first. */
  readonly parts?: readonly MethodPart[];
  /** Width of a row where it is not the estimator's `columns`: `inverse_transform` reads what `transform` gave. */
  readonly columns?: number;
}

/** One array of an answer that is a list. */
export interface MethodPart {
  readonly name: string;
  readonly shape: readonly number[];
  readonly datatype: Datatype;
}

export interface Signature {
  /** Width of a row; `null` where the estimator takes any. */
  readonly columns: number | null;
  /** `feature_names_in_` where the pickle has it. */
  readonly columnNames: readonly string[] | null;
  /** `classes_` of a classifier with one output. */
  readonly classes: readonly Label[] | null;
  readonly methods: Readonly<Partial<Record<MethodName, MethodSignature>>>;
  /** What to call when the caller names no method: `predict` where there is one, else `transform`. */
  readonly defaultMethod: MethodName;
}

export interface SklearnModel {
  /** scikit-learn's class name of the outermost estimator, such as `Pipeline`. */
  readonly className: string;
  /** The version that wrote the pickle, `_sklearn_version`; `null` where the file does not say. */
  readonly sklearnVersion: string | null;
  readonly signature: Signature;
  /**
   * Runs one method over all rows.
   * Throws `SklearnError`: `METHOD_UNSUPPORTED`, or `INPUT_INVALID` (no rows, wrong width, NaN or infinity where
   * the estimator refuses them, with the path `inputs[row][column]`).
   */
  run(method: MethodName, X: Matrix): Output;
}
