/**
 * Computes calls that were read, whatever they came as: small ones at once in this thread, and those whose measured cost
 * would hold up the event loop in worker threads that hold the same models. Gives answers again that it keeps, counts
 * what it did, and refuses overload.
 */
import type { ByteBlocks } from '../workers/byte-blocks.ts';
import type { LoopShare } from '../workers/loop-share.ts';
import type { JobShare } from '../workers/worker-pool.ts';
import type { AnswerCache } from './answer-cache.ts';
import type { CallJob, CallPool } from './call-job.ts';
import { type Cost, CostTable } from './cost-table.ts';
import type { EncodedAnswer } from './encoded-answer.ts';
import type { ServedModel } from './model-registry.ts';
import type { Statistics } from './oip/statistics.ts';

const INLINE_MS_MAX = 3;
/** Handing a call to a worker and taking its answer back costs this thread about half as much; no cost is known better. */
const HANDOVER_MS = 0.2;
/** What takes longer than this at first is not quick the second time. */
const PROBED_AGAIN_MS_MAX = 5;
/** So much of a turn is left for reading what others send. */
const LEFT_MS = 2;

export interface ComputationOptions {
  readonly pool: CallPool;
  readonly cache: AnswerCache;
  /** What is computed in this thread has its share of the event loop from here. */
  readonly loop: Pick<LoopShare, 'run' | 'leftMs'>;
  readonly statistics: Statistics;
  /** Milliseconds from any fixed moment. */
  readonly now: () => number;
}

/** What goes with a call on its way. */
export interface Passage {
  readonly body: ByteBlocks;
  readonly startMs: number;
  /** Time of the event loop that it had to wait for. */
  waitedMs: number;
  /** Asked for only where the call may have to wait: what it aborts is not computed any more. */
  signal: (() => AbortSignal) | undefined;
  /** Which model it turned out to be of; null until that is known. */
  asked: { readonly name: string; readonly version: string } | null;
}

/** One call of a model, ready to be computed. */
export interface Work<Inferred> {
  readonly model: ServedModel;
  /** Calls that ask for the same cost the same a row. */
  readonly asked: string;
  readonly rows: number;
  /** What the answer depends on; null where it is not to be kept. */
  keyOf(): string | null;
  /** Does what one row of zeros takes; false where nobody knows how wide a row is. */
  probe(): boolean;
  infer(): Inferred | Promise<Inferred>;
  encode(inferred: Inferred): EncodedAnswer;
  /** The same for a worker thread. */
  handOver(): HandedOver;
}

export interface HandedOver {
  readonly job: CallJob;
  readonly buffers: readonly ArrayBuffer[];
  /** Calls of a model with the same key may be computed together. */
  readonly batchKey: string | null;
}

type Answered = EncodedAnswer | Promise<EncodedAnswer>;

export class Computation {
  readonly #options: ComputationOptions;
  /** Milliseconds a row, by model, version and what is asked for. */
  readonly #costs = new CostTable();
  /** The same, found without a name to put together. */
  readonly #costsOf = new WeakMap<ServedModel, Map<string, Cost>>();

  constructor(options: ComputationOptions) {
    this.#options = options;
  }

  get cache(): AnswerCache {
    return this.#options.cache;
  }

