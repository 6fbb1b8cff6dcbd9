/** What calls cost, learnt from what they took: a call can be slow by chance, but not quick by chance. */

/** How much of a new measurement enters the estimate. */
const SLOWER_WEIGHT = 0.2;
const QUICKER_WEIGHT = 0.5;
/** A thread that had to wait for a processor measures hundreds of times what a call costs: no more than this counts. */
const SURGE_MAX = 10;
const LEAST_MS = 0.001;

export class Cost {
  /** NaN where nothing was measured yet. */
  ms: number = Number.NaN;
  /** Of the latest call whose size is known: a row of it as it was written. */
  rowBytes: number = Number.NaN;

  /** The estimate with this measurement in it. */
  learn(measuredMs: number): number {
    const old = Number.isNaN(this.ms) ? measuredMs : this.ms;
    const ms = Math.min(measuredMs, SURGE_MAX * Math.max(old, LEAST_MS));
    this.ms = old + (ms > old ? SLOWER_WEIGHT : QUICKER_WEIGHT) * (ms - old);
    return this.ms;
  }
}

export class CostTable {
  readonly #costs = new Map<string, Cost>();

  get(key: string): Cost {
    let cost = this.#costs.get(key);
    if (cost === undefined) {
      cost = new Cost();
      this.#costs.set(key, cost);
    }
    return cost;
  }

  of(key: string): number | undefined {
    const ms = this.#costs.get(key)?.ms;
    return ms === undefined || Number.isNaN(ms) ? undefined : ms;
  }

  learn(key: string, ms: number): number {
    return this.get(key).learn(ms);
  }
}
