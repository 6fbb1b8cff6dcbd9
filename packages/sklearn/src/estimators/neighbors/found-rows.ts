/** The rows that lie within a radius, in the order in which they were found. There is room for all training rows. */

export class FoundRows {
  readonly indices: Int32Array;
  readonly distances: Float64Array;
  count = 0;

  constructor(size: number) {
    this.indices = new Int32Array(size);
    this.distances = new Float64Array(size);
  }

  clear(): void {
    this.count = 0;
  }

  add(index: number, distance: number): void {
    this.indices[this.count] = index;
    this.distances[this.count++] = distance;
  }
}
