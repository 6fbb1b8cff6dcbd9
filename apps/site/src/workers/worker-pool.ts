/**
 * Worker threads for work that would hold up the event loop: started when needed, one job at a time each, replaced
 * when a job runs over its time or memory. Refuses jobs when its queue is full.
 */
import { type ResourceLimits, type Transferable, Worker } from 'node:worker_threads';
import { SiteError } from '../errors.ts';
import { decodeFailure, type WorkerMessage } from './messages.ts';
import { createNativeFlag, isInside, mayTerminate } from './native-section.ts';

/** Far above what loading takes on a busy machine: a worker that needs longer will never come. */
const START_MS_MAX = 30_000;

export interface WorkerPoolOptions {
  /** What the jobs are, for messages: "reading the part". */
  readonly work: string;
  readonly entry: URL;
  readonly workersMax: number;
  /** Jobs that may wait while all workers are busy. */
  readonly queueMax: number;
  readonly jobMsMax: number;
  /** Bound of each worker's JavaScript heap; typed arrays are outside it and bounded by the limits of the parsers. */
  readonly heapMebibytesMax: number;
  readonly workerData?: unknown;
}

interface PendingJob<Result> {
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
  current: PendingJob<Result> | null;
  timer: NodeJS.Timeout | undefined;
}

export class WorkerPool<Job, Result> {
  readonly #options: WorkerPoolOptions;
  readonly #seats = new Set<Seat<Result>>();
  /** Workers whose job ran out of time in native code: they end when they come back from it. */
  readonly #overdue = new Set<Worker>();
  readonly #queue: PendingJob<Result>[] = [];
  readonly #becameIdle = Promise.withResolvers<void>();
  #isClosed = false;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
  }

  /** Starts one worker ahead of the first job, so that the first caller does not wait for it. */
  warmUp(): void {
    if (this.#seats.size === 0 && !this.#isClosed) this.#addSeat();
  }

  /**
   * Throws what the worker threw, or `OVERLOADED`, `TIME_LIMIT_EXCEEDED`, `MEMORY_LIMIT_EXCEEDED`. A job whose
   * `signal` aborts while it waits is dropped; one that runs is finished.
   */
  run(job: Job, transfer: readonly Transferable[] = [], signal?: AbortSignal): Promise<Result> {
    const { work, queueMax } = this.#options;
    if (this.#isClosed || this.#queue.length >= queueMax) {
      const why = this.#isClosed ? 'The site is stopping' : `Too many requests wait for ${work}`;
      return Promise.reject(new SiteError('OVERLOADED', `${why}. Try again in a moment.`));
    }
    return new Promise((resolve, reject) => {
      const pending: PendingJob<Result> = { job, transfer, resolve, reject };
      this.#queue.push(pending);
      signal?.addEventListener('abort', () => this.#drop(pending), { once: true });
      this.#dispatch();
    });
  }

  /** Waiting jobs are refused, running ones finish. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const pending of this.#queue.splice(0)) {
      pending.reject(new SiteError('OVERLOADED', 'The site is stopping. Try again in a moment.'));
    }
    this.#settleWhenIdle();
    await this.#becameIdle.promise;
    await Promise.all([...this.#seats].map((seat) => seat.worker.terminate()));
  }

  /** Then the process cannot exit by itself: exiting waits for native code, and its return ends in an abort. */
  get isInNativeCode(): boolean {
    return this.#overdue.size > 0 || [...this.#seats].some(({ native }) => isInside(native));
  }

  #drop(pending: PendingJob<Result>): void {
    const at = this.#queue.indexOf(pending);
    if (at === -1) return;
    this.#queue.splice(at, 1);
    pending.reject(new SiteError('BODY_INCOMPLETE', 'The client went away.'));
  }

  #dispatch(): void {
    while (this.#queue.length > 0) {
      const seat = this.#freeSeat();
      if (seat === null) return;
      this.#assign(seat, this.#queue.shift()!);
    }
  }

  #freeSeat(): Seat<Result> | null {
    for (const seat of this.#seats) if (seat.current === null) return seat;
    const { workersMax } = this.#options;
    // What hangs in native code cannot be ended: so many threads may, and then there are no more.
    const canGrow = this.#seats.size < workersMax && this.#overdue.size < workersMax;
    return canGrow ? this.#addSeat() : null;
  }

  #addSeat(): Seat<Result> {
    const { entry, heapMebibytesMax, workerData } = this.#options;
    const resourceLimits: ResourceLimits = { maxOldGenerationSizeMb: heapMebibytesMax };
    const worker = new Worker(entry, { workerData, resourceLimits });
    const native = createNativeFlag();
    const seat: Seat<Result> = { worker, native, isReady: false, current: null, timer: undefined };
    this.#seats.add(seat);
    worker.postMessage(native);
    // An idle worker must not keep the process alive.
    worker.unref();
    worker.on('message', (message: WorkerMessage<Result>) => this.#receive(seat, message));
    worker.on('error', (error) => this.#lose(seat, this.#explain(error)));
    worker.on('exit', () => this.#lose(seat, new SiteError('INTERNAL', 'A worker ended without an answer.')));
    return seat;
  }

  #assign(seat: Seat<Result>, pending: PendingJob<Result>): void {
    seat.current = pending;
    seat.worker.ref();
    this.#limitTime(seat);
    seat.worker.postMessage(pending.job, pending.transfer);
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
    const pending = seat.current;
    if (message.ready) {
      seat.isReady = true;
      if (pending !== null) this.#limitTime(seat);
    } else if (pending !== null) {
      clearTimeout(seat.timer);
      seat.current = null;
      seat.worker.unref();
      if (message.ok) pending.resolve(message.value);
      else pending.reject(decodeFailure(message.failure));
      this.#dispatch();
      this.#settleWhenIdle();
    }
  }

  /** The worker is gone or about to go: its job fails, and a later job gets a new worker. */
  #lose(seat: Seat<Result>, error: SiteError): void {
    if (!this.#seats.delete(seat)) return;
    clearTimeout(seat.timer);
    seat.current?.reject(error);
    seat.current = null;
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
    if (this.#isClosed && [...this.#seats].every((seat) => seat.current === null)) this.#becameIdle.resolve();
  }
}
