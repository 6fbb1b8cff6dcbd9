/**
 * A key for hash tables over bytes from outside, so that nobody can craft a file whose vertices all collide.
 * No result depends on it: tables are only asked whether a value was seen before, and numbers are given in
 * the order of the input.
 */
export function createHashKey(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0]!;
}

/** A keyed hash of three 32-bit words, unsigned. */
export function hashWords(a: number, b: number, c: number, key: number): number {
  let h = Math.imul(a ^ key, 0x9e3779b1);
  h = Math.imul(h ^ (h >>> 15) ^ b, 0x85ebca77);
  h = Math.imul(h ^ (h >>> 13) ^ c, 0xc2b2ae3d);
  h = Math.imul(h ^ (h >>> 16) ^ key, 0x27d4eb2f);
  return (h ^ (h >>> 15)) >>> 0;
}
