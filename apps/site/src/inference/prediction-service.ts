/**
 * Answers calls of `POST /predict`: reads them in this thread, or leaves long ones to a worker thread unread. Refuses
 * what the models refuse, and overload before much is read.
 */
import { Table } from '@chamfer/sklearn';
import { type ByteBlocks, concatBytes, sizeOf } from '../workers/byte-blocks.ts';
import type { CallPool } from './call-job.ts';
import type { Computation, Passage, Work } from './computation.ts';
import type { EncodedAnswer } from './encoded-answer.ts';
import type { ServedModel } from './model-registry.ts';
import type { ModelTable } from './model-table.ts';
import { peekCall } from './peek-call.ts';
import { decodePredictCall, type PreparedCall, prepareCall } from './predict-call.ts';
import { probeRows, rowsWork } from './rows-work.ts';
import type { MethodName, Output } from './runtime-model.ts';

/** 512 KiB of numbers take about 1.5 ms to read: what is left of 5 ms is for the computation and the answer. */
const INLINE_BYTES_MAX = 512 * 1024;
/** Reading a smaller body costs no more than refusing it. */
const PEEKED_BYTES_MIN = 4096;

export interface PredictionServiceOptions {
  readonly models: ModelTable<ServedModel>;
  readonly pool: Pick<CallPool, 'requireRoom'>;
  readonly computation: Computation;
}

export class PredictionService {
  readonly #models: ModelTable<ServedModel>;
  readonly #pool: PredictionServiceOptions['pool'];
  readonly #computation: Computation;

  constructor({ models, pool, computation }: PredictionServiceOptions) {
    this.#models = models;
    this.#pool = pool;
    this.#computation = computation;
  }

  /** Measures each model once, so that no caller waits for it. */
  warmUp(): void {
    for (const model of this.#models.models) {
      const method = model.info.signature.defaultMethod as MethodName;
      this.#computation.costMsOf({ model, asked: method, probe: () => probeRows(model, method) });
    }
  }

  /** Throws `OVERLOADED` where a call of so many bytes would be refused whatever it asks: before they are read. */
  requireRoom(bytes: number | null): void {
    if (bytes !== null && bytes > INLINE_BYTES_MAX) this.#pool.requireRoom('');
  }

  /**
   * JSON in, JSON out. `signal` is asked for only where a call may have to wait: what it aborts is not computed any
   * more.
   */
  answer(body: ByteBlocks, signal?: () => AbortSignal): EncodedAnswer | Promise<EncodedAnswer> {
    const passage = this.#computation.begin(body, signal);
    if (sizeOf(body.blocks) > INLINE_BYTES_MAX) {
      return this.#computation.answerUnread(passage, (blocks) => ({ kind: 'body', blocks }));
    }
    const bytes = concatBytes(body.blocks);
    const group = (): string => this.#peekModel(bytes)?.model.info.name ?? '';
    return this.#computation.answerInLoop(passage, group, () => this.#read(bytes, passage));
  }

  #read(bytes: Uint8Array, passage: Passage): EncodedAnswer | Promise<EncodedAnswer> {
    const computation = this.#computation;
    if (bytes.length >= PEEKED_BYTES_MIN) this.#refuseUnread(bytes, passage.waitedMs);
    const call = decodePredictCall(bytes);
    const model = this.#models.find(call.model);
    passage.asked = model.info;
    const prepared = prepareCall(model.runtime, model.info, call);
    const { method, X } = prepared;
    computation.costOf(model, method).rowBytes = bytes.length / X.rows;
    const work = this.#workOf(model, prepared, passage);
    return computation.compute(work, computation.costMsOf(work) * X.rows, passage);
  }

  #workOf(model: ServedModel, prepared: PreparedCall, { body }: Passage): Work<Output> {
    const { method, X } = prepared;
    const keyOf = (): string | null =>
      X instanceof Table
        ? null
        : this.#computation.cache.keyOf(model.info, `predict ${method} ${X.rows}`, [X.data]);
    const work = rowsWork(model, prepared, { kind: 'predict' }, keyOf);
    if (!(X instanceof Table)) return work;
    // A table can not be sent as it is.
    const handOver = () => {
      const blocks = body.own();
      const buffers = blocks.map((block) => block.buffer);
      return { job: { kind: 'body' as const, blocks }, buffers, batchKey: null };
    };
    return { ...work, handOver };
  }

  /** Throws `OVERLOADED` where the call would be refused by the workers, once all its numbers had been read. */
  #refuseUnread(bytes: Uint8Array, waitedMs: number): void {
    const peeked = this.#peekModel(bytes);
    if (peeked === null) return;
    const { model, method } = peeked;
    const cost = this.#computation.costOf(model, method);
    this.#computation.requireRoom(model, (cost.ms * bytes.length) / cost.rowBytes, waitedMs);
  }

  #peekModel(bytes: Uint8Array): { readonly model: ServedModel; readonly method: string } | null {
    const peeked = peekCall(bytes);
    const model = peeked === null ? undefined : this.#models.get(peeked.model);
    if (model === undefined) return null;
    const { methods, defaultMethod } = model.info.signature;
    const method = peeked?.method ?? defaultMethod;
    return Object.hasOwn(methods, method) ? { model, method } : null;
  }
}
