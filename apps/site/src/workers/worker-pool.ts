/**
 * Worker threads for work that would hold up the event loop: started when needed, one job (or a few small ones of one
 * kind) at a time each, replaced when a job runs over its time or memory. Refuses jobs that would wait too long.
 */
import { type ResourceLimits, type Transferable, Worker } from 'node:worker_threads';
import { SiteError } from '../errors.ts';
import { JobQueue, type QueuedJob, type QueueLimits } from './job-queue.ts';
import { decodeFailure, type OpeningMessage, type WorkerMessage, type WorkerOrder } from './messages.ts';
import { createNativeFlag, isInside, mayTerminate } from './native-section.ts';

/** Far above what loading takes on a busy machine: a worker that needs longer will never come. */
const START_MS_MAX = 30_000;

export interface WorkerPoolOptions extends QueueLimits {
  readonly entry: URL;
  readonly jobMsMax: number;
  /** Bound of each worker's JavaScript heap; typed arrays are outside it and bounded by the limits of the parsers. */
  readonly heapMebibytesMax: number;
  /** What every worker is told before its first job; see `share`. */
  readonly shared?: unknown;
}

/** What the queue goes by; without it all jobs are of one group, and each goes alone. */
export type JobShare = Partial<
  Readonly<Pick<QueuedJob, 'group' | 'batchKey' | 'goesAlone' | 'rows' | 'expectedMs'>>
> & {
  /** How long it has waited before it came here. */
  readonly waitedMs?: number;
};

interface PendingJob<Result> extends QueuedJob {
  goesAlone: boolean;
  readonly job: unknown;
  readonly transfer: readonly Transferable[];
  readonly resolve: (value: Result) => void;
  readonly reject: (error: SiteError) => void;
}

interface Seat<Result> {
  readonly worker: Worker;
  /** Set while the worker is in native code. */
  readonly native: Int32Array<SharedArrayBuffer>;
  isReady: boolean;
  /** Jobs that were sent together: it is at the first of these, and one more may wait for it there. */
  readonly sent: (readonly PendingJob<Result>[])[];
  /** When it came to the first. */
  startedAtMs: number;
  timer: NodeJS.Timeout | undefined;
}

