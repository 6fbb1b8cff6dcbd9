/**
 * Answers inference calls of the Open Inference Protocol, as bytes whoever carries them: reads them in this thread, or
 * leaves long ones to a worker thread unread. Refuses what the models refuse, and overload before much is read.
 */
import { SiteError } from '../errors.ts';
import { type ByteBlocks, concatBytes, sizeOf } from '../workers/byte-blocks.ts';
import type { CallPool } from './call-job.ts';
import type { Computation, Passage, Work } from './computation.ts';
import type { EncodedAnswer } from './encoded-answer.ts';
import type { ServedModel } from './model-registry.ts';
import type { ModelTable } from './model-table.ts';
import { type InferAnswer, type InferCall, rowsOf } from './oip/infer-call.ts';
import { askedOf } from './oip/infer-job.ts';
import {
  type DecodedMessage,
  decodeMessage,
  encodeAnswer,
  type MessageForm,
  putId,
  rawBytesOf,
} from './oip/messages.ts';
import { encodeRaw } from './oip/raw-tensor.ts';
import { requireAskable, runInfer } from './oip/run-infer.ts';
import { rowsWork } from './rows-work.ts';
import { ARRAYS, elementsOf, makeTensor, type Tensor } from './tensor.ts';

/** So much JSON takes about 1.5 ms to read: what is left of 5 ms is for the computation and the answer. */
const INLINE_BYTES_MAX = 128 * 1024;
/** Bytes of tensors are copied and little more; strings among them, the dearest, take 5 ms to make. */
const INLINE_BINARY_BYTES_MAX = 256 * 1024;

export interface InferServiceOptions {
  readonly models: ModelTable<ServedModel>;
  readonly pool: Pick<CallPool, 'requireRoom'>;
  readonly computation: Computation;
}

export class InferService {
  readonly #models: ModelTable<ServedModel>;
  readonly #pool: InferServiceOptions['pool'];
  readonly #computation: Computation;
  /** Milliseconds that a byte of the latest message was expected to cost. */
  readonly #byteCosts = new WeakMap<ServedModel, number>();

  constructor({ models, pool, computation }: InferServiceOptions) {
    this.#models = models;
    this.#pool = pool;
    this.#computation = computation;
  }

  /** Throws `OVERLOADED` where a message of so many bytes would be refused whatever it asks: before they are read. */
  requireRoom(message: MessageForm & { readonly kind: 'json' }, bytes: number | null): void {
    const model = this.#models.get(message.model);
    if (bytes === null || model?.runtime.runsElsewhere === true) return;
    const { headerBytes } = message;
    const rawBytes = headerBytes === null ? 0 : bytes - headerBytes;
    if (!isReadHere(bytes, () => rawBytes)) this.#pool.requireRoom(message.model);
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
    const passage = this.#computation.begin(body, signal);
    const named = message.kind === 'json' ? this.#models.find(message.model, message.version) : null;
    passage.asked = named?.info ?? null;
    const rawBytes = (): number => rawBytesOf(concatBytes(body.blocks), message);
    if (named?.runtime.runsElsewhere !== true && !isReadHere(sizeOf(body.blocks), rawBytes)) {
      const group = named?.info.name;
      return this.#computation.answerUnread(
        passage,
        (blocks) => ({ kind: 'infer message', blocks, message }),
        group,
      );
    }
    const group = (): string => named?.info.name ?? '';
    return this.#computation.answerInLoop(passage, group, () => this.#read(message, named, passage));
  }

  #read(
    message: MessageForm,
    named: ServedModel | null,
    passage: Passage,
  ): EncodedAnswer | Promise<EncodedAnswer> {
    const { body } = passage;
    const computation = this.#computation;
    const bytes = sizeOf(body.blocks);
    if (named !== null) {
      computation.requireRoom(named, (this.#byteCosts.get(named) ?? 0) * bytes, passage.waitedMs);
    }
    const decoded = decodeMessage(
      // What another server is sent may be read when nobody waits for its answer any more.
      concatBytes(named?.runtime.runsElsewhere === true ? body.own() : body.blocks),
      message,
      (name, version) => this.#models.find(name, version).runtime.tensors,
    );
    const { call, form } = decoded;
    const model = named ?? this.#models.find(call.model, call.version);
    passage.asked = model.info;
    requireAskable(model, call);
    limitTime(passage, call, computation);
    // An answer is kept as one to no call of its own.
    const work = this.#workOf(model, computation.cache.isOn ? withoutId(decoded) : decoded, passage);
    const expectedMs = computation.costMsOf(work) * work.rows;
    this.#byteCosts.set(model, expectedMs / bytes);
    const answer = computation.compute(work, expectedMs, passage);
    if (!computation.cache.isOn) return answer;
    return answer instanceof Promise
      ? answer.then((one) => putId(one, call.id, form))
      : putId(answer, call.id, form);
  }

  /** Rows for one method, where that is all that the call is. */
  #workOf(model: ServedModel, decoded: DecodedMessage, passage: Passage): Work<unknown> {
    const { call, form } = decoded;
    const keyOf = (): string | null => this.#keyOf(model, decoded);
    const names = call.outputs?.map(({ name }) => name) ?? null;
    const rows = model.runtime.rowTensors?.toRows(call.inputs, names) ?? null;
    if (rows === null) return tensorWork(model, decoded, passage, keyOf);
    return rowsWork(model, rows, { kind: 'infer', call, form }, keyOf);
  }

  /** What another server answers is its own to keep. */
  #keyOf({ info, runtime }: ServedModel, { call, form }: DecodedMessage): string | null {
    if (runtime.runsElsewhere === true) return null;
    const { outputs, isBinaryUnasked, inputs } = call;
    const { timeout: _, ...parameters } = call.parameters;
    const shapes = inputs.map(({ name, datatype, shape }) => [name, datatype, shape]);
    const words = JSON.stringify([form, outputs, isBinaryUnasked, parameters, shapes]);
    return this.#computation.cache.keyOf(info, `infer ${words}`, inputs.map(encodeRaw));
  }
}

