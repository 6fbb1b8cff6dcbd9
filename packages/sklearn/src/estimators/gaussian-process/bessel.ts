/** The gamma function, and the modified Bessel functions of the second kind, as Matérn kernels need them. */

/** C. Lanczos, A Precision Approximation of the Gamma Function (1964), with g = 7 and nine terms. */
const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];
const LANCZOS_G = 7;

/** For x above zero. */
export function gamma(x: number): number {
  if (x < 0.5) return Math.PI / (Math.sin(Math.PI * x) * gamma(1 - x));
  let sum = LANCZOS[0]!;
  for (let k = 1; k < LANCZOS.length; k++) sum += LANCZOS[k]! / (x - 1 + k);
  const t = x - 0.5 + LANCZOS_G;
  // In two halves, which do not overflow before the result does.
  const power = t ** ((x - 0.5) / 2);
  return Math.sqrt(2 * Math.PI) * power * Math.exp(-t) * power * sum;
}

/** Wide steps are enough for small x; the peak at 0 narrows as the root of x. */
const STEP_MAX = 0.1;
const STEP_OF_ROOT = 0.7;
/** Terms smaller than the sum by this many powers of e do not change it. */
const NEGLIGIBLE = 40;
/** No answer needs as many: x of 1e-300 takes some 7,000. */
const STEPS_MAX = 20_000;

/**
 * K_nu(x), for x above zero: the integral of exp(-x cosh t) cosh(nu t) over t from 0 on. The trapezoidal rule
 * converges exponentially fast here.
 */
export function besselK(nu: number, x: number): number {
  const step = Math.min(STEP_MAX, STEP_OF_ROOT / Math.sqrt(x));
  const peak = Math.asinh(nu / x);
  let sum = 0.5;
  for (let k = 1; k < STEPS_MAX; k++) {
    const t = k * step;
    const root = Math.sinh(t / 2);
    // x (cosh t - 1), without cancellation.
    const decay = 2 * x * root * root;
    sum += 0.5 * (Math.exp(nu * t - decay) + Math.exp(-nu * t - decay));
    if (t > peak && nu * t - decay < Math.log(sum) - NEGLIGIBLE) break;
  }
  return Math.exp(-x) * step * sum;
}
