/** What calls cost, learnt from what they took: a call can be slow by chance, but not quick by chance. */

/** How much of a new measurement enters the estimate. */
const SLOWER_WEIGHT = 0.2;
const QUICKER_WEIGHT = 0.5;

export class CostTable {
  readonly #msByKey = new Map<string, number>();

  of(key: string): number | undefined {
    return this.#msByKey.get(key);
  }

  /** The estimate with this measurement in it. */
  learn(key: string, ms: number): number {
    const old = this.#msByKey.get(key) ?? ms;
    const cost = old + (ms > old ? SLOWER_WEIGHT : QUICKER_WEIGHT) * (ms - old);
    this.#msByKey.set(key, cost);
    return cost;
  }
}
