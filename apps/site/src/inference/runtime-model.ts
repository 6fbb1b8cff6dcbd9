/** What every runtime makes of a model version: its signatures, and how it is run, over named tensors or over rows. */
import type { ModelSignature } from '@chamfer/contracts';
import type { Matrix, MethodName, Output, RowShape } from '@chamfer/sklearn';
import type { Tensor, TensorInterface } from './tensor.ts';

export type { Matrix, MethodName, Output, RowShape };

/** Parameters of a request, as the Open Inference Protocol has them. */
export type InferParameters = Readonly<Record<string, string | number | boolean>>;

export interface InferOptions {
  /** Names of what is asked for, in this order; null for what the model gives unasked. */
  readonly outputs: readonly string[] | null;
  readonly parameters?: InferParameters;
  /** Aborts when nobody waits for the answer any more. */
  readonly signal?: AbortSignal;
}

export interface RowTensors {
  /** Null where the outputs are of several methods. Throws `INPUT_INVALID` as `infer` does. */
  toRows(
    inputs: readonly Tensor[],
    outputs: readonly string[] | null,
  ): { readonly method: MethodName; readonly X: Matrix } | null;
  /** The outputs asked for, which the model has, out of what the method answered. */
  toTensors(method: MethodName, answer: Output, outputs: readonly string[] | null): readonly Tensor[];
}

export interface RuntimeModel {
  /** Class of the outermost estimator, as its library names it. */
  readonly className: string;
  /** The library that wrote the model, such as `scikit-learn 1.9.1`; null where the file does not say. */
  readonly writtenBy: string | null;
  /** Rows and methods: what `POST /predict` goes by. */
  readonly signature: ModelSignature;
  /** The same model as named tensors: what the Open Inference Protocol goes by. */
  readonly tensors: TensorInterface;
  /** Whether the values decide how long it takes: then it never runs on the event loop. */
  readonly mayRunLong?: boolean;
  /** Whether the answer of a row depends on which others it is asked with: then calls are never put together. */
  readonly joinsRows?: boolean;
  /** Whether another server computes: then a call only waits, and never takes a worker thread. */
  readonly runsElsewhere?: boolean;
  /** Of a model that runs elsewhere: whether its server answers, as far as is known. */
  isAnswering?(): boolean;
  /** Which rows a method takes. */
  rowShapeOf(method: MethodName): RowShape;
  /** Throws typed errors with the path `inputs[row][column]` for rows that the model refuses. */
  run(method: MethodName, X: Matrix): Output;
  /**
   * Throws or rejects with `INPUT_INVALID` where the tensors do not fit. The inputs may be kept or handed on: their
   * arrays are not to be changed afterwards.
   */
  infer(inputs: readonly Tensor[], options: InferOptions): readonly Tensor[] | Promise<readonly Tensor[]>;
  /** Of a model whose rows are numbers: calls over tensors as rows for a method. */
  readonly rowTensors?: RowTensors | undefined;
  /** Lets go of what the garbage collector does not know of; nothing is run afterwards. */
  close?(): void;
}
