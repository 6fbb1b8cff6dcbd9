/**
 * Frees the memory of numbers that nobody will look at again. Left to the garbage collector, a few hundred such arrays
 * have it look through the whole heap many times a second. Leaves small ones alone, and parts of larger memory.
 */
const BYTES_MIN = 32 * 1024;

export function freeNumbers({ buffer, byteLength }: Float64Array): void {
  if (byteLength >= BYTES_MIN && byteLength === buffer.byteLength && buffer instanceof ArrayBuffer) {
    buffer.transfer(0);
  }
}
