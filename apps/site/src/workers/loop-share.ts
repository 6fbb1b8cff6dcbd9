/**
 * Bounds what the event loop computes in one turn: work beyond it waits for the next turns, in order, so that what
 * else the loop has to do is never far away. Refuses work that would wait too long, with when to come back.
 */
import { SiteError } from '../errors.ts';
import { reasonOf } from './worker-pool.ts';

/** What one turn computes; work that has begun is finished, so that a turn may take longer by one piece of it. */
const TURN_MS = 5;
/** A turn in which more was read computes as long as it read, so that work is done whatever comes in; up to this. */
const TURN_MS_MAX = 15;
/** Turns are told apart only once there was this much to do: watching each would cost more than a small piece. */
const WATCHED_MS = 1;
/** How much of the turns before counts beside the newest one. */
const OLDER_WEIGHT = 0.8;
/** How long a refusal says the truth about the wait. */
const REFUSAL_MS = 50;

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
  /** Since when the turns are watched one after another. */
  #turnStartedAtMs = 0;
  /** Of the latest turns: their time, with all that was read in them, and the pieces that were done. */
  #recentMs = 0;
  #recentPieces = 0;
  #refusal = overloaded(0);
  #refusalMadeAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: LoopShareOptions) {
    this.#options = options;
  }

  /** What this turn may still compute. */
  get leftMs(): number {
    return TURN_MS - this.#spentMs;
  }

  /** Throws `OVERLOADED` where work that came now would wait too long: before anything is read for it. */
  requireRoom(): void {
    // Of both sums: one long turn in which little was done must not speak for all others.
    const pieceMs = this.#recentPieces === 0 ? 0 : this.#recentMs / this.#recentPieces;
    const waitMs = this.#waiting.length * pieceMs;
    if (waitMs > this.#options.waitMsMax) throw this.#refuse(waitMs);
  }

  /** Many in a row are one and the same: making them would be what there is too much of. */
  #refuse(waitMs: number): SiteError {
    const nowMs = this.#options.now();
    if (nowMs - this.#refusalMadeAtMs > REFUSAL_MS) {
      this.#refusal = overloaded(waitMs);
      this.#refusalMadeAtMs = nowMs;
    }
    return this.#refusal;
  }

  /**
   * At once where this turn has time left. Throws or rejects with what the work throws, or `OVERLOADED`. `signal` is
   * asked for only where the work has to wait; what it aborts meanwhile is not begun.
   */
  run<T>(work: () => T | Promise<T>, signal?: () => AbortSignal): T | Promise<T> {
    if (this.#waiting.length === 0 && this.leftMs > 0) return this.#measure(work);
    this.requireRoom();
    const { waitMsMax, now } = this.#options;
    const abort = signal?.();
    const sinceMs = now();
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push(() => {
        try {
          if (abort?.aborted) throw reasonOf(abort);
          if (now() - sinceMs > waitMsMax) throw this.#refuse(waitMsMax);
          resolve(this.#measure(work));
        } catch (error) {
          reject(error);
        }
      });
    });
  }

  #measure<T>(work: () => T): T {
    const { now } = this.#options;
    const startMs = now();
    try {
      return work();
    } finally {
      this.#spentMs += now() - startMs;
      this.#watchTurn();
    }
  }

  #watchTurn(): void {
    if (this.#isTurnWatched || this.#spentMs < WATCHED_MS) return;
    this.#isTurnWatched = true;
    this.#turnStartedAtMs = this.#options.now() - this.#spentMs;
    setImmediate(() => this.#endTurn());
  }

  #endTurn(): void {
    const { now } = this.#options;
    const readMs = now() - this.#turnStartedAtMs - this.#spentMs;
    const budgetMs = Math.min(TURN_MS_MAX, Math.max(TURN_MS, readMs));
    this.#spentMs = 0;
    let done = 0;
    // Watched all the while, so that what is done here begins no turn of its own.
    while (done < this.#waiting.length && this.#spentMs < budgetMs) this.#waiting[done++]!();
    const endedAtMs = now();
    if (done > 0) {
      this.#recentMs = OLDER_WEIGHT * this.#recentMs + endedAtMs - this.#turnStartedAtMs;
      this.#recentPieces = OLDER_WEIGHT * this.#recentPieces + done;
    }
    this.#waiting = this.#waiting.slice(done);
    this.#turnStartedAtMs = endedAtMs;
    this.#isTurnWatched = done > 0;
    if (this.#isTurnWatched) setImmediate(() => this.#endTurn());
    else this.#spentMs = 0;
  }
}

function overloaded(retryAfterMs: number): SiteError {
  const what = 'Too many requests wait to be read. Try again in a moment.';
  return new SiteError('OVERLOADED', what, { retryAfterMs });
}
