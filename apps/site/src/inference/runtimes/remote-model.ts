/**
 * A model on another server: asked over REST or gRPC, within its deadline, again where that is safe, and not at all
 * while the server does not answer. Refuses what the model's own description refuses before anything is sent.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { SiteError } from '../../errors.ts';
import type { InferOptions, InferParameters, RuntimeModel } from '../runtime-model.ts';
import { matchInputs, requireOutputs, type Tensor, type TensorInterface } from '../tensor.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import type { CallLimits, RemoteOutcome } from './remote.ts';
import { GrpcClient } from './remote-grpc.ts';
import { type RemoteReference, readRemoteReference } from './remote-reference.ts';
import { RestClient } from './remote-rest.ts';

const TIMEOUT_MS = 10_000;
/** Of a call that was certainly not worked on; a server that restarts needs longer, and has the breaker. */
const REPEATS_MAX = 2;
const REPEAT_AFTER_MS = 50;
/** Parameters of the message, not of the model. */
const OWN_PARAMETERS = ['binary_data_output', 'binary_data_size', 'classification'];

export interface RemoteCall {
  readonly inputs: readonly Tensor[];
  /** Null for whatever the server answers unasked. */
  readonly outputs: readonly string[] | null;
  readonly parameters: InferParameters;
}

export interface RemoteClient {
  describe(limits: CallLimits): Promise<RemoteOutcome<TensorInterface>>;
  infer(call: RemoteCall, limits: CallLimits): Promise<RemoteOutcome<readonly Tensor[]>>;
  close(): void;
}

/** Throws `MODEL_BROKEN` for a manifest that names no server, `REMOTE_UNAVAILABLE` and `REMOTE_FAILED`. */
export async function readRemoteModel(manifest: Uint8Array<ArrayBuffer>): Promise<RuntimeModel> {
  return openRemoteModel(readRemoteReference(manifest));
}

export async function openRemoteModel(reference: RemoteReference): Promise<RuntimeModel> {
  const remote = new RemoteModel(reference);
  try {
    const tensors = await remote.describe();
    return {
      className: `model of ${new URL(reference.url.replace(/^grpc/, 'http')).host}`,
      writtenBy: null,
      signature: {
        input: tensors.inputs[0] ?? { name: 'inputs', datatype: 'FP64', shape: [] },
        methods: {},
        defaultMethod: 'predict',
      },
      tensors,
      runsElsewhere: true,
      isAnswering: () => remote.isAnswering,
      rowShapeOf: () => ({ rows: 'numbers', columns: null, columnNames: null, columnKinds: null }),
      run() {
        throw new SiteError('METHOD_UNSUPPORTED', 'A model on another server takes named tensors.');
      },
      infer: (inputs, options) => remote.infer(inputs, options, tensors),
      close: () => remote.close(),
    };
  } catch (error) {
    remote.close();
    throw error;
  }
}

class RemoteModel {
  readonly #reference: RemoteReference;
  readonly #client: RemoteClient;
  readonly #breaker = new CircuitBreaker(() => performance.now());

  constructor(reference: RemoteReference) {
    this.#reference = reference;
    this.#client = reference.url.startsWith('grpc') ? new GrpcClient(reference) : new RestClient(reference);
  }

  get isAnswering(): boolean {
    return this.#breaker.waitMs === 0;
  }

  describe(): Promise<TensorInterface> {
    return this.#ask((limits) => this.#client.describe(limits), undefined);
  }

  async infer(
    given: readonly Tensor[],
    { outputs, parameters = {}, signal }: InferOptions,
    tensors: TensorInterface,
  ): Promise<readonly Tensor[]> {
    // Some servers do not describe their models; then they refuse for themselves.
    const inputs = tensors.inputs.length === 0 ? given : matchInputs(given, tensors.inputs);
    if (outputs !== null && tensors.outputs.length > 0) requireOutputs(outputs, tensors.outputs);
    const own = Object.entries(parameters).filter(([name]) => !OWN_PARAMETERS.includes(name));
    const call: RemoteCall = { inputs, outputs, parameters: Object.fromEntries(own) };
    const answers = await this.#ask((limits) => this.#client.infer(call, limits), signal);
    if (outputs === null) return answers;
    return outputs.map((name) => {
      const answer = answers.find((one) => one.name === name);
      if (answer === undefined) throw this.#fail('REMOTE_FAILED', `its answer lacks the output ${name}`);
      return answer;
    });
  }

  close(): void {
    this.#client.close();
  }

  async #ask<T>(
    send: (limits: CallLimits) => Promise<RemoteOutcome<T>>,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    const endMs = performance.now() + (this.#reference.timeoutMs ?? TIMEOUT_MS);
    for (let repeat = 0; ; repeat++) {
      const waitMs = this.#breaker.waitMs;
      if (waitMs > 0) {
        const what = `it did not answer before and is not asked again for ${Math.ceil(waitMs)} ms`;
        throw this.#fail('REMOTE_UNAVAILABLE', what);
      }
      this.#breaker.started();
      const timeoutMs = Math.max(1, Math.round(endMs - performance.now()));
      const outcome = await send({ timeoutMs, signal });
      switch (outcome.kind) {
        case 'answer':
          this.#breaker.succeeded();
          return outcome.value;
        case 'refused':
          this.#breaker.succeeded();
          throw new SiteError('INPUT_INVALID', `${this.#name} refuses this: ${outcome.reason}`, {
            path: 'inputs',
          });
        case 'failed':
          this.#breaker.failed();
          throw this.#fail('REMOTE_FAILED', outcome.reason);
        case 'abandoned':
          this.#breaker.abandoned();
          throw new SiteError('BODY_INCOMPLETE', 'The client went away.');
        case 'unavailable': {
          this.#breaker.failed();
          const pauseMs = REPEAT_AFTER_MS * 2 ** repeat;
          const mayRepeat =
            outcome.isRepeatable && repeat < REPEATS_MAX && performance.now() + pauseMs < endMs;
          if (!mayRepeat) throw this.#fail('REMOTE_UNAVAILABLE', outcome.reason);
          await sleep(pauseMs);
        }
      }
    }
  }

  get #name(): string {
    return `${this.#reference.model} at ${this.#reference.url}`;
  }

  #fail(code: 'REMOTE_UNAVAILABLE' | 'REMOTE_FAILED', reason: string): SiteError {
    return new SiteError(code, `${this.#name} cannot be asked: ${reason}.`);
  }
}
