/** Edges waiting to be collapsed, cheapest first; equal ones in the order they came, so that results repeat. */

export interface Candidate {
  readonly cost: number;
  readonly from: number;
  readonly to: number;
  /** What both vertices had counted when the cost was computed. */
  readonly changes: number;
}

export class CandidateHeap {
  readonly #entries: { candidate: Candidate; order: number }[] = [];
  #pushed = 0;

  push(candidate: Candidate): void {
    const entries = this.#entries;
    let at = entries.length;
    entries.push({ candidate, order: this.#pushed++ });
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#comesFirst(at, parent)) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  pop(): Candidate | undefined {
    const entries = this.#entries;
    if (entries.length === 0) return undefined;
    this.#swap(0, entries.length - 1);
    const { candidate } = entries.pop()!;
    let at = 0;
    for (;;) {
      let first = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < entries.length && this.#comesFirst(child, first)) first = child;
      }
      if (first === at) return candidate;
      this.#swap(at, first);
      at = first;
    }
  }

  #comesFirst(a: number, b: number): boolean {
    const [first, second] = [this.#entries[a]!, this.#entries[b]!];
    const difference = first.candidate.cost - second.candidate.cost;
    return difference < 0 || (difference === 0 && first.order < second.order);
  }

  #swap(a: number, b: number): void {
    const entry = this.#entries[a]!;
    this.#entries[a] = this.#entries[b]!;
    this.#entries[b] = entry;
  }
}
