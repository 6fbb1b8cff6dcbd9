/**
 * Memory of request bodies that is used again and again: the system maps and clears blocks this large whenever they are
 * allocated, which costs more than reading them. Only for bodies of which nothing is kept when they are released.
 */

/** What is answered on the event loop is no longer. */
const BLOCK_BYTES = 512 * 1024;
/** Eight megabytes for as many calls at once; more have memory of their own. */
const BLOCKS_MAX = 16;

export class SpareBlocks {
  readonly #free: Uint8Array<ArrayBuffer>[] = [];
  #made = 0;

  /** With room for so many bytes, and what an earlier body left; null where there is none. */
  take(bytes: number): Uint8Array<ArrayBuffer> | null {
    if (bytes > BLOCK_BYTES) return null;
    const free = this.#free.pop();
    if (free !== undefined) return free;
    if (this.#made === BLOCKS_MAX) return null;
    this.#made++;
    return new Uint8Array(BLOCK_BYTES);
  }

  give(block: Uint8Array<ArrayBuffer>): void {
    this.#free.push(block);
  }

  /** One that was taken does not come back. */
  lose(): void {
    this.#made--;
  }
}
