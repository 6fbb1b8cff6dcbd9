/** Symmetric positive definite matrices by Cholesky: inverse, determinant, solutions. Only the lower triangle is read. */
import { solveCholesky } from './triangular.ts';

/** The inverse of a matrix of this size takes a quarter of a second. */
const WELL_MAX = 500;
const CONDITION_MAX = 1e6;

/** `null` where the matrix is not positive definite. */
export function invertSymmetric(
  matrix: Float64Array,
  size: number,
): { readonly inverse: Float64Array; readonly logDeterminant: number } | null {
  const lower = matrix.slice();
  if (!factorize(lower, size)) return null;
  let logDeterminant = 0;
  for (let i = 0; i < size; i++) logDeterminant += 2 * Math.log(lower[i * size + i]!);
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

/** The inverse where two ways to compute it agree in ten digits; else `null`. */
export function invertWell(matrix: Float64Array, size: number): Float64Array | null {
  if (size > WELL_MAX) return null;
  const inverse = invertSymmetric(matrix, size)?.inverse;
  return inverse !== undefined && largest(matrix) * largest(inverse) <= CONDITION_MAX ? inverse : null;
}

function largest(matrix: Float64Array): number {
  return matrix.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

/** Puts the solution of `matrix x = b` in the place of b; `false` where the matrix is not positive definite. */
export function solvePositive(matrix: Float64Array, size: number, b: Float64Array): boolean {
  if (!factorize(matrix, size)) return false;
  solveCholesky({ data: matrix, stride: size }, size, b);
  return true;
}

/** Puts the lower factor in the place of the lower triangle. */
function factorize(matrix: Float64Array, size: number): boolean {
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * size + j]!;
      for (let k = 0; k < j; k++) sum -= matrix[i * size + k]! * matrix[j * size + k]!;
      if (i !== j) matrix[i * size + j] = sum / matrix[j * size + j]!;
      else if (!(sum > 0 && sum < Number.POSITIVE_INFINITY)) return false;
      else matrix[i * size + i] = Math.sqrt(sum);
    }
  }
  return true;
}
