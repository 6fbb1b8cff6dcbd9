/**
 * Logarithm and arc cosine from + - * / and square roots alone. JavaScript leaves the last bits of
 * `Math.log` and `Math.acos` to the engine; these give the same bits on every machine.
 */

const LN2 = Math.LN2;

const words = new Uint32Array(new Float64Array(1).buffer);
const double = new Float64Array(words.buffer);
const LITTLE_ENDIAN_HIGH_WORD = 1; // every platform that runs JavaScript engines today is little endian

/** The natural logarithm of a positive normal number, within 1e-14 relative. */
export function logarithm(value: number): number {
  if (!(value > 0)) return -Infinity;
  double[0] = value;
  const high = words[LITTLE_ENDIAN_HIGH_WORD]!;
  let exponent = ((high >>> 20) & 0x7ff) - 1023;
  words[LITTLE_ENDIAN_HIGH_WORD] = (high & 0x000fffff) | 0x3ff00000;
  let mantissa = double[0]; // in [1, 2)
  if (mantissa > Math.SQRT2) {
    mantissa /= 2;
    exponent++;
  }
  // ln m = 2 artanh((m - 1) / (m + 1)), whose argument is at most 0.172: 10 terms reach 1e-17
  const t = (mantissa - 1) / (mantissa + 1);
  const square = t * t;
  let sum = 0;
  for (let term = 21; term >= 1; term -= 2) sum = sum * square + 1 / term;
  return 2 * t * sum + exponent * LN2;
}

/** The angle in [0, pi] whose cosine is given, within 2e-8 (Abramowitz and Stegun 1964, 4.4.46). */
export function arcCosine(cosine: number): number {
  const x = cosine < 0 ? -cosine : cosine;
  if (x >= 1) return cosine < 0 ? Math.PI : 0;
  let sum = -0.0012624911;
  sum = sum * x + 0.00667009;
  sum = sum * x - 0.0170881256;
  sum = sum * x + 0.030891881;
  sum = sum * x - 0.0501743046;
  sum = sum * x + 0.0889789874;
  sum = sum * x - 0.2145988016;
  sum = sum * x + 1.570796305;
  const angle = Math.sqrt(1 - x) * sum;
  return cosine < 0 ? Math.PI - angle : angle;
}
