/** Rows as callers send them, checked and copied once into a dense matrix. Refuses anything but finite numbers. */

import { SiteError } from '../errors.ts';
import type { Matrix } from './runtime-model.ts';

/** `columns` is the model's width, or null where it takes any: then the first row decides. */
export function readRows(inputs: unknown, columns: number | null): Matrix {
  if (!Array.isArray(inputs)) {
    throw refuse('inputs', `"inputs" is ${kindOf(inputs)}; send an array of rows, each an array of numbers.`);
  }
  const rows = inputs.length;
  if (rows === 0) throw refuse('inputs', '"inputs" holds no rows; send at least one.');
  const first: unknown = inputs[0];
  const width = columns ?? (Array.isArray(first) ? first.length : 0);
  const data = new Float64Array(rows * width);
  for (let row = 0; row < rows; row++) {
    const values: unknown = inputs[row];
    if (!Array.isArray(values) || values.length !== width || width === 0) {
      throw refuseRow(values, row, width, columns === null);
    }
    // Zero times a finite number is zero, times infinity NaN: one check a row instead of one a number.
    let probe = 0;
    const start = row * width;
    for (let column = 0; column < width; column++) {
      const value: unknown = values[column];
      if (typeof value !== 'number') throw refuseValue(value, row, column);
      probe += value * 0;
      data[start + column] = value;
    }
    if (probe !== 0) throw refuseInfinity(values as number[], row);
  }
  return { data, rows, columns: width };
}

function refuse(path: string, what: string): SiteError {
  return new SiteError('INPUT_INVALID', what, { path });
}

function refuseRow(values: unknown, row: number, width: number, isRagged: boolean): SiteError {
  const path = `inputs[${row}]`;
  if (!Array.isArray(values)) {
    return refuse(
      path,
      `Row ${row} is ${kindOf(values)}; send an array of numbers for each row: [[1, 2], [3, 4]].`,
    );
  }
  if (values.length === 0) return refuse(path, `Row ${row} is empty.`);
  const count = `${values.length} ${values.length === 1 ? 'value' : 'values'}`;
  return isRagged
    ? refuse(path, `Row ${row} has ${count}, the rows before it have ${width}; all rows need the same width.`)
    : refuse(path, `Row ${row} has ${count}; this model takes ${width}.`);
}

function refuseValue(value: unknown, row: number, column: number): SiteError {
  return refuse(
    `inputs[${row}][${column}]`,
    `Row ${row}, column ${column} is ${kindOf(value)}; send a number.`,
  );
}

function refuseInfinity(values: readonly number[], row: number): SiteError {
  const column = values.findIndex((value) => !Number.isFinite(value));
  const what = `Row ${row}, column ${column} is too large for a 64-bit floating-point number.`;
  return refuse(`inputs[${row}][${column}]`, what);
}

/** What stands there, as a person would say it; long strings are cut. */
function kindOf(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return `the number ${value}`;
  if (typeof value === 'string') {
    return `the string ${JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}...` : value)}`;
  }
  return Array.isArray(value) ? 'an array' : 'an object';
}