export class WorkerPool<Job, Result> {
  readonly #options: WorkerPoolOptions;
  readonly #seats = new Set<Seat<Result>>();
  /** Workers whose job ran out of time in native code: they end when they come back from it. */
  readonly #overdue = new Set<Worker>();
  readonly #queue: JobQueue<PendingJob<Result>>;
  readonly #becameIdle = Promise.withResolvers<void>();
  #shared: unknown;
  #isClosed = false;
  /** Since when there was a worker; null while the first one starts, for which nobody is refused. */
  #readySinceMs: number | null = null;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
    this.#queue = new JobQueue(options);
    this.#shared = options.shared;
  }

  /** Tells every worker, now and in the future: jobs that are sent later find it there. */
  share(shared: unknown): void {
    this.#shared = shared;
    for (const { worker } of this.#seats) worker.postMessage({ kind: 'share', shared } satisfies WorkerOrder);
  }

  /** Starts one worker ahead of the first job, so that the first caller does not wait for it. */
  warmUp(): void {
    if (this.#seats.size === 0 && !this.#isClosed) this.#addSeat();
  }

  /**
   * Throws what the worker threw, or `OVERLOADED`, `TIME_LIMIT_EXCEEDED`, `MEMORY_LIMIT_EXCEEDED`. A job whose
   * `signal` aborts while it waits is dropped; one that runs is finished, for nobody. The reason is thrown where it is
   * a `SiteError`.
   */
  async run(
    job: Job,
    transfer: readonly Transferable[] = [],
    signal?: AbortSignal,
    share: JobShare = {},
  ): Promise<Result> {
    if (this.#isClosed) throw stopping();
    if (signal?.aborted) throw reasonOf(signal);
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    const nowMs = performance.now();
    const { group = '', batchKey = null, rows = 1, expectedMs = null, waitedMs = 0 } = share;
    const { goesAlone = batchKey === null } = share;
    const queued = { group, goesAlone, batchKey, rows, expectedMs, queuedAtMs: nowMs - waitedMs };
    const pending: PendingJob<Result> = { ...queued, job, transfer, resolve, reject };
    this.#queue.push(pending, nowMs);
    const { batchMs } = this.#options;
    if (batchMs > 0 && batchKey !== null) setTimeout(() => this.#dispatch(), batchMs);
    const drop = (): void => {
      this.#queue.remove(pending);
      reject(reasonOf(signal!));
    };
    signal?.addEventListener('abort', drop, { once: true });
    this.#dispatch();
    try {
      return await promise;
    } finally {
      signal?.removeEventListener('abort', drop);
    }
  }

  /**
   * Throws `OVERLOADED` where a job of this group that has waited so long is refused: to be asked before anything is
   * done for it.
   */
  requireRoom(group: string, waitedMs = 0): void {
    this.#queue.requireRoom(group, waitedMs);
  }

  /** Waiting jobs are refused, running ones finish. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const pending of this.#queue.clear()) pending.reject(stopping());
    this.#settleWhenIdle();
    await this.#becameIdle.promise;
    await Promise.all([...this.#seats].map((seat) => seat.worker.terminate()));
  }

  /** Then the process cannot exit by itself: exiting waits for native code, and its return ends in an abort. */
  get isInNativeCode(): boolean {
    return this.#overdue.size > 0 || [...this.#seats].some(({ native }) => isInside(native));
  }

  #dispatch(): void {
    while (this.#queue.length > 0) {
      const nowMs = performance.now();
      for (const late of this.#queue.removeLate(nowMs, this.#readySinceMs ?? nowMs)) {
        late.reject(this.#queue.refusal(late.group, this.#options.waitMsMax));
      }
      if (!this.#sendToFree(nowMs)) return;
    }
  }

  #sendToFree(nowMs: number): boolean {
    const seat = this.#freeSeat();
    const jobs = seat === null ? [] : this.#queue.take(nowMs);
    if (jobs.length > 0) this.#assign(seat!, jobs);
    return jobs.length > 0;
  }

  /**
   * A worker that had to wait for this thread to come to its answer would have nothing to do meanwhile. Called where
   * such an answer came: what comes between waits for others to go with it.
   */
  #sendAhead(seat: Seat<Result>): void {
    if (seat.sent.length !== 1) return;
    const jobs = this.#queue.take(performance.now(), seat.sent[0]);
    if (jobs.length > 0) this.#assign(seat, jobs);
  }

  #freeSeat(): Seat<Result> | null {
    for (const seat of this.#seats) if (seat.sent.length === 0) return seat;
    const { workersMax } = this.#options;
    // What hangs in native code cannot be ended: so many threads may, and then there are no more.
    const canGrow = this.#seats.size < workersMax && this.#overdue.size < workersMax;
    return canGrow ? this.#addSeat() : null;
  }

  #addSeat(): Seat<Result> {
    const { entry, heapMebibytesMax } = this.#options;
    const resourceLimits: ResourceLimits = { maxOldGenerationSizeMb: heapMebibytesMax };
    const worker = new Worker(entry, { resourceLimits });
    const native = createNativeFlag();
    const seat: Seat<Result> = {
      worker,
      native,
      isReady: false,
      sent: [],
      startedAtMs: 0,
      timer: undefined,
    };
    this.#seats.add(seat);
    worker.postMessage({ native, shared: this.#shared } satisfies OpeningMessage);
    // An idle worker must not keep the process alive.
    worker.unref();
    worker.on('message', (message: WorkerMessage<Result>) => this.#receive(seat, message));
    worker.on('error', (error) => this.#lose(seat, this.#explain(error)));
    worker.on('exit', () => this.#lose(seat, new SiteError('INTERNAL', 'A worker ended without an answer.')));
    return seat;
  }

  #assign(seat: Seat<Result>, jobs: readonly PendingJob<Result>[]): void {
    seat.sent.push(jobs);
    const isAlone = jobs.length === 1 && seat.sent.length === 1;
    if (seat.sent.length === 1) this.#begin(seat);
    seat.worker.ref();
    // What goes with others is copied: should one of them cost the worker its life, the others are sent again.
    const parts = this.#queue.partsOf(jobs).map((part) => part.map(({ job }) => job));
    const order: WorkerOrder = { kind: 'jobs', parts };
    seat.worker.postMessage(order, isAlone ? jobs[0]!.transfer : []);
  }

  #begin(seat: Seat<Result>): void {
    seat.startedAtMs = performance.now();
    this.#limitTime(seat);
  }

  /** A job's time begins when its worker has started: loading is not the caller's doing. */
  #limitTime(seat: Seat<Result>): void {
    const { work, jobMsMax } = this.#options;
    const ms = seat.isReady ? jobMsMax : START_MS_MAX;
    clearTimeout(seat.timer);
    seat.timer = setTimeout(() => {
      const what = `Stopped ${work} after ${ms / 1000} s, the longest it may take. Send something simpler.`;
      this.#lose(seat, new SiteError('TIME_LIMIT_EXCEEDED', what));
      this.#end(seat);
    }, ms);
  }

  /** A thread terminated in native code takes the process with it: that one ends after its answer. */
  #end({ worker, native }: Seat<Result>): void {
    if (mayTerminate(native)) {
      void worker.terminate();
      return;
    }
    this.#overdue.add(worker);
    worker.once('message', () => void worker.terminate());
    worker.once('exit', () => {
      this.#overdue.delete(worker);
      this.#dispatch();
    });
    worker.unref();
  }

  #receive(seat: Seat<Result>, message: WorkerMessage<Result>): void {
    if (message.ready) {
      seat.isReady = true;
      this.#readySinceMs ??= performance.now();
      if (seat.sent.length > 0) this.#begin(seat);
      this.#dispatch();
      return;
    }
    const jobs = seat.sent.shift();
    if (jobs === undefined) return;
    clearTimeout(seat.timer);
    const isFollowed = seat.sent.length > 0;
    this.#queue.finish(jobs, performance.now() - seat.startedAtMs, isFollowed);
    if (isFollowed) this.#begin(seat);
    else seat.worker.unref();
    for (const [at, { resolve, reject }] of jobs.entries()) {
      const outcome = message.outcomes[at]!;
      if (outcome.ok) resolve(outcome.value);
      else reject(decodeFailure(outcome.failure));
    }
    this.#dispatch();
    this.#sendAhead(seat);
    this.#settleWhenIdle();
  }

  /** The worker is gone or about to go: its job fails, several are tried again one by one, on another worker. */
  #lose(seat: Seat<Result>, error: SiteError): void {
    if (!this.#seats.delete(seat)) return;
    clearTimeout(seat.timer);
    const [jobs = [], following = []] = seat.sent.splice(0);
    if (jobs.length > 0) this.#queue.finish(jobs, performance.now() - seat.startedAtMs);
    if (following.length > 0) this.#queue.giveBack(following);
    if (jobs.length === 1 || this.#isClosed) {
      for (const { reject } of jobs) reject(error);
    } else {
      for (const job of jobs) job.goesAlone = true;
      this.#queue.putBack(jobs);
    }
    if (this.#isClosed) for (const { reject } of this.#queue.clear()) reject(error);
    this.#dispatch();
    this.#settleWhenIdle();
  }

  #explain(error: unknown): SiteError {
    if ((error as { code?: unknown }).code === 'ERR_WORKER_OUT_OF_MEMORY') {
      const { work, heapMebibytesMax } = this.#options;
      const what = `Stopped ${work}: it took more than ${heapMebibytesMax} MiB of memory. Send something smaller.`;
      return new SiteError('MEMORY_LIMIT_EXCEEDED', what, { cause: error });
    }
    return new SiteError('INTERNAL', String(error), { cause: error });
  }

  #settleWhenIdle(): void {
    if (this.#isClosed && [...this.#seats].every(({ sent }) => sent.length === 0)) this.#becameIdle.resolve();
  }
}

function stopping(): SiteError {
  return new SiteError('OVERLOADED', 'The site is stopping. Try again in a moment.');
}

/** Why nobody waits any more. */
export function reasonOf({ reason }: AbortSignal): SiteError {
  return reason instanceof SiteError ? reason : new SiteError('BODY_INCOMPLETE', 'The client went away.');
}
