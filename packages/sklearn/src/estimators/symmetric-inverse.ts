/** The inverse of a symmetric positive definite matrix, and the logarithm of its determinant, by Cholesky. */
import { solveCholesky } from './triangular.ts';

/** `null` where the matrix is not positive definite. Reads the lower triangle. */
export function invertSymmetric(
  matrix: Float64Array,
  size: number,
): { readonly inverse: Float64Array; readonly logDeterminant: number } | null {
  const lower = new Float64Array(size * size);
  let logDeterminant = 0;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * size + j]!;
      for (let k = 0; k < j; k++) sum -= lower[i * size + k]! * lower[j * size + k]!;
      if (i !== j) lower[i * size + j] = sum / lower[j * size + j]!;
      else if (!(sum > 0 && sum < Number.POSITIVE_INFINITY)) return null;
      else lower[i * size + i] = Math.sqrt(sum);
    }
    logDeterminant += 2 * Math.log(lower[i * size + i]!);
  }
  const inverse = new Float64Array(size * size);
  const column = new Float64Array(size);
  for (let c = 0; c < size; c++) {
    column.fill(0);
    column[c] = 1;
    solveCholesky({ data: lower, stride: size }, size, column);
    for (let i = 0; i < size; i++) inverse[i * size + c] = column[i]!;
  }
  return { inverse, logDeterminant };
}
