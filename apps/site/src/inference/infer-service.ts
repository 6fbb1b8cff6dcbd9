/**
 * Answers inference calls of the Open Inference Protocol, as bytes whoever carries them: small ones at once in this
 * thread, and those whose measured cost would hold up the event loop in worker threads that hold the same models.
 */
import { SiteError } from '../errors.ts';
import { type ByteBlocks, concatBytes, sizeOf } from '../workers/byte-blocks.ts';
import type { LoopShare } from '../workers/loop-share.ts';
import type { JobShare } from '../workers/worker-pool.ts';
import { CostTable } from './cost-table.ts';
import type { ServedModel } from './model-registry.ts';
import type { ModelTable } from './model-table.ts';
import { type InferCall, rowsOf } from './oip/infer-call.ts';
import { askedOf, type InferJob, type InferResult } from './oip/infer-job.ts';
import type { EncodedAnswer } from './oip/json-response.ts';
import { type DecodedMessage, decodeMessage, encodeAnswer, type MessageForm } from './oip/messages.ts';
import { requireAskable, runInfer } from './oip/run-infer.ts';
import type { Statistics } from './oip/statistics.ts';
import { ARRAYS, elementsOf, makeTensor, type Tensor } from './tensor.ts';

/** So much JSON takes about 1.5 ms to read: what is left of 5 ms is for the computation and the answer. */
const INLINE_BYTES_MAX = 128 * 1024;
/** Bytes of tensors after the JSON are copied and little more; strings among them, the dearest, take 5 ms to make. */
const INLINE_BINARY_BYTES_MAX = 256 * 1024;
const INLINE_MS_MAX = 3;

export interface InferServiceOptions {
  readonly models: ModelTable<ServedModel>;
  readonly pool: {
    run(
      job: InferJob,
      transfer?: readonly ArrayBuffer[],
      signal?: AbortSignal,
      share?: JobShare,
    ): Promise<InferResult>;
    requireRoom(group: string, waitedMs?: number): void;
  };
  /** What is computed in this thread has its share of the event loop from here. */
  readonly loop: Pick<LoopShare, 'run'>;
  readonly statistics: Statistics;
  /** Milliseconds from any fixed moment. */
  readonly now: () => number;
}

/** A call on its way: which model it turned out to be of, and since when it is here. */
interface Passage {
  readonly startMs: number;
  readonly signal: () => AbortSignal;
  asked: { readonly name: string; readonly version: string } | null;
}

export class InferService {
  readonly #options: InferServiceOptions;
  /** Milliseconds a row, by model, version and outputs. */
  readonly #costs = new CostTable();
  /** Milliseconds that a byte of the latest message was expected to cost. */
  readonly #byteCosts = new WeakMap<ServedModel, number>();

  constructor(options: InferServiceOptions) {
    this.#options = options;
  }

  /** Throws `OVERLOADED` where a message of so many bytes would be refused whatever it asks: before they are read. */
  requireRoom(message: MessageForm & { readonly kind: 'json' }, bytes: number | null): void {
    const { models, pool } = this.#options;
    const model = models.get(message.model);
    if (bytes === null || isReadHere(bytes, message) || model?.runtime.runsElsewhere === true) return;
    pool.requireRoom(message.model);
  }

  /**
   * Throws or rejects with what the models and the messages refuse. `signal` is asked for only where a call may have to
   * wait: what it aborts is not computed any more.
   */
  answer(
    body: ByteBlocks,
    message: MessageForm,
    signal: () => AbortSignal,
  ): EncodedAnswer | Promise<EncodedAnswer> {
    const { models, loop, now } = this.#options;
    const passage: Passage = { startMs: now(), signal, asked: null };
    try {
      const model = message.kind === 'json' ? models.find(message.model, message.version) : null;
      passage.asked = model?.info ?? null;
      const isElsewhere = model?.runtime.runsElsewhere === true;
      const answered =
        isElsewhere || isReadHere(sizeOf(body.blocks), message)
          ? loop.run(() => this.#answerInLoop(body, message, passage), {
              signal,
              group: () => passage.asked?.name ?? '',
            })
          : this.#answerBodyInWorker(body, message, passage);
      return answered instanceof Promise
        ? answered.catch((error: unknown) => this.#fail(error, passage))
        : answered;
    } catch (error) {
      return this.#fail(error, passage);
    }
  }