  begin(body: ByteBlocks, signal: Passage['signal']): Passage {
    return { body, startMs: this.#options.now(), waitedMs: 0, signal, asked: null };
  }

  msSince({ startMs }: Passage): number {
    return this.#options.now() - startMs;
  }

  /** Reads and computes a call in this thread's share of the loop. `group` names what it belongs to, where it waits. */
  answerInLoop(passage: Passage, group: () => string, answer: () => Answered): Answered {
    const work = (waitedMs: number): Answered => {
      passage.waitedMs = waitedMs;
      return answer();
    };
    return this.#counted(passage, () => this.#options.loop.run(work, { signal: passage.signal, group }));
  }

  /** Leaves a whole body to a worker, unread. */
  answerUnread(
    passage: Passage,
    toJob: (blocks: readonly Uint8Array<ArrayBuffer>[]) => CallJob,
    group?: string,
  ): Answered {
    return this.#counted(passage, () => {
      const blocks = passage.body.own();
      const buffers = blocks.map((block) => block.buffer);
      const share = group === undefined ? {} : { group };
      return this.#answerInWorker({ job: toJob(blocks), buffers, batchKey: null }, passage, share);
    });
  }

  #counted(passage: Passage, answer: () => Answered): Answered {
    try {
      const answered = answer();
      return answered instanceof Promise
        ? answered.catch((error: unknown) => this.#fail(error, passage))
        : answered;
    } catch (error) {
      return this.#fail(error, passage);
    }
  }

  #fail(error: unknown, passage: Passage): never {
    const { asked } = passage;
    if (asked !== null) this.#options.statistics.failed(asked.name, asked.version, this.msSince(passage));
    throw error;
  }

  /** Throws `OVERLOADED` where the workers would refuse work of this model that takes so long. */
  requireRoom({ info }: ServedModel, expectedMs: number, waitedMs: number): void {
    // What is kept is answered however much waits.
    if (this.cache.isOn || this.#isForHere(expectedMs)) return;
    this.#options.pool.requireRoom(info.name, waitedMs);
  }

  compute<Inferred>(work: Work<Inferred>, expectedMs: number, passage: Passage): Answered {
    const { statistics, now } = this.#options;
    const { cache } = this;
    if (!cache.isOn) return this.#computeAnew(work, expectedMs, passage);
    const lookedUpMs = now();
    const key = work.keyOf();
    if (key === null) return this.#computeAnew(work, expectedMs, passage);
    const { name, version } = work.model.info;
    const known = cache.get(key);
    if (known !== undefined) {
      statistics.remembered(name, version, { queueMs: passage.waitedMs, lookupMs: now() - lookedUpMs });
      return known;
    }
    statistics.missed(name, version, now() - lookedUpMs);
    const keep = (answer: EncodedAnswer): EncodedAnswer => {
      cache.set(key, answer);
      return answer;
    };
    const answer = this.#computeAnew(work, expectedMs, passage);
    return answer instanceof Promise ? answer.then(keep) : keep(answer);
  }

  #computeAnew<Inferred>(work: Work<Inferred>, expectedMs: number, passage: Passage): Answered {
    if (this.#isForHere(expectedMs)) return this.#answerHere(work, passage);
    const { model, rows } = work;
    const handedOver = work.handOver();
    return this.#answerInWorker(handedOver, passage, {
      group: model.info.name,
      rows,
      expectedMs: Number.isFinite(expectedMs) ? expectedMs : null,
      waitedMs: passage.waitedMs,
      goesAlone: false,
      batchKey: handedOver.batchKey,
    });
  }

  /** A caller alone is answered here; where many call at once, this thread keeps to what it alone can do. */
  #isForHere(expectedMs: number): boolean {
    if (expectedMs <= HANDOVER_MS) return true;
    return expectedMs <= Math.min(INLINE_MS_MAX, this.#options.loop.leftMs - LEFT_MS);
  }

  #answerHere<Inferred>(work: Work<Inferred>, { startMs, waitedMs }: Passage): Answered {
    const { now, statistics } = this.#options;
    const { model, asked, rows } = work;
    const decodedMs = now();
    const finish = (inferred: Inferred): EncodedAnswer => {
      const inferredMs = now();
      const answer = work.encode(inferred);
      const endMs = now();
      this.costOf(model, asked).learn((endMs - decodedMs) / rows);
      const { name, version } = model.info;
      statistics.succeeded(
        name,
        version,
        { rows, runs: 1 },
        {
          queueMs: waitedMs,
          inputMs: Math.max(0, decodedMs - startMs - waitedMs),
          inferMs: inferredMs - decodedMs,
          outputMs: endMs - inferredMs,
        },
      );
      return answer;
    };
    const inferred = work.infer();
    return inferred instanceof Promise ? inferred.then(finish) : finish(inferred);
  }

  async #answerInWorker(
    { job, buffers }: HandedOver,
    passage: Passage,
    share: JobShare,
  ): Promise<EncodedAnswer> {
    const { now, pool, statistics } = this.#options;
    const startMs = now();
    const result = await pool.run(job, buffers, passage.signal?.(), share);
    const { answer, headerBytes, model, version, asked, msPerRow, times } = result;
    this.#costs.learn(`${model} ${version} ${asked}`, msPerRow);
    const workMs = times.inputMs + times.inferMs + times.outputMs;
    const queueMs = passage.waitedMs + Math.max(0, now() - startMs - workMs);
    statistics.succeeded(model, version, result, { queueMs, ...times });
    return { body: answer, headerBytes };
  }

  /** What a row takes: measured on one of zeros where no call was measured yet. */
  costMsOf({ model, asked, probe }: Pick<Work<unknown>, 'model' | 'asked' | 'probe'>): number {
    const { runsElsewhere, mayRunLong } = model.runtime;
    if (runsElsewhere === true) return 0;
    if (mayRunLong === true) return Number.POSITIVE_INFINITY;
    const cost = this.costOf(model, asked);
    if (!Number.isNaN(cost.ms)) return cost.ms;
    const firstMs = this.#msOf(probe);
    if (firstMs === Number.POSITIVE_INFINITY) return firstMs;
    // A first run is compiled while it runs, which takes many times as long.
    return cost.learn(firstMs < PROBED_AGAIN_MS_MAX ? Math.min(firstMs, this.#msOf(probe)) : firstMs);
  }

  /** Infinity where nobody knows how wide a row is. */
  #msOf(probe: () => boolean): number {
    const { now } = this.#options;
    const startMs = now();
    try {
      if (!probe()) return Number.POSITIVE_INFINITY;
    } catch {
      // A model may refuse zeros; the time until then is a first guess like any other.
    }
    return now() - startMs;
  }

  costOf(model: ServedModel, asked: string): Cost {
    let costs = this.#costsOf.get(model);
    if (costs === undefined) {
      costs = new Map();
      this.#costsOf.set(model, costs);
    }
    let cost = costs.get(asked);
    if (cost === undefined) {
      cost = this.#costs.get(`${model.info.name} ${model.info.version} ${asked}`);
      costs.set(asked, cost);
    }
    return cost;
  }
}
