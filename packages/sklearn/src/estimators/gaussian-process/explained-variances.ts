/**
 * What the training rows explain of the variance of others: the squared length of v, where L v = scales * k for the
 * lower triangle L. A block of columns at a time, so that nearly all of it is products of matrices.
 */
import type { Matrix } from '../../model.ts';
import { multiplyRows } from '../linear-algebra.ts';

/** Columns of a block. Inside it, v is the product with the inverse of L's block on the diagonal. */
const BLOCK = 64;

/** For each row of `values`, which are kernels with the training rows, its explained variance. */
export type ExplainedVariances = (values: Matrix, out: Float64Array) => void;

interface Block {
  readonly first: number;
  readonly size: number;
  /** Parts of L in these rows: one for each block of columns before. */
  readonly before: readonly Float64Array[];
  readonly inverse: Float64Array;
}

export function explainedVariances(triangle: Float64Array, scales: Float64Array): ExplainedVariances {
  const count = scales.length;
  const blocks = splitTriangle(triangle, count);
  return ({ data, rows }, out) => {
    out.fill(0);
    const solved: Float64Array[] = [];
    const product = new Float64Array(rows * BLOCK);
    for (const { first, size, before, inverse } of blocks) {
      const rest = new Float64Array(rows * size);
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < size; j++) rest[i * size + j] = scales[first + j]! * data[i * count + first + j]!;
      }
      for (const [b, part] of before.entries()) {
        const known = { data: solved[b]!, rows, columns: BLOCK };
        const products = product.subarray(0, rows * size);
        multiplyRows(known, part, size, null, products);
        for (let i = 0; i < products.length; i++) rest[i]! -= products[i]!;
      }
      const values = new Float64Array(rows * size);
      multiplyRows({ data: rest, rows, columns: size }, inverse, size, null, values);
      for (let i = 0; i < rows; i++) {
        let sum = 0;
        for (let j = i * size; j < (i + 1) * size; j++) sum += values[j]! * values[j]!;
        out[i]! += sum;
      }
      solved.push(values);
    }
  };
}

function splitTriangle(triangle: Float64Array, count: number): Block[] {
  const blocks: Block[] = [];
  for (let first = 0; first < count; first += BLOCK) {
    const size = Math.min(BLOCK, count - first);
    const part = (column: number, width: number): Float64Array => {
      const out = new Float64Array(size * width);
      for (let i = 0; i < size; i++) {
        for (let j = 0; j < width; j++) out[i * width + j] = triangle[(first + i) * count + column + j]!;
      }
      return out;
    };
    const before = blocks.map((block) => part(block.first, block.size));
    blocks.push({ first, size, before, inverse: invertLower(part(first, size), size) });
  }
  return blocks;
}

/** The inverse of a lower triangle; what stands above its diagonal is not looked at. */
function invertLower(lower: Float64Array, size: number): Float64Array {
  const inverse = new Float64Array(size * size);
  for (let j = 0; j < size; j++) {
    for (let i = j; i < size; i++) {
      let value = i === j ? 1 : 0;
      for (let k = j; k < i; k++) value -= lower[i * size + k]! * inverse[k * size + j]!;
      inverse[i * size + j] = value / lower[i * size + i]!;
    }
  }
  return inverse;
}
