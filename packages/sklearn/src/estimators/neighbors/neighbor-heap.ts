/**
 * The k nearest so far, as scikit-learn keeps them: which of several equally near rows stays follows from these
 * very steps, so they are the same ones.
 */

export class NeighborHeap {
  /** Reduced distances: no parent is smaller than its children, so the first is the largest. */
  readonly distances: Float64Array;
  readonly indices: Int32Array;

  constructor(size: number) {
    this.distances = new Float64Array(size);
    this.indices = new Int32Array(size);
  }

  clear(): void {
    this.distances.fill(Number.POSITIVE_INFINITY);
    this.indices.fill(0);
  }

  /** A row must be nearer than this to be kept. */
  get bound(): number {
    return this.distances[0]!;
  }

  /** Puts a row in the place of the farthest kept one, if it is nearer. */
  push(distance: number, index: number): void {
    const { distances, indices } = this;
    if (!(distance < distances[0]!)) return;
    const size = distances.length;
    let hole = 0;
    while (true) {
      const left = 2 * hole + 1;
      if (left >= size) break;
      const right = left + 1;
      const larger = right < size && distances[right]! > distances[left]! ? right : left;
      if (!(distances[larger]! > distance)) break;
      distances[hole] = distances[larger]!;
      indices[hole] = indices[larger]!;
      hole = larger;
    }
    distances[hole] = distance;
    indices[hole] = index;
  }

  /** Offers what another heap kept, in the order in which it lies there. */
  pushAll({ distances, indices }: NeighborHeap): void {
    for (let i = 0; i < distances.length; i++) this.push(distances[i]!, indices[i]!);
  }
}
