/**
 * `numpy.sum` to the last bit: where two weighted votes are equal in one order of summation and not in another,
 * the order decides the label.
 */

/** Up to this many numbers NumPy runs eight sums side by side; more it halves. */
const BLOCK = 128;

/** The sum of `length` numbers that lie side by side. */
export function numpySum(values: Float64Array, start: number, length: number): number {
  if (length < 8) {
    // NumPy starts from -0, which no sum shows unless all terms are -0.
    let sum = 0;
    for (let k = start; k < start + length; k++) sum += values[k]!;
    return sum;
  }
  if (length > BLOCK) {
    let half = length >> 1;
    half -= half % 8;
    return numpySum(values, start, half) + numpySum(values, start + half, length - half);
  }
  const whole = length - (length % 8);
  let sum = lanes(values, start, whole);
  for (let k = start + whole; k < start + length; k++) sum += values[k]!;
  return sum;
}

function lanes(values: Float64Array, start: number, length: number): number {
  const lane = (offset: number): number => {
    let sum = values[start + offset]!;
    for (let k = offset + 8; k < length; k += 8) sum += values[start + k]!;
    return sum;
  };
  return lane(0) + lane(1) + (lane(2) + lane(3)) + (lane(4) + lane(5) + (lane(6) + lane(7)));
}
