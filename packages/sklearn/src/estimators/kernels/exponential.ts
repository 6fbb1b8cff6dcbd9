/**
 * `exp` of many numbers, several times as fast as `Math.exp` one by one and as exact (2 units in the last place): a
 * power of two, times a 128th root of two to some power, times a polynomial of what is left.
 */

const ROOTS = 128;
const ROOT_BITS = 7;
const PER_ROOT = ROOTS / Math.LN2;
/** ln 2 / 128 in two parts; the first has so few digits that its product with a whole number is exact. */
const ROOT_HIGH = 0.00541521234663378;
const ROOT_LOW = 1.4907929134926466e-12;
/** Adding it and taking it away again rounds to a whole number. */
const ROUNDER = 1.5 * 2 ** 52;
/** Beyond, results are not normal numbers. */
const EXPONENT_MIN = -708;
const EXPONENT_MAX = 709;
const POWER_MIN = -1022;

const POWERS_OF_ROOT = Float64Array.from({ length: ROOTS }, (_, j) => 2 ** (j / ROOTS));
const POWERS_OF_TWO = Float64Array.from({ length: 2046 }, (_, k) => 2 ** (k + POWER_MIN));

/** Each number x becomes exp(factor x). */
export function exponentiate(values: Float64Array, factor: number): void {
  for (let i = 0; i < values.length; i++) {
    const x = factor * values[i]!;
    if (!(x > EXPONENT_MIN && x < EXPONENT_MAX)) {
      values[i] = Math.exp(x);
      continue;
    }
    const rounded = x * PER_ROOT + ROUNDER - ROUNDER;
    const n = rounded | 0;
    const r = x - rounded * ROOT_HIGH - rounded * ROOT_LOW;
    const polynomial = r * (1 + r * (1 / 2 + r * (1 / 6 + r * (1 / 24 + r * (1 / 120)))));
    const scale = POWERS_OF_ROOT[n & (ROOTS - 1)]! * POWERS_OF_TWO[(n >> ROOT_BITS) - POWER_MIN]!;
    values[i] = scale + scale * polynomial;
  }
}
