/** Rows as callers send them, read as the model takes them. Refuses what is no list of rows, and what the model does not take. */
import { readRows } from '@chamfer/sklearn';
import { SiteError } from '../errors.ts';
import type { Matrix, RowShape } from './runtime-model.ts';
import { NumberRows } from './scan-call.ts';

/** Throws `INPUT_INVALID` with the path `inputs[row]`, `inputs[row][column]` or `inputs[row].name`. */
export function readCallRows(inputs: unknown, shape: RowShape): Matrix {
  if (inputs instanceof NumberRows) {
    const isFitting =
      shape.rows === 'numbers' && (shape.columns === null || shape.columns === inputs.columns);
    return isFitting ? inputs : readRows(inputs.nested(), shape);
  }
  if (!Array.isArray(inputs)) {
    const what = '"inputs" is no array; send an array of rows: [[1, 2], [3, 4]], or objects by column name.';
    throw new SiteError('INPUT_INVALID', what, { path: 'inputs' });
  }
  return readRows(inputs, shape);
}
