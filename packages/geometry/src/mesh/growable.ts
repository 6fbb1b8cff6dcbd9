/** Typed arrays that grow, for readers that learn how much there is only at the end of the file. */

export class Float32List {
  #values: Float32Array;
  length = 0;

  constructor(capacity: number) {
    this.#values = new Float32Array(Math.max(16, capacity));
  }

  push3(x: number, y: number, z: number): void {
    if (this.length + 3 > this.#values.length) this.#values = grown(this.#values, Float32Array);
    const at = this.length;
    this.#values[at] = x;
    this.#values[at + 1] = y;
    this.#values[at + 2] = z;
    this.length = at + 3;
  }

  at(index: number): number {
    return this.#values[index]!;
  }

  /** What was pushed, without a copy: a view that ends where the list does. */
  view(): Float32Array {
    return this.#values.subarray(0, this.length);
  }
}

export class Uint32List {
  #values: Uint32Array;
  length = 0;

  constructor(capacity: number) {
    this.#values = new Uint32Array(Math.max(16, capacity));
  }

  push3(a: number, b: number, c: number): void {
    if (this.length + 3 > this.#values.length) this.#values = grown(this.#values, Uint32Array);
    const at = this.length;
    this.#values[at] = a;
    this.#values[at + 1] = b;
    this.#values[at + 2] = c;
    this.length = at + 3;
  }

  view(): Uint32Array {
    return this.#values.subarray(0, this.length);
  }
}

function grown<T extends Float32Array | Uint32Array>(old: T, make: new (length: number) => T): T {
  const values = new make(old.length * 2);
  values.set(old);
  return values;
}
