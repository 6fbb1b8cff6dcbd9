/**
 * Stops asking a server that does not answer, so that callers are told at once and the server can come back: after
 * several failures in a row nothing is sent for a while, then one call tries, and decides.
 */

const FAILURES_MAX = 5;
/** Doubled with every try that fails, up to the second. */
const PAUSE_MS_MIN = 1000;
const PAUSE_MS_MAX = 30_000;

export class CircuitBreaker {
  readonly #now: () => number;
  #failures = 0;
  #pauseMs = PAUSE_MS_MIN;
  #closedUntilMs: number | null = null;
  #isTrying = false;

  /** `now` in milliseconds from any fixed moment. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Milliseconds until something may be sent; 0 where it may be now. */
  get waitMs(): number {
    if (this.#closedUntilMs === null) return 0;
    const leftMs = this.#closedUntilMs - this.#now();
    if (leftMs > 0) return leftMs;
    return this.#isTrying ? this.#pauseMs : 0;
  }

  /** To be called where `waitMs` is 0, before something is sent. */
  started(): void {
    if (this.#closedUntilMs !== null) this.#isTrying = true;
  }

  /** The server answered, whatever it said. */
  succeeded(): void {
    this.#failures = 0;
    this.#pauseMs = PAUSE_MS_MIN;
    this.#closedUntilMs = null;
    this.#isTrying = false;
  }

  /** The caller gave up before anything was known of the server. */
  abandoned(): void {
    this.#isTrying = false;
  }

  failed(): void {
    this.#failures += 1;
    if (this.#isTrying) this.#pauseMs = Math.min(PAUSE_MS_MAX, this.#pauseMs * 2);
    this.#isTrying = false;
    if (this.#failures >= FAILURES_MAX) this.#closedUntilMs = this.#now() + this.#pauseMs;
  }
}
