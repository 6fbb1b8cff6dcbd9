/**
 * Answers prediction calls: small ones at once in this thread, and those whose measured cost would hold up the event
 * loop in worker threads that hold the same models. Refuses what the models refuse, and overload.
 */

import { Table } from '@chamfer/sklearn';
import { type ByteBlocks, concatBytes, sizeOf } from '../workers/byte-blocks.ts';
import type { LoopShare } from '../workers/loop-share.ts';
import type { JobShare, WorkerPool } from '../workers/worker-pool.ts';
import type { AnswerCache } from './answer-cache.ts';
import { type Cost, CostTable } from './cost-table.ts';
import type { ServedModel } from './model-registry.ts';
import type { ModelTable } from './model-table.ts';
import { peekCall } from './peek-call.ts';
import { decodePredictCall, type PreparedCall, prepareCall, runCall } from './predict-call.ts';
import type { PredictJob, PredictResult } from './predict-worker.ts';

/** 512 KiB of numbers take about 1.5 ms to read: what is left of 5 ms is for the computation and the answer. */
const INLINE_BYTES_MAX = 512 * 1024;
const INLINE_MS_MAX = 3;
/** Handing a call to a worker and taking its answer back costs this thread as much. */
const HANDOVER_MS = 0.1;
/** So much of a turn is left for reading what others send. */
const LEFT_MS = 2;
/** Reading a smaller body costs no more than refusing it. */
const PEEKED_BYTES_MIN = 4096;

export interface PredictionServiceOptions {
  readonly models: ModelTable<ServedModel>;
  readonly pool: Pick<WorkerPool<PredictJob, PredictResult>, 'run' | 'requireRoom'>;
  readonly cache: AnswerCache<PredictAnswer>;
  /** What is computed in this thread has its share of the event loop from here. */
  readonly loop: LoopShare;
  /** Milliseconds from any fixed moment. */
  readonly now: () => number;
}

/** What goes with a call on its way. */
interface Passage {
  readonly body: ByteBlocks;
  readonly waitedMs: number;
  readonly signal: (() => AbortSignal) | undefined;
}

/** Text, or its UTF-8. */
export type PredictAnswer = string | Uint8Array;

export class PredictionService {
  readonly #models: ModelTable<ServedModel>;
  readonly #pool: PredictionServiceOptions['pool'];
  readonly #cache: AnswerCache<PredictAnswer>;
  readonly #loop: LoopShare;
  readonly #now: () => number;
  /** Milliseconds a row, by model and method. */
  readonly #costs = new CostTable();
  /** The same, found without a name to put together. */
  readonly #costsOf = new WeakMap<ServedModel, Map<string, Cost>>();

  constructor({ models, pool, cache, loop, now }: PredictionServiceOptions) {
    this.#models = models;
    this.#pool = pool;
    this.#cache = cache;
    this.#loop = loop;
    this.#now = now;
  }

  /** Measures each model once, so that no caller waits for it. */
  warmUp(): void {
    for (const model of this.#models.models) {
      this.#costMsOf(model, model.info.signature.defaultMethod as PreparedCall['method']);
    }
  }

  /** Throws `OVERLOADED` where a call of so many bytes would be refused whatever it asks: before they are read. */
  requireRoom(bytes: number | null): void {
    if (bytes !== null && bytes > INLINE_BYTES_MAX) this.#pool.requireRoom('');
  }

  /**
   * JSON in, JSON out, as text or as UTF-8. `signal` is asked for only where a call may have to wait: what it aborts
   * is not computed any more.
   */
  answer(body: ByteBlocks, signal?: () => AbortSignal): PredictAnswer | Promise<PredictAnswer> {
    if (sizeOf(body.blocks) > INLINE_BYTES_MAX) return this.#answerBodyInWorker(body, signal);
    const bytes = concatBytes(body.blocks);
    const group = (): string => this.#peekModel(bytes)?.model.info.name ?? '';
    const work = (waitedMs: number) => this.#answerInLoop(bytes, { body, waitedMs, signal });
    return this.#loop.run<PredictAnswer>(work, { signal, group });
  }

