/** Systems of equations with the lower triangle of a Cholesky decomposition, solved in place. */

/** The first `size` rows and columns of a matrix whose rows are `stride` apart. */
export interface Triangle {
  readonly data: Float64Array;
  readonly stride: number;
}

/** `L x = b`; `b`, which starts at `start`, becomes x. */
export function solveLower(
  { data, stride }: Triangle,
  size: number,
  b: Float64Array,
  start: number = 0,
): void {
  for (let i = 0; i < size; i++) {
    let value = b[start + i]!;
    for (let k = 0; k < i; k++) value -= data[i * stride + k]! * b[start + k]!;
    b[start + i] = value / data[i * stride + i]!;
  }
}

/** `L L' x = b`. */
export function solveCholesky(lower: Triangle, size: number, b: Float64Array): void {
  const { data, stride } = lower;
  solveLower(lower, size, b);
  for (let i = size - 1; i >= 0; i--) {
    let value = b[i]!;
    for (let k = i + 1; k < size; k++) value -= data[k * stride + i]! * b[k]!;
    b[i] = value / data[i * stride + i]!;
  }
}
