/** One inference call of the Open Inference Protocol (v2), whatever carried it: what was asked, and of which model. */
import type { InferParameters } from '../runtime-model.ts';
import type { Tensor } from '../tensor.ts';

export interface RequestedOutput {
  readonly name: string;
  /** How many classes to answer instead of the tensor itself; null for the tensor. */
  readonly classification: number | null;
  /** Over REST: as bytes after the JSON rather than in it. */
  readonly isBinary: boolean;
}

export interface InferCall {
  readonly model: string;
  /** Null where any will do. */
  readonly version: string | null;
  /** Given back as it came; empty where there is none. */
  readonly id: string;
  readonly parameters: InferParameters;
  readonly inputs: readonly Tensor[];
  /** Null for what the model gives unasked. */
  readonly outputs: readonly RequestedOutput[] | null;
  /** Whether what the model gives unasked is wanted as bytes. */
  readonly isBinaryUnasked: boolean;
}

export interface InferAnswer {
  readonly model: string;
  readonly version: string;
  readonly id: string;
  readonly parameters: InferParameters;
  readonly outputs: readonly Tensor[];
}

/** Rows of a call, as far as its model has rows: what its cost is reckoned by. */
export function rowsOf(call: InferCall): number {
  return Math.max(1, call.inputs[0]?.shape[0] ?? 1);
}
