/** The logarithmic derivative of the gamma function, for x above zero; NaN elsewhere. */
export function digamma(x: number): number {
  if (!(x > 0)) return Number.NaN;
  // Up to where the asymptotic series has 16 digits.
  let sum = 0;
  let y = x;
  for (; y < 12; y++) sum -= 1 / y;
  const inverse = 1 / (y * y);
  const series =
    inverse *
    (1 / 12 - inverse * (1 / 120 - inverse * (1 / 252 - inverse * (1 / 240 - inverse * (1 / 132)))));
  return sum + Math.log(y) - 1 / (2 * y) - series;
}
