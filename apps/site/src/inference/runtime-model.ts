/** What every runtime makes of a model version: a signature, and methods over a dense row-major matrix. */
import type { ModelSignature } from '@chamfer/contracts';
import type { Matrix, MethodName, Output } from '@chamfer/sklearn';

export type { Matrix, MethodName, Output };

export interface RuntimeModel {
  /** Class of the outermost estimator, as its library names it. */
  readonly className: string;
  /** The library that wrote the model, such as `scikit-learn 1.9.1`; null where the file does not say. */
  readonly writtenBy: string | null;
  readonly signature: ModelSignature;
  /** Width of the rows that a method takes; null where it takes any. */
  columnsOf(method: MethodName): number | null;
  /** Throws typed errors with the path `inputs[row][column]` for rows that the model refuses. */
  run(method: MethodName, X: Matrix): Output;
}
