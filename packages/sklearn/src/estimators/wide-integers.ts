/**
 * Reads 64-bit integers without making a `bigint` of each, which would make loading a large forest several times
 * slower.
 */

const IS_LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
const LOW = IS_LITTLE_ENDIAN ? 0 : 1;
const HIGH = 1 - LOW;
const TWO_TO_32 = 2 ** 32;

/** The nearest float64 to each integer, as NumPy's `astype` gives it. */
export function wideIntegersToFloat64(integers: BigInt64Array | BigUint64Array): Float64Array {
  const { buffer, byteOffset, length } = integers;
  const words = new Uint32Array(buffer, byteOffset, 2 * length);
  const signed = integers instanceof BigInt64Array;
  const numbers = new Float64Array(length);
  for (let i = 0; i < length; i++) {
    const word = words[2 * i + HIGH]!;
    const high = signed ? word | 0 : word;
    // The product is exact, so the sum rounds once.
    numbers[i] = high * TWO_TO_32 + words[2 * i + LOW]!;
  }
  return numbers;
}

/** Integers from `min` to `max` as 32-bit ones; `null` where one lies outside, or where they are no such array. */
export function narrowIndices(data: unknown, min: number, max: number): Int32Array | null {
  if (data instanceof BigInt64Array) {
    const { buffer, byteOffset, length } = data;
    const words = new Int32Array(buffer, byteOffset, 2 * length);
    const indices = new Int32Array(length);
    for (let i = 0; i < length; i++) {
      const low = words[2 * i + LOW]!;
      if (words[2 * i + HIGH] !== low >> 31 || low < min || low > max) return null;
      indices[i] = low;
    }
    return indices;
  }
  if (!(data instanceof Int32Array || data instanceof Uint8Array)) return null;
  const indices = new Int32Array(data.length);
  for (let i = 0; i < data.length; i++) {
    const value = data[i]!;
    if (value < min || value > max) return null;
    indices[i] = value;
  }
  return indices;
}
