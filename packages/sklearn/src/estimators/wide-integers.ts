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
