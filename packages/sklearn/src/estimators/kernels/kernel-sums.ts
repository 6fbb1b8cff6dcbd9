/** Weighted sums of the kernels of each row with fixed rows, a block of rows at a time, so that memory stays bounded. */
import type { Matrix } from '../../model.ts';
import { multiplyRows } from '../linear-algebra.ts';
import type { Fill } from '../methods.ts';
import type { Kernel } from './pairwise-kernels.ts';

/** As many kernel values are held at a time: half a megabyte. */
const BLOCK_VALUES = 2 ** 16;

/**
 * Calls `visit` with blocks of the rows of X and the kernel's values of each with all rows of Y, row-major; `first`
 * is the number of a block's first row. The next block overwrites the values.
 */
export function visitKernelBlocks(
  X: Matrix,
  Y: Matrix,
  kernel: Kernel,
  visit: (values: Matrix, block: Matrix, first: number) => void,
): void {
  const { columns } = X;
  const height = Math.min(X.rows, Math.max(1, Math.floor(BLOCK_VALUES / Math.max(Y.rows, 1))));
  const buffer = new Float64Array(height * Y.rows);
  for (let first = 0; first < X.rows; first += height) {
    const rows = Math.min(height, X.rows - first);
    const block = { data: X.data.subarray(first * columns, (first + rows) * columns), rows, columns };
    const data = buffer.subarray(0, rows * Y.rows);
    kernel(block, Y, data);
    visit({ data, rows, columns: Y.rows }, block, first);
  }
}

/** `k(X, Y) weights'`: one row of weights an output. */
export function kernelSums(kernel: Kernel, Y: Matrix, weights: Float64Array, outputs: number): Fill {
  return (X, out) =>
    visitKernelBlocks(X, Y, kernel, (values, { rows }, first) => {
      multiplyRows(values, weights, outputs, null, out.subarray(first * outputs, (first + rows) * outputs));
    });
}
