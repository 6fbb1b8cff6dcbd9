/** Values of rows that are objects by name, as the vectorizers of such rows take them. Refuses all others by place. */
import { SklearnError } from '../../errors.ts';
import type { Cell } from '../../model.ts';
import { describeCell } from '../../table.ts';

/** An object by name. */
export function recordOf(cell: Cell, path: string): ReadonlyMap<string, Cell> {
  if (cell instanceof Map) return cell as ReadonlyMap<string, Cell>;
  throw wrongCell(cell, path, 'an object by name');
}

export function numberOf(cell: Cell, path: string): number {
  if (typeof cell === 'number' || typeof cell === 'boolean') return Number(cell);
  throw wrongCell(cell, path, 'a number or a text');
}

export function wrongCell(cell: Cell, path: string, expected: string): SklearnError {
  const what = `${path} is ${describeCell(cell)}, where ${expected} is needed.`;
  return new SklearnError('INPUT_INVALID', what, { path });
}
