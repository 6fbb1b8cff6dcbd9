/**
 * Bounds what the event loop computes in one turn: work beyond it waits for the next turns, in order, so that what
 * else the loop has to do is never far away. Refuses work that would wait too long, with when to come back.
 */
import { SiteError } from '../errors.ts';
import { reasonOf } from './worker-pool.ts';

/** What one turn computes; work that has begun is finished, so that a turn may take longer by one piece of it. */
const TURN_MS_MAX = 5;
/** Turns are told apart only once there was this much to do: watching each would cost more than a small piece. */
const WATCHED_MS = 1;
const NEWEST_WEIGHT = 0.1;

export interface LoopShareOptions {
  /** Longest time that work waits, or may be expected to. */
  readonly waitMsMax: number;
  /** Milliseconds from any fixed moment. */
  readonly now: () => number;
}

export class LoopShare {
  readonly #options: LoopShareOptions;
  #waiting: (() => void)[] = [];
  #spentMs = 0;
  #isTurnWatched = false;
  /** What a piece of work takes. */
  #pieceMs = 0;

  constructor(options: LoopShareOptions) {
    this.#options = options;
  }

  /**
   * At once where this turn has time left. Throws or rejects with what the work throws, or `OVERLOADED`. `signal` is
   * asked for only where the work has to wait; what it aborts meanwhile is not begun.
   */
  run<T>(work: () => T | Promise<T>, signal?: () => AbortSignal): T | Promise<T> {
    if (this.#waiting.length === 0 && this.#spentMs < TURN_MS_MAX) return this.#measure(work);
    const { waitMsMax, now } = this.#options;
    const waitMs = this.#waiting.length * this.#pieceMs;
    if (waitMs > waitMsMax) throw overloaded(waitMs);
    const abort = signal?.();
    const sinceMs = now();
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push(() => {
        try {
          if (abort?.aborted) throw reasonOf(abort);
          if (now() - sinceMs > waitMsMax) throw overloaded(waitMsMax);
          resolve(this.#measure(work));
        } catch (error) {
          reject(error);
        }
      });
    });
  }

  /** What this turn may still compute. */
  get leftMs(): number {
    return TURN_MS_MAX - this.#spentMs;
  }

  #measure<T>(work: () => T): T {
    const { now } = this.#options;
    const startMs = now();
    try {
      return work();
    } finally {
      const ms = now() - startMs;
      this.#spentMs += ms;
      this.#pieceMs += NEWEST_WEIGHT * (ms - this.#pieceMs);
      this.#watchTurn();
    }
  }

  #watchTurn(): void {
    if (this.#isTurnWatched || this.#spentMs < WATCHED_MS) return;
    this.#isTurnWatched = true;
    setImmediate(() => {
      this.#isTurnWatched = false;
      this.#spentMs = 0;
      let done = 0;
      while (done < this.#waiting.length && this.#spentMs < TURN_MS_MAX) this.#waiting[done++]!();
      this.#waiting = this.#waiting.slice(done);
    });
  }
}

function overloaded(retryAfterMs: number): SiteError {
  const what = 'Too many requests wait to be read. Try again in a moment.';
  return new SiteError('OVERLOADED', what, { retryAfterMs });
}