  #fail(error: unknown, { asked, startMs }: Passage): never {
    const { now, statistics } = this.#options;
    if (asked !== null) statistics.failed(asked.name, asked.version, now() - startMs);
    throw error;
  }

  #answerBodyInWorker(body: ByteBlocks, message: MessageForm, { signal }: Passage): Promise<EncodedAnswer> {
    const blocks = body.own();
    const buffers = blocks.map((block) => block.buffer);
    const share = message.kind === 'json' ? { group: message.model } : {};
    return this.#answerInWorker({ kind: 'infer message', blocks, message }, buffers, signal(), share);
  }

  #answerInLoop(
    body: ByteBlocks,
    message: MessageForm,
    passage: Passage,
  ): EncodedAnswer | Promise<EncodedAnswer> {
    const { models, now } = this.#options;
    const bytes = sizeOf(body.blocks);
    this.#refuseUnread(bytes, passage);
    const isElsewhere = passage.asked !== null && models.find(passage.asked.name).runtime.runsElsewhere;
    const decoded = decodeMessage(
      // What another server is sent may be read when nobody waits for its answer any more.
      concatBytes(isElsewhere === true ? body.own() : body.blocks),
      message,
      (name, version) => models.find(name, version).runtime.tensors,
    );
    const { call } = decoded;
    const model = models.find(call.model, call.version);
    passage.asked = model.info;
    requireAskable(model, call);
    const rows = rowsOf(call);
    const expectedMs = this.#costMsOf(model, call) * rows;
    this.#byteCosts.set(model, expectedMs / bytes);
    if (expectedMs <= INLINE_MS_MAX) return this.#answerHere(model, decoded, passage);
    const waitedMs = now() - passage.startMs;
    const share = {
      group: model.info.name,
      rows,
      expectedMs: Number.isFinite(expectedMs) ? expectedMs : null,
      waitedMs,
    };
    const signal = withTimeout(passage.signal(), call, waitedMs);
    // The tensors may share the request's memory, so they are copied, without what else stands there.
    const inputs = call.inputs.map((input) =>
      input.datatype === 'BYTES' ? input : ({ ...input, data: input.data.slice() } as Tensor),
    );
    const exact = { ...call, inputs, version: model.info.version };
    return this.#answerInWorker({ kind: 'infer call', form: decoded.form, call: exact }, [], signal, share);
  }

  /** Throws `OVERLOADED` where the call would be refused by the workers, once it had been read. */
  #refuseUnread(bytes: number, { asked, startMs }: Passage): void {
    if (asked === null) return;
    const { models, pool, now } = this.#options;
    const expectedMs = (this.#byteCosts.get(models.find(asked.name, asked.version)) ?? 0) * bytes;
    if (expectedMs > INLINE_MS_MAX) pool.requireRoom(asked.name, now() - startMs);
  }

  #answerHere(
    model: ServedModel,
    { call, form }: DecodedMessage,
    { startMs, signal }: Passage,
  ): EncodedAnswer | Promise<EncodedAnswer> {
    const { now, statistics } = this.#options;
    const decodedMs = now();
    const finish = (inferred: Awaited<ReturnType<typeof runInfer>>): EncodedAnswer => {
      const inferredMs = now();
      const answer = encodeAnswer(inferred, call, form);
      const endMs = now();
      const rows = rowsOf(call);
      this.#costs.learn(keyOf(model, call), (endMs - decodedMs) / rows);
      statistics.succeeded(model.info.name, model.info.version, rows, {
        queueMs: 0,
        inputMs: decodedMs - startMs,
        inferMs: inferredMs - decodedMs,
        outputMs: endMs - inferredMs,
      });
      return answer;
    };
    const inferred = runInfer(model, call, model.runtime.runsElsewhere === true ? signal() : undefined);
    return inferred instanceof Promise ? inferred.then(finish) : finish(inferred);
  }

  async #answerInWorker(
    job: InferJob,
    buffers: ArrayBuffer[],
    signal: AbortSignal,
    share: JobShare,
  ): Promise<EncodedAnswer> {
    const { now, pool, statistics } = this.#options;
    const startMs = now();
    const result = await pool.run(job, buffers, signal, share);
    const { answer, headerBytes, model, version, asked, rows, times } = result;
    this.#costs.learn(`${model} ${version} ${asked}`, (times.inferMs + times.outputMs) / rows);
    const workMs = times.inputMs + times.inferMs + times.outputMs;
    const queueMs = Math.max(0, now() - startMs - workMs);
    statistics.succeeded(model, version, rows, { queueMs, ...times });
    return { body: answer, headerBytes };
  }

  /** Measured on one row of zeros where no call was measured yet. */
  #costMsOf(model: ServedModel, call: InferCall): number {
    const { mayRunLong, runsElsewhere, tensors } = model.runtime;
    if (runsElsewhere === true) return 0;
    if (mayRunLong === true) return Number.POSITIVE_INFINITY;
    const key = keyOf(model, call);
    const known = this.#costs.of(key);
    if (known !== undefined) return known;
    // How wide a row may be nobody knows: then the first call is measured in a worker.
    if (tensors.inputs.some(({ shape }) => shape.slice(1).includes(-1))) return Number.POSITIVE_INFINITY;
    const startMs = this.#options.now();
    try {
      const inferred = runInfer(model, { ...call, inputs: tensors.inputs.map(zeros) });
      // What is answered later holds nobody up meanwhile.
      if (inferred instanceof Promise) inferred.catch(() => {});
    } catch {
      // A model may refuse zeros; the time until then is a first guess like any other.
    }
    return this.#costs.learn(key, this.#options.now() - startMs);
  }
}

function isReadHere(bytes: number, message: MessageForm): boolean {
  const isBinary = message.kind === 'json' && message.headerBytes !== null;
  if (!isBinary) return bytes <= INLINE_BYTES_MAX;
  return message.headerBytes <= INLINE_BYTES_MAX && bytes <= INLINE_BINARY_BYTES_MAX;
}

function keyOf({ info }: ServedModel, call: InferCall): string {
  return `${info.name} ${info.version} ${askedOf(call)}`;
}

/** The call's own parameter `timeout`, in microseconds as Triton has it. */
function withTimeout(signal: AbortSignal, { parameters }: InferCall, passedMs: number): AbortSignal {
  const { timeout } = parameters;
  if (typeof timeout !== 'number' || !(timeout > 0)) return signal;
  const controller = new AbortController();
  const what = `There was no answer within ${timeout} µs, the timeout of the call.`;
  const expire = (): void =>
    controller.abort(new SiteError('DEADLINE_EXCEEDED', what, { path: 'parameters' }));
  setTimeout(expire, Math.max(0, timeout / 1000 - passedMs)).unref();
  return AbortSignal.any([signal, controller.signal]);
}

function zeros({
  name,
  datatype,
  shape: stated,
}: ServedModel['runtime']['tensors']['inputs'][number]): Tensor {
  const shape = stated.map((size) => Math.abs(size));
  const count = elementsOf(shape);
  const data = datatype === 'BYTES' ? new Array<string>(count).fill('') : new ARRAYS[datatype](count);
  return makeTensor(name, datatype, shape, data);
}
