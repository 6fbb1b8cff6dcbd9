/**
 * The one interface of every estimator: what its file exports for the registry, and what its loader makes of a
 * fitted state.
 */
import type { ColumnKind, Label, Matrix, MethodName, MethodSignature, Output, RowKind } from '../model.ts';
import type { ObjectState } from './object-state.ts';

/** One class of scikit-learn: its names in a pickle, and how its state is read. */
export interface EstimatorDefinition {
  readonly className: string;
  /** The module it is pickled from. */
  readonly module: string;
  /** Other names that its state may hold, as `module name`: its losses, say. They are read as data. */
  readonly parts?: readonly string[];
  /**
   * Reads the fitted state, checks it and prepares what the methods need, so that nothing can fail while
   * predicting. Throws `ESTIMATOR_MALFORMED` with the attribute's path; what changes the arithmetic and is not
   * supported is refused by name (`ObjectState.refuse`).
   */
  readonly load: (state: ObjectState) => FittedEstimator;
}

/** One method, ready to run: rows in, answer out. It may assume that its input was checked. */
export interface FittedMethod extends MethodSignature {
  readonly run: (X: Matrix) => Output;
}

export type FittedMethods = Readonly<Partial<Record<MethodName, FittedMethod>>>;

/** Which numbers an estimator takes as input, as scikit-learn checks them. */
export type Accepts =
  /** No NaN, no infinity. */
  | 'finite'
  /** NaN, but no infinity. */
  | 'missing'
  /** What is finite as float32: trees cast their input. */
  | 'finite-float32'
  /** NaN, and what is finite as float32. */
  | 'missing-float32'
  /** Not even looked at. */
  | 'anything';

/** A fitted estimator as all others see it, so that each can stand inside any other. */
export interface FittedEstimator {
  readonly className: string;
  /** Width of a row; `null` where any will do. */
  readonly columns: number | null;
  readonly columnNames: readonly string[] | null;
  readonly accepts: Accepts;
  /** Left out for numbers. All others are given as a `Table`; those that are no table have one column. */
  readonly rows?: RowKind;
  /** What each column holds where `rows` is a table. */
  readonly columnKinds?: readonly ColumnKind[] | null;
  /** Says that `transform` answers each column from itself alone, so that it holds what the next estimator takes. */
  readonly keepsColumns?: boolean;
  /** `classes_` of a classifier with one output. */
  readonly classes: readonly Label[] | null;
  readonly methods: FittedMethods;
}
