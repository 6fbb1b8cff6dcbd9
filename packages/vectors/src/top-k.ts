/** Keeps the k best of a stream of scored rows in a bounded min-heap: O(n log k) worst, O(n) when most lose. */

export interface Hit {
  /** Row of the index. */
  readonly row: number;
  readonly score: number;
}

/**
 * Highest score first; of equal scores the lower row first, so that an answer never depends on the order of
 * offers.
 */
export class TopK {
  readonly #scores: Float64Array;
  readonly #rows: Int32Array;
  readonly #k: number;
  #size = 0;

  constructor(k: number) {
    this.#k = k;
    this.#scores = new Float64Array(k);
    this.#rows = new Int32Array(k);
  }

  offer(row: number, score: number): void {
    if (this.#size < this.#k) {
      this.#siftUp(this.#size++, row, score);
    } else if (this.#isWorse(0, row, score)) {
      this.#siftDown(row, score);
    }
  }

  /** Empties the heap into a list, best first. */
  take(): Hit[] {
    const hits = Array.from({ length: this.#size }, (_, at) => ({
      row: this.#rows[at]!,
      score: this.#scores[at]!,
    }));
    this.#size = 0;
    return hits.sort((a, b) => b.score - a.score || a.row - b.row);
  }

  /** Whether what stands at `at` ranks below the given pair. */
  #isWorse(at: number, row: number, score: number): boolean {
    const standing = this.#scores[at]!;
    return standing < score || (standing === score && this.#rows[at]! > row);
  }

  #put(at: number, row: number, score: number): void {
    this.#rows[at] = row;
    this.#scores[at] = score;
  }

  #siftUp(from: number, row: number, score: number): void {
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.#isWorse(parent, row, score)) break;
      this.#put(at, this.#rows[parent]!, this.#scores[parent]!);
      at = parent;
    }
    this.#put(at, row, score);
  }

  /** Replaces the root, the worst of the k, by the given pair. */
  #siftDown(row: number, score: number): void {
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.#size) break;
      const other = child + 1;
      if (other < this.#size && this.#isWorse(other, this.#rows[child]!, this.#scores[child]!)) child = other;
      if (!this.#isWorse(child, row, score)) break;
      this.#put(at, this.#rows[child]!, this.#scores[child]!);
      at = child;
    }
    this.#put(at, row, score);
  }
}
