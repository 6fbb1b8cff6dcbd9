/** What exponentials are made of, in WebAssembly and in TypeScript. */

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
/** The tangent of half of that is 1, and its exponential is far from infinite. */
export const TANGENT_BOUND = 700;

/** Of the polynomial without its first term, which is zero: the highest power first. */
export const COEFFICIENTS: readonly number[] = [1 / 120, 1 / 24, 1 / 6, 1 / 2, 1];

export const POWERS_OF_ROOT: Float64Array = Float64Array.from({ length: ROOTS }, (_, j) => 2 ** (j / ROOTS));
