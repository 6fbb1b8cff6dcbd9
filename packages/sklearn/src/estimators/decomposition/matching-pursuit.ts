/** Orthogonal matching pursuit: the atom that explains most of what is left, one after another. */
import { dot } from '../linear-algebra.ts';
import { solveCholesky, solveLower, type Triangle } from '../triangular.ts';
import type { EncodeRow } from './sparse-coding.ts';

/** `gram` holds the products of `size` atoms with one another, of which `count` are chosen. */
export function createMatchingPursuit(gram: Float64Array, size: number, count: number): EncodeRow {
  const lower: Triangle = { data: new Float64Array(count * count), stride: count };
  const order = new Int32Array(size);
  const left = new Float64Array(size);
  const weights = new Float64Array(count);
  return (products, _, code) => {
    for (let k = 0; k < size; k++) order[k] = k;
    left.set(products);
    let chosen = 0;
    while (chosen < count) {
      const next = largest(left, order);
      const worth = left[order[next]!]!;
      // The same atom again, or one that explains nothing.
      if (next < chosen || worth * worth < Number.EPSILON) break;
      if (!extend(lower, gram, order, chosen, next)) break;
      [order[chosen], order[next]] = [order[next]!, order[chosen]!];
      chosen++;
      for (let k = 0; k < chosen; k++) weights[k] = products[order[k]!]!;
      solveCholesky(lower, chosen, weights);
      for (let j = 0; j < size; j++) {
        let explained = 0;
        for (let k = 0; k < chosen; k++) explained += gram[order[k]! * size + j]! * weights[k]!;
        left[j] = products[j]! - explained;
      }
    }
    for (let k = 0; k < chosen; k++) code[order[k]!] = weights[k]!;
  };
}

/** The first place in `order` with the largest amount. */
function largest(values: Float64Array, order: Int32Array): number {
  let best = 0;
  for (let k = 1; k < order.length; k++) {
    if (Math.abs(values[order[k]!]!) > Math.abs(values[order[best]!]!)) best = k;
  }
  return best;
}

/** Adds one atom to the Cholesky decomposition; false where it depends on those that are there. */
function extend(
  lower: Triangle,
  gram: Float64Array,
  order: Int32Array,
  chosen: number,
  next: number,
): boolean {
  const { data, stride } = lower;
  const size = order.length;
  const start = chosen * stride;
  const atom = order[next]! * size;
  for (let k = 0; k < chosen; k++) data[start + k] = gram[atom + order[k]!]!;
  solveLower(lower, chosen, data, start);
  const rest = gram[atom + order[next]!]! - dot(data, start, data, start, chosen);
  if (chosen > 0 && rest <= Number.EPSILON) return false;
  data[start + chosen] = Math.sqrt(rest);
  return true;
}
