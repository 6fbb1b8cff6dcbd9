/**
 * Sums of products to the last bit as OpenBLAS computes them on processors with fused multiply-add: brute force
 * finds distances as |x|^2 - 2xy + |y|^2, and what rounding leaves of that decides between equally near rows.
 * Only the few rows that may be among the nearest are computed this way.
 */

const words = new Uint32Array(2);
const float = new Float64Array(words.buffer);
const IS_LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
const LOW = IS_LITTLE_ENDIAN ? 0 : 1;
const HIGH = 1 - LOW;
/** Veltkamp's constant, which cuts a float64 in two halves whose products are exact. */
const SPLITTER = 2 ** 27 + 1;
/** OpenBLAS's `ddot` runs this many columns at once, in four registers of four numbers. */
const BLOCK = 16;
const LANES = 4;
const blockSums = new Float64Array(BLOCK);

/**
 * a * b + c, rounded once. After Boldo and Melquiond, Emulation of FMA and correctly rounded sums: the error terms
 * are summed with rounding to odd. Exact as long as nothing overflows or comes near the smallest numbers.
 */
export function fusedMultiplyAdd(a: number, b: number, c: number): number {
  const product = a * b;
  const aHigh = high(a);
  const bHigh = high(b);
  const aLow = a - aHigh;
  const bLow = b - bHigh;
  const productError = aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
  const low = c + productError;
  const lowError = sumError(c, productError, low);
  const sum = product + low;
  const error = sumError(product, low, sum);
  return sum + sumToOdd(lowError, error);
}

/** A product of rows as `dgemm` has it: one chain of fused steps in the order of the columns. */
export function fusedDot(
  a: Float64Array,
  aStart: number,
  b: Float64Array,
  bStart: number,
  length: number,
): number {
  let sum = 0;
  for (let k = 0; k < length; k++) sum = fusedMultiplyAdd(a[aStart + k]!, b[bStart + k]!, sum);
  return sum;
}

/** |x|^2 as `ddot` has it: sixteen fused sums over the full blocks, plain steps over the rest. */
export function squaredNorm(x: Float64Array, start: number, length: number): number {
  const blocked = length - (length % BLOCK);
  blockSums.fill(0);
  for (let k = 0; k < blocked; k++) {
    const value = x[start + k]!;
    blockSums[k % BLOCK] = fusedMultiplyAdd(value, value, blockSums[k % BLOCK]!);
  }
  let sum = sumOfLanes(0) + sumOfLanes(1);
  for (let k = start + blocked; k < start + length; k++) sum += x[k]! * x[k]!;
  return sum;
}

/**
 * |x|^2 as NumPy's `einsum` has it: two plain sums, of the even columns and the odd ones, of which each eight
 * columns are added from the last to the first. NaN, for what is missing, counts as zero.
 */
export function einsumSquaredNorm(x: Float64Array, start: number, length: number): number {
  const end = start + length;
  const square = (k: number): number => (k < end && x[k]! * x[k]!) || 0;
  let even = 0;
  let odd = 0;
  let k = start;
  for (; k + 8 <= end; k += 8) {
    for (let pair = k + 6; pair >= k; pair -= 2) {
      even += square(pair);
      odd += square(pair + 1);
    }
  }
  for (; k < end; k += 2) {
    even += square(k);
    odd += square(k + 1);
  }
  return even + odd;
}

/** Each register is folded in half first, then the registers are added; the two lanes left come last. */
function sumOfLanes(lane: number): number {
  return folded(0, lane) + folded(1, lane) + (folded(2, lane) + folded(3, lane));
}

function folded(register: number, lane: number): number {
  const first = register * LANES + lane;
  return blockSums[first]! + blockSums[first + LANES / 2]!;
}

function high(value: number): number {
  const scaled = SPLITTER * value;
  return scaled - (scaled - value);
}

/** What `sum`, the rounded a + b, lost: Knuth's two-sum. */
function sumError(a: number, b: number, sum: number): number {
  const bPart = sum - a;
  return a - (sum - bPart) + (b - bPart);
}

/** a + b; where that is not exact, the one of the two neighbouring numbers whose last bit is 1. */
function sumToOdd(a: number, b: number): number {
  const sum = a + b;
  const error = sumError(a, b, sum);
  if (error === 0 || Number.isNaN(error)) return sum;
  float[0] = sum;
  if ((words[LOW]! & 1) === 1) return sum;
  const isTowardsZero = error > 0 !== sum > 0;
  if (!isTowardsZero) {
    words[LOW]! |= 1;
  } else {
    if (words[LOW] === 0) words[HIGH]!--;
    words[LOW]!--;
  }
  return float[0];
}
