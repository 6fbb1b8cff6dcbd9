/**
 * Whether an answer is the one that was compared before. BLAS with several threads adds in another order each time, so
 * decimals may differ in their last digits; nothing else may.
 */

const RELATIVE_DIFFERENCE_MAX = 1e-9;
/** Sums that cancel leave as much of numbers around 1. */
const DIFFERENCE_MAX = 1e-12;
const DECIMAL = /-?\d+(?:\.\d+(?:e[-+]?\d+)?|e[-+]?\d+)/gi;

export function isAlike(answer: Buffer, remembered: Buffer): boolean {
  if (answer.equals(remembered)) return true;
  const [text, wanted] = [answer.toString(), remembered.toString()];
  if (text.replace(DECIMAL, '0.0') !== wanted.replace(DECIMAL, '0.0')) return false;
  const decimals = wanted.match(DECIMAL) ?? [];
  return (text.match(DECIMAL) ?? []).every((decimal, index) => {
    const [value, other] = [Number(decimal), Number(decimals[index])];
    const difference = Math.abs(value - other);
    return difference <= Math.max(DIFFERENCE_MAX, RELATIVE_DIFFERENCE_MAX * Math.abs(other));
  });
}
