import { expect, test } from 'vitest';
import { dot } from '../linear-algebra.ts';
import { createLeastAngle } from './least-angle.ts';

/** Atoms of three numbers: two are equal, one is zero, one depends on the others. */
const ATOMS = [
  [1, 0, 0],
  [1, 0, 0],
  [0, 0, 0],
  [0.6, 0.8, 0],
  [0, 1, 0],
];

function codeOf(row: readonly number[], isLasso: boolean): Float64Array {
  const flat = Float64Array.from(ATOMS.flat());
  const gram = new Float64Array(25);
  for (let i = 0; i < 25; i++) gram[i] = dot(flat, 3 * Math.floor(i / 5), flat, 3 * (i % 5), 3);
  const products = Float64Array.from(ATOMS, (atom) =>
    dot(Float64Array.from(atom), 0, Float64Array.from(row), 0, 3),
  );
  const code = new Float64Array(5);
  createLeastAngle({ gram, size: 5, columns: 3, lowest: 0, steps: 50, isLasso, isPositive: false })(
    products,
    0,
    code,
  );
  return code;
}

test.each([true, false])('ends where atoms are equal, zero or dependent (lasso: %s)', (isLasso) => {
  for (const row of [
    [3, 2, 1],
    [-1, 4, 0],
    [0, 0, 1],
  ]) {
    const code = codeOf(row, isLasso);
    expect(code.every(Number.isFinite)).toBe(true);
    const explained = [0, 1, 2].map((j) => ATOMS.reduce((sum, atom, k) => sum + code[k]! * atom[j]!, 0));
    const left = Math.hypot(row[0]! - explained[0]!, row[1]! - explained[1]!);
    expect(left).toBeLessThanOrEqual(Math.hypot(row[0]!, row[1]!));
  }
});
