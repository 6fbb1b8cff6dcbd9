/** The nodes of a tree still to be looked into, the nearest first. */

export class NodeHeap {
  readonly #distances: Float64Array;
  readonly #nodes: Int32Array;
  count = 0;

  /** There is room for `size` nodes. */
  constructor(size: number) {
    this.#distances = new Float64Array(size);
    this.#nodes = new Int32Array(size);
  }

  clear(): void {
    this.count = 0;
  }

  push(node: number, distance: number): void {
    const distances = this.#distances;
    let hole = this.count++;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      if (distances[parent]! <= distance) break;
      this.#move(parent, hole);
      hole = parent;
    }
    this.#nodes[hole] = node;
    distances[hole] = distance;
  }

  /** Takes out the nearest. */
  pop(): number {
    const distances = this.#distances;
    const nearest = this.#nodes[0]!;
    const last = --this.count;
    let hole = 0;
    while (true) {
      const left = 2 * hole + 1;
      if (left >= last) break;
      const right = left + 1;
      const nearer = right < last && !(distances[left]! <= distances[right]!) ? right : left;
      if (!(distances[nearer]! <= distances[last]!)) break;
      this.#move(nearer, hole);
      hole = nearer;
    }
    this.#move(last, hole);
    return nearest;
  }

  #move(from: number, to: number): void {
    this.#distances[to] = this.#distances[from]!;
    this.#nodes[to] = this.#nodes[from]!;
  }
}
