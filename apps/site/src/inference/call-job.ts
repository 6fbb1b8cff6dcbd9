/** What a thread that serves and the worker threads say to each other of a call: plain data. */
import type { WorkerPool } from '../workers/worker-pool.ts';
import type { InferCall } from './oip/infer-call.ts';
import type { AnswerForm, MessageForm } from './oip/messages.ts';
import type { CallTimes } from './oip/statistics.ts';
import type { PreparedCall } from './predict-call.ts';
import type { RowsForm } from './rows-work.ts';

/** The body of `POST /predict` as it came. */
export interface BodyJob {
  readonly kind: 'body';
  readonly blocks: readonly Uint8Array<ArrayBuffer>[];
}

/** A call that was decoded before its cost was known, and is rows for one method, whatever it came as. */
export interface RowsJob {
  readonly kind: 'rows';
  readonly model: string;
  /** The one it was decoded for: it answers, though another may have taken its place meanwhile. */
  readonly version: string;
  readonly prepared: PreparedCall;
  readonly form: RowsForm;
}

/** A message of the Open Inference Protocol as it came, or decoded. */
export type InferJob =
  | {
      readonly kind: 'infer message';
      readonly blocks: readonly Uint8Array<ArrayBuffer>[];
      readonly message: MessageForm;
    }
  | { readonly kind: 'infer call'; readonly call: InferCall; readonly form: AnswerForm };

export type CallJob = BodyJob | RowsJob | InferJob;

export interface CallResult {
  readonly answer: Uint8Array<ArrayBuffer>;
  /** As in `EncodedAnswer`. */
  readonly headerBytes: number | null;
  readonly model: string;
  readonly version: string;
  /** Names what was asked for, where costs are learnt. */
  readonly asked: string;
  readonly rows: number;
  /** Runs of the model: 0 where another call counts the run that they had together. */
  readonly runs: number;
  /** Of all calls that ran together. */
  readonly times: Omit<CallTimes, 'queueMs'>;
  /** Measured, of the computation and the encoding. */
  readonly msPerRow: number;
}

/** The same threads answer all kinds of calls, so that each holds its models once. */
export type CallPool = Pick<WorkerPool<CallJob, CallResult>, 'run' | 'requireRoom'>;
