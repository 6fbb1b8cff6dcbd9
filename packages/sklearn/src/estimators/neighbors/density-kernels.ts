/** The kernels of a density, as logarithms: 0 at a distance of 0, and the norms that make each integrate to 1. */

export const KERNEL_NAMES = [
  'gaussian',
  'tophat',
  'epanechnikov',
  'exponential',
  'linear',
  'cosine',
] as const;

type KernelName = (typeof KERNEL_NAMES)[number];

/** Of a distance. */
export type LogKernel = (distance: number) => number;

const LOG_PI = Math.log(Math.PI);
const LOG_2_PI = Math.log(2 * Math.PI);

export function logKernel(name: KernelName, bandwidth: number): LogKernel {
  const inside =
    (log: LogKernel): LogKernel =>
    (distance) =>
      distance < bandwidth ? log(distance) : Number.NEGATIVE_INFINITY;
  const squared = bandwidth * bandwidth;
  switch (name) {
    case 'gaussian':
      return (distance) => (-0.5 * (distance * distance)) / squared;
    case 'tophat':
      return inside(() => 0);
    case 'epanechnikov':
      return inside((distance) => Math.log(1 - (distance * distance) / squared));
    case 'exponential':
      return (distance) => -distance / bandwidth;
    case 'linear':
      return inside((distance) => Math.log(1 - distance / bandwidth));
    case 'cosine':
      return inside((distance) => Math.log(Math.cos((0.5 * Math.PI * distance) / bandwidth)));
  }
}

export function logKernelNorm(name: KernelName, bandwidth: number, columns: number): number {
  return -logIntegral(name, columns) - columns * Math.log(bandwidth);
}

/** Of a kernel with bandwidth 1. */
function logIntegral(name: KernelName, columns: number): number {
  switch (name) {
    case 'gaussian':
      return 0.5 * columns * LOG_2_PI;
    case 'tophat':
      return logBall(columns);
    case 'epanechnikov':
      return logBall(columns) + Math.log(2 / (columns + 2));
    case 'exponential':
      return logSphere(columns) + logGammaOfHalf(2 * columns);
    case 'linear':
      return logBall(columns) - Math.log(columns + 1);
    case 'cosine':
      return Math.log(cosineMoment(columns)) + logSphere(columns);
  }
}

/**
 * The integral of r^(columns - 1) cos(r pi / 2) from 0 to 1, by parts. With many columns the terms cancel, so that
 * scikit-learn's rounding is part of the answer.
 */
function cosineMoment(columns: number): number {
  const step = 2 / Math.PI;
  const squared = step * step;
  let term = step;
  let sum = 0;
  for (let k = 1; k <= columns; k += 2) {
    sum += term;
    term *= -(columns - k) * (columns - k - 1) * squared;
  }
  return sum;
}

/** The volume of the unit ball. */
function logBall(columns: number): number {
  return 0.5 * columns * LOG_PI - logGammaOfHalf(columns + 2);
}

/** The surface of the unit ball. */
function logSphere(columns: number): number {
  return LOG_2_PI + logBall(columns - 2);
}

/** The logarithm of the gamma function at n / 2, for n from 1. */
function logGammaOfHalf(n: number): number {
  let sum = n % 2 === 0 ? 0 : 0.5 * LOG_PI;
  for (let k = n % 2 === 0 ? 2 : 1; k < n; k += 2) sum += Math.log(k / 2);
  return sum;
}