function withoutId({ call, form }: DecodedMessage): DecodedMessage {
  return { call: { ...call, id: '' }, form };
}

/** A call over tensors of any kind, and for outputs of any methods. */
function tensorWork(
  model: ServedModel,
  { call, form }: DecodedMessage,
  { signal }: Passage,
  keyOf: () => string | null,
): Work<InferAnswer> {
  const { runtime } = model;
  return {
    model,
    asked: askedOf(call),
    rows: rowsOf(call),
    keyOf,
    probe() {
      const { inputs } = runtime.tensors;
      // How wide a row may be nobody knows: then the first call is measured in a worker.
      if (inputs.some(({ shape }) => shape.slice(1).includes(-1))) return false;
      const inferred = runInfer(model, { ...call, inputs: inputs.map(zeros) });
      // What is answered later holds nobody up meanwhile.
      if (inferred instanceof Promise) inferred.catch(() => {});
      return true;
    },
    infer: () => runInfer(model, call, runtime.runsElsewhere === true ? signal?.() : undefined),
    encode: (answer) => encodeAnswer(answer, call, form),
    handOver() {
      // The tensors may share the request's memory, so they are copied, without what else stands there.
      const inputs = call.inputs.map((input) =>
        input.datatype === 'BYTES' ? input : ({ ...input, data: input.data.slice() } as Tensor),
      );
      const exact = { ...call, inputs, version: model.info.version };
      return { job: { kind: 'infer call', form, call: exact }, buffers: [], batchKey: null };
    },
  };
}

/** `rawBytesOf` gives those of tensors as they are. */
function isReadHere(bytes: number, rawBytesOf: () => number): boolean {
  if (bytes <= INLINE_BYTES_MAX) return true;
  return bytes <= INLINE_BINARY_BYTES_MAX && bytes - rawBytesOf() <= INLINE_BYTES_MAX;
}

/** Heeds the call's own parameter `timeout`, in microseconds as Triton has it. */
function limitTime(passage: Passage, { parameters }: InferCall, computation: Computation): void {
  const { timeout } = parameters;
  if (typeof timeout !== 'number' || !(timeout > 0)) return;
  const { signal } = passage;
  passage.signal = () => {
    const controller = new AbortController();
    const what = `There was no answer within ${timeout} µs, the timeout of the call.`;
    const expire = (): void =>
      controller.abort(new SiteError('DEADLINE_EXCEEDED', what, { path: 'parameters' }));
    setTimeout(expire, Math.max(0, timeout / 1000 - computation.msSince(passage))).unref();
    return signal === undefined ? controller.signal : AbortSignal.any([signal(), controller.signal]);
  };
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
