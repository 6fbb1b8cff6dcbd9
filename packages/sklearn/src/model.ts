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
  | 'apply'
  | 'mahalanobis';

/** One class label as scikit-learn would return it. */
export type Label = string | number | boolean | bigint;

/**
 * One value of a row: what a label can be, None, or what vectorizers take: lists of tokens, and objects by name.
 */
export type Cell = Label | null | readonly Cell[] | ReadonlyMap<string, Cell>;

/** The Open Inference Protocol's names for what an answer holds; `BYTES` are strings. */
export type Datatype = 'FP64' | 'INT64' | 'BOOL' | 'BYTES';

/**
 * What a row is: numbers; values column by column, not all of them numbers; one text; one object by name or list of
 * tokens; one label; a list of labels.
 */
export type RowKind = 'numbers' | 'table' | 'text' | 'record' | 'label' | 'label list';

/** What one column of a table holds. */
export interface ColumnKind {
  /** `any` is what an estimator takes as it comes; `unused` what it never looks at and may be left out. */
  readonly kind: 'number' | 'category' | 'text' | 'any' | 'unused';
  /** Those that were there when the estimator was fitted; whether others are refused is up to it. */
  readonly categories?: readonly (Label | null)[];
}

/**
 * An answer: numbers in row-major order, labels, or several answers where scikit-learn returns a list or tuple
 * (`predict_proba` of an estimator with several outputs; `kneighbors`: distances, then indices).
 * `shape[0]` is the number of rows; a one-dimensional answer has one entry in `shape`. `integer` says that NumPy
 * would hold these numbers in an integer type. Labels may have None among them where a transformer passes its input on.
 */
export type Output =
  | {
      readonly kind: 'numbers';
      readonly data: Float64Array;
      readonly shape: readonly number[];
      readonly integer: boolean;
    }
  | { readonly kind: 'labels'; readonly values: readonly (Label | null)[]; readonly shape: readonly number[] }
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
  readonly rows: RowKind;
  /** What each column holds where rows are a table; `null` elsewhere. */
  readonly columnKinds: readonly ColumnKind[] | null;
  /** `classes_` of a classifier with one output. */
  readonly classes: readonly Label[] | null;
  readonly methods: Readonly<Partial<Record<MethodName, MethodSignature>>>;
  /** What to call when the caller names no method: the first it has of `predict`, `transform` and others. */
  readonly defaultMethod: MethodName;
  /** Thousands of columns without names, and nothing in the file that makes them: they come out of a vectorizer. */
  readonly looksTransformed: boolean;
}

export interface SklearnModel {
  /** scikit-learn's class name of the outermost estimator, such as `Pipeline`. */
  readonly className: string;
  /** The version that wrote the pickle, `_sklearn_version`; `null` where the file does not say. */
  readonly sklearnVersion: string | null;
  readonly signature: Signature;
  /** Whether it iterates, so that the values of a row decide how long its answer takes. */
  readonly iterates: boolean;
  /** Whether the answer of a row depends on which others it is asked with, as scikit-learn's own does. */
  readonly joinsRows: boolean;
  /**
   * Runs one method over all rows.
   * Throws `SklearnError`: `METHOD_UNSUPPORTED`, or `INPUT_INVALID` (no rows, wrong width, NaN or infinity where
   * the estimator refuses them, with the path `inputs[row][column]`).
   */
  run(method: MethodName, X: Matrix): Output;
}
