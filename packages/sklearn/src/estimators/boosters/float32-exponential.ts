/**
 * The exponential in float32 as the C library of Linux answers it (glibc from 2.27 on): not always the nearest
 * float32, for about one in two thousand numbers the one next to it.
 */

/** 2^(n / 32 + r) = 2^(n / 32) * 2^r: powers from a table, 2^r for |r| <= 1 / 64 from a polynomial of degree 3. */
const STEPS = 32;
const STEPS_PER_E = STEPS / Math.LN2;
const CUBIC = 0.05550361559341535 / STEPS ** 3;
const SQUARE = 0.2402284522445722 / STEPS ** 2;
const LINEAR = 0.6931471806916203 / STEPS;

/** Added and taken away again, this rounds to a whole number, halves to the even one. */
const ROUNDER = 1.5 * 2 ** 52;

/** Beyond these the answer is infinite, or zero. */
const HIGHEST = 89;
const LOWEST = -104;

const POWERS = Float64Array.from({ length: STEPS }, (_, i) => 2 ** (i / STEPS));

/** e^x as a float32; x is a float32. */
export function expFloat32(x: number): number {
  if (x > HIGHEST) return Number.POSITIVE_INFINITY;
  if (x < LOWEST) return 0;
  const steps = STEPS_PER_E * x;
  const whole = steps + ROUNDER - ROUNDER;
  const r = steps - whole;
  const index = ((whole % STEPS) + STEPS) % STEPS;
  const scale = POWERS[index]! * 2 ** ((whole - index) / STEPS);
  return Math.fround(((CUBIC * r + SQUARE) * (r * r) + (LINEAR * r + 1)) * scale);
}
