/**
 * `exp` of many numbers, several times as fast as `Math.exp` one by one and as exact (2 units in the last place): a
 * power of two, times a 128th root of two to some power, times a polynomial of what is left.
 */

export const ROOTS = 128;
export const ROOT_BITS = 7;
export const PER_ROOT: number = ROOTS / Math.LN2;
/** ln 2 / 128 in two parts; the first has so few digits that its product with a whole number is exact. */
export const ROOT_HIGH = 0.00541521234663378;
export const ROOT_LOW = 1.4907929134926466e-12;
/** Adding it and taking it away again rounds to a whole number. */
export const ROUNDER: number = 1.5 * 2 ** 52;
/** Beyond, results are not normal numbers. */
export const EXPONENT_MIN = -708;
export const EXPONENT_MAX = 709;
const POWER_MIN = -1022;

/** Of the polynomial without its first term, which is zero: the highest power first. */
export const COEFFICIENTS: readonly number[] = [1 / 120, 1 / 24, 1 / 6, 1 / 2, 1];

export const POWERS_OF_ROOT: Float64Array = Float64Array.from({ length: ROOTS }, (_, j) => 2 ** (j / ROOTS));
const POWERS_OF_TWO = Float64Array.from({ length: 2046 }, (_, k) => 2 ** (k + POWER_MIN));

const [C5, C4, C3, C2, C1] = COEFFICIENTS as readonly [number, number, number, number, number];

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
    const polynomial = r * (C1 + r * (C2 + r * (C3 + r * (C4 + r * C5))));
    const scale = POWERS_OF_ROOT[n & (ROOTS - 1)]! * POWERS_OF_TWO[(n >> ROOT_BITS) - POWER_MIN]!;
    values[i] = scale + scale * polynomial;
  }
}
