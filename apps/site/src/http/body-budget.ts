/** Bounds the bytes that all request bodies together hold in memory. Refuses more with `OVERLOADED`. */
import { SiteError } from '../errors.ts';

export class BodyBudget {
  readonly #bytesMax: number;
  #held = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  take(bytes: number): void {
    if (this.#held + bytes > this.#bytesMax) {
      throw new SiteError('OVERLOADED', 'Too many large uploads at once. Try again in a moment.');
    }
    this.#held += bytes;
  }

  give(bytes: number): void {
    this.#held -= bytes;
  }

  get heldBytes(): number {
    return this.#held;
  }
}
