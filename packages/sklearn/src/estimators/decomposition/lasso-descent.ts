/**
 * The lasso by coordinate descent, in the order and with the stopping rule of scikit-learn: until the duality gap is
 * small beside the row itself.
 */
import { dot } from '../linear-algebra.ts';
import type { EncodeRow } from './sparse-coding.ts';

/** Beside the squared norm of the row: from 1.8 on, and before. */
const TOLERANCE = 1e-8;
const FORMER_TOLERANCE = 1e-4;

interface Lasso {
  /** Products of the atoms with one another. */
  readonly gram: Float64Array;
  readonly size: number;
  readonly strength: number;
  readonly steps: number;
  readonly isPositive: boolean;
  /** Whether atoms that the gap rules out are left alone. */
  readonly screens: boolean;
}

/** What is known of one row while its code is found. */
interface Descent {
  readonly products: Float64Array;
  readonly squaredNorm: number;
  readonly code: Float64Array;
  /** The products of the atoms with what the code stands for. */
  readonly explained: Float64Array;
}

export function createLassoDescent(lasso: Lasso): EncodeRow {
  const { gram, size, screens, steps } = lasso;
  const tolerance = screens ? TOLERANCE : FORMER_TOLERANCE;
  const explained = new Float64Array(size);
  const atoms = new Int32Array(size);
  return (products, squaredNorm, code) => {
    const descent = { products, squaredNorm, code, explained };
    const gapMax = tolerance * squaredNorm;
    explained.fill(0);
    let count = 0;
    for (let j = 0; j < size; j++) if (gram[j * size + j] !== 0) atoms[count++] = j;
    if (screens) {
      const { gap, highest } = dualityGap(lasso, descent);
      if (gap >= 0 && gap <= gapMax) return;
      count = screen(lasso, descent, atoms, count, gap, highest);
    }
    for (let step = 0; step < steps; step++) {
      const { moved, largest } = sweep(lasso, descent, atoms, count);
      const share = moved / largest;
      const isSmall = screens ? share <= tolerance : share < tolerance;
      if (largest !== 0 && !isSmall && step !== steps - 1) continue;
      const { gap, highest } = dualityGap(lasso, descent);
      if (screens ? gap <= gapMax : gap < gapMax) break;
      if (screens) count = screen(lasso, descent, atoms, count, gap, highest);
    }
  };
}

/** Sets each coefficient to its best value for the others; says how far one moved, and how large one is. */
function sweep(
  { gram, size, strength, isPositive }: Lasso,
  { products, code, explained }: Descent,
  atoms: Int32Array,
  count: number,
): { readonly moved: number; readonly largest: number } {
  let moved = 0;
  let largest = 0;
  for (let at = 0; at < count; at++) {
    const j = atoms[at]!;
    const own = gram[j * size + j]!;
    const before = code[j]!;
    const left = products[j]! - explained[j]! + before * own;
    const after =
      isPositive && left < 0 ? 0 : (Math.sign(left) * Math.max(Math.abs(left) - strength, 0)) / own;
    code[j] = after;
    if (after !== before) addAtom(gram, size, j, after - before, explained);
    moved = Math.max(moved, Math.abs(after - before));
    largest = Math.max(largest, Math.abs(after));
  }
  return { moved, largest };
}

function addAtom(gram: Float64Array, size: number, j: number, factor: number, explained: Float64Array): void {
  for (let k = 0; k < size; k++) explained[k]! += factor * gram[j * size + k]!;
}

/** How far the code can be from the best one, and the highest product of an atom with what is left. */
function dualityGap(
  { strength, isPositive }: Lasso,
  { products, squaredNorm, code, explained }: Descent,
): { readonly gap: number; readonly highest: number } {
  const size = code.length;
  let highest = Number.NEGATIVE_INFINITY;
  let amounts = 0;
  for (let j = 0; j < size; j++) {
    const left = products[j]! - explained[j]!;
    highest = Math.max(highest, isPositive ? left : Math.abs(left));
    amounts += Math.abs(code[j]!);
  }
  const alongRow = dot(code, 0, products, 0, size);
  const left = squaredNorm + dot(code, 0, explained, 0, size) - 2 * alongRow;
  const scale = highest > strength ? strength / highest : 1;
  const primal = 0.5 * left + strength * amounts;
  const dual = -0.5 * scale * scale * left + scale * (squaredNorm - alongRow);
  return { gap: primal - dual, highest };
}

/** Keeps the atoms that can be in the best code; those that cannot lose their coefficient. */
function screen(
  { gram, size, strength }: Lasso,
  { products, code, explained }: Descent,
  atoms: Int32Array,
  count: number,
  gap: number,
  highest: number,
): number {
  if (strength === 0) return count;
  const radius = Math.sqrt(2 * Math.abs(gap)) / strength;
  const left = products.map((product, j) => product - explained[j]!);
  let kept = 0;
  for (let at = 0; at < count; at++) {
    const j = atoms[at]!;
    const distance = (1 - Math.abs(left[j]! / Math.max(strength, highest))) / Math.sqrt(gram[j * size + j]!);
    if (distance <= radius) {
      atoms[kept++] = j;
    } else if (code[j] !== 0) {
      addAtom(gram, size, j, -code[j]!, explained);
      code[j] = 0;
    }
  }
  return kept;
}