  #answerInLoop(bytes: Uint8Array, passage: Passage): PredictAnswer | Promise<PredictAnswer> {
    if (bytes.length >= PEEKED_BYTES_MIN) this.#refuseUnread(bytes, passage.waitedMs);
    const call = decodePredictCall(bytes);
    const model = this.#models.find(call.model);
    const prepared = prepareCall(model.runtime, model.info, call);
    this.#costOf(model, prepared.method).rowBytes = bytes.length / prepared.X.rows;
    const key = this.#cache.keyOf(model.info, prepared);
    if (key === null) return this.#compute(model, prepared, passage);
    const known = this.#cache.get(key);
    if (known !== undefined) return known;
    const keep = (answer: PredictAnswer): PredictAnswer => {
      this.#cache.set(key, answer);
      return answer;
    };
    const answer = this.#compute(model, prepared, passage);
    return answer instanceof Promise ? answer.then(keep) : keep(answer);
  }

  /** Throws `OVERLOADED` where the call would be refused by the workers, once all its numbers had been read. */
  #refuseUnread(bytes: Uint8Array, waitedMs: number): void {
    const peeked = this.#peekModel(bytes);
    if (peeked === null || this.#cache.isOn) return;
    const { model, method } = peeked;
    const cost = this.#costOf(model, method);
    if (!this.#isForHere((cost.ms * bytes.length) / cost.rowBytes)) {
      this.#pool.requireRoom(model.info.name, waitedMs);
    }
  }

  #peekModel(bytes: Uint8Array): { readonly model: ServedModel; readonly method: string } | null {
    const peeked = peekCall(bytes);
    const model = peeked === null ? undefined : this.#models.get(peeked.model);
    if (model === undefined) return null;
    const { methods, defaultMethod } = model.info.signature;
    const method = peeked?.method ?? defaultMethod;
    return Object.hasOwn(methods, method) ? { model, method } : null;
  }

  #compute(
    model: ServedModel,
    prepared: PreparedCall,
    { body, waitedMs, signal }: Passage,
  ): PredictAnswer | Promise<PredictAnswer> {
    const { X, method } = prepared;
    const expectedMs = this.#costMsOf(model, method) * X.rows;
    if (this.#isForHere(expectedMs)) return this.#answerHere(model, prepared);
    const { name, version } = model.info;
    const expected = Number.isFinite(expectedMs) ? expectedMs : null;
    const share = { group: name, rows: X.rows, expectedMs: expected, waitedMs };
    // A table can not be sent as it is.
    if (X instanceof Table) return this.#answerBodyInWorker(body, signal, share);
    // A copy of the rows moves to the worker, which need not parse them again: the next call is read into their memory.
    const { rows, columns } = X;
    const data = X.data.slice();
    const job = {
      kind: 'call',
      model: name,
      version,
      prepared: { method, X: { data, rows, columns } },
    } as const;
    const batchKey = model.runtime.joinsRows === false ? `${model.info.version} ${method} ${columns}` : null;
    return this.#answerInWorker(job, [data.buffer as ArrayBuffer], signal, { ...share, batchKey });
  }

  /** A caller alone is answered here; where many call at once, this thread keeps to what it alone can do. */
  #isForHere(expectedMs: number): boolean {
    return expectedMs <= HANDOVER_MS || expectedMs <= Math.min(INLINE_MS_MAX, this.#loop.leftMs - LEFT_MS);
  }

  #answerBodyInWorker(
    body: ByteBlocks,
    signal: (() => AbortSignal) | undefined,
    share?: JobShare,
  ): Promise<Uint8Array> {
    const blocks = body.own();
    const buffers = blocks.map((block) => block.buffer);
    return this.#answerInWorker({ kind: 'body', blocks }, buffers, signal, share);
  }

  #answerHere(model: ServedModel, prepared: PreparedCall): string {
    const startMs = this.#now();
    const answer = runCall(model.runtime, model.info, prepared);
    this.#costOf(model, prepared.method).learn((this.#now() - startMs) / prepared.X.rows);
    return answer;
  }

  async #answerInWorker(
    job: PredictJob,
    buffers: readonly ArrayBuffer[],
    signal: (() => AbortSignal) | undefined,
    share?: JobShare,
  ): Promise<Uint8Array> {
    const { answer, model, method, msPerRow } = await this.#pool.run(job, buffers, signal?.(), share);
    this.#costs.learn(`${model} ${method}`, msPerRow);
    return answer;
  }

  /** Measured on one row of zeros where no call was measured yet. */
  #costMsOf(model: ServedModel, method: PreparedCall['method']): number {
    const cost = this.#costOf(model, method);
    if (!Number.isNaN(cost.ms)) return cost.ms;
    const { columns } = model.runtime.rowShapeOf(method);
    if (columns === null || model.runtime.mayRunLong === true) return Number.POSITIVE_INFINITY;
    const X = { data: new Float64Array(columns), rows: 1, columns };
    const startMs = this.#now();
    try {
      runCall(model.runtime, model.info, { method, X });
    } catch {
      // A model may refuse zeros; the time until then is a first guess like any other.
    }
    return cost.learn(this.#now() - startMs);
  }

  #costOf(model: ServedModel, method: string): Cost {
    let costs = this.#costsOf.get(model);
    if (costs === undefined) {
      costs = new Map();
      this.#costsOf.set(model, costs);
    }
    let cost = costs.get(method);
    if (cost === undefined) {
      cost = this.#costs.get(`${model.info.name} ${method}`);
      costs.set(method, cost);
    }
    return cost;
  }
}
