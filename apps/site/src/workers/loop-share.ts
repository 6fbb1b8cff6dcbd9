/**
 * Bounds what the event loop computes in one turn: work beyond it waits for the next turns, by what it belongs to (a
 * model), so that what else the loop has to do is never far away, and no group waits for all that another sends.
 * Refuses work that would wait too long, with when to come back.
 */
import { SiteError } from '../errors.ts';
import { reasonOf } from './worker-pool.ts';

/** What one turn computes; work that has begun is finished, so that a turn may take longer by one piece of it. */
const TURN_MS = 5;
/** A turn in which more was read computes as long as it read, so that work is done whatever comes in; up to this. */
const TURN_MS_MAX = 10;
/** What a piece counts at least: its answer is sent in the same turn, and that takes as long. */
const PIECE_MS_MIN = 0.01;
/** Groups that wait take turns of this time. */
const GROUP_MS = 1;
/** Turns are told apart only once there was this much to do: watching each would cost more than a small piece. */
const WATCHED_MS = 1;
/** How much of the turns before counts beside the newest one. */
const OLDER_WEIGHT = 0.8;
/** So much is done in a turn or two. */
const ENOUGH_MS = 20;
/** How long a refusal says the truth about the wait. */
const REFUSAL_MS = 50;

export interface LoopShareOptions {
  /** Longest time that work waits, or may be expected to. */
  readonly waitMsMax: number;
  /** Milliseconds from any fixed moment. */
  readonly now: () => number;
}

/** Asked for only where work has to wait. */
export interface Waiting {
  /** What it aborts meanwhile is not begun. */
  readonly signal?: (() => AbortSignal) | undefined;
  /** One of not many: whoever sends must not be able to make new ones. */
  readonly group?: (() => string) | undefined;
}

export class LoopShare {
  readonly #options: LoopShareOptions;
  /** Only of groups that wait, in the order of their turns. */
  readonly #groups = new Map<string, (() => void)[]>();
  #waiting = 0;
  #spentMs = 0;
  /** Done in this turn, those that did not have to wait among them. */
  #pieces = 0;
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

  /** Whether what waits fills the next turns. */
  get hasEnough(): boolean {
    return this.#waiting * this.#pieceMs > ENOUGH_MS;
  }

  /** Of both sums: one long turn in which little was done must not speak for all others. */
  get #pieceMs(): number {
    return this.#recentPieces === 0 ? 0 : this.#recentMs / this.#recentPieces;
  }

  /**
   * At once where nothing waits and this turn has time left. Throws or rejects with what the work throws, or
   * `OVERLOADED`. The work is told how long it has waited.
   */
  run<T>(
    work: (waitedMs: number) => T | Promise<T>,
    { signal, group = () => '' }: Waiting = {},
  ): T | Promise<T> {
    if (this.#waiting === 0 && this.leftMs > 0) return this.#measure(work, 0);
    const pieces = this.#requireRoom(group());
    const { waitMsMax, now } = this.#options;
    const abort = signal?.();
    const sinceMs = now();
    this.#waiting++;
    return new Promise<T>((resolve, reject) => {
      const begin = (waitedMs: number): T | Promise<T> => {
        if (abort?.aborted) throw reasonOf(abort);
        if (waitedMs > waitMsMax) throw this.#refuse(waitMsMax);
        return work(waitedMs);
      };
      pieces.push(() => {
        try {
          resolve(this.#measure(begin, now() - sinceMs));
        } catch (error) {
          reject(error);
        }
      });
    });
  }

  #requireRoom(group: string): (() => void)[] {
    const pieces = this.#groups.get(group) ?? [];
    const groups = this.#groups.size + (pieces.length === 0 ? 1 : 0);
    const waitMs = Math.min(this.#waiting, pieces.length * groups) * this.#pieceMs;
    if (waitMs > this.#options.waitMsMax) throw this.#refuse(waitMs);
    if (pieces.length === 0) this.#groups.set(group, pieces);
    return pieces;
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

  #measure<T>(work: (waitedMs: number) => T, waitedMs: number): T {
    const { now } = this.#options;
    const startMs = now();
    try {
      return work(waitedMs);
    } finally {
      this.#spentMs += Math.max(PIECE_MS_MIN, now() - startMs);
      this.#pieces++;
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
    // Watched all the while, so that what is done here begins no turn of its own.
    const done = this.#work(budgetMs);
    const endedAtMs = now();
    if (this.#pieces > 0) {
      this.#recentMs = OLDER_WEIGHT * this.#recentMs + endedAtMs - this.#turnStartedAtMs;
      this.#recentPieces = OLDER_WEIGHT * this.#recentPieces + this.#pieces;
    }
    this.#pieces = 0;
    this.#turnStartedAtMs = endedAtMs;
    this.#isTurnWatched = done > 0;
    if (this.#isTurnWatched) setImmediate(() => this.#endTurn());
    else this.#spentMs = 0;
  }

  /** Does what waits, a group after the other; returns how many pieces that was. */
  #work(budgetMs: number): number {
    const before = this.#waiting;
    while (this.#waiting > 0 && this.#spentMs < budgetMs) {
      const [group, pieces] = this.#groups.entries().next().value!;
      const untilMs = Math.min(budgetMs, this.#spentMs + GROUP_MS);
      let done = 0;
      while (done < pieces.length && this.#spentMs < untilMs) pieces[done++]!();
      this.#waiting -= done;
      // In place: an old array that nobody needs any more would keep all that waited in it for the garbage collector.
      pieces.splice(0, done);
      // Its next turn is after all others'.
      this.#groups.delete(group);
      if (pieces.length > 0) this.#groups.set(group, pieces);
    }
    return before - this.#waiting;
  }
}

function overloaded(retryAfterMs: number): SiteError {
  const what = 'Too many requests wait to be read. Try again in a moment.';
  return new SiteError('OVERLOADED', what, { retryAfterMs });
}
