/** Says where a refused row stands in what a person gave: the line of a file, the case of a recording. */
import { SklearnError } from '@chamfer/sklearn';

/** What a row or a value of it was refused for, at its own place; every other error as it is. */
export function withPlace(
  error: unknown,
  placeOf: (row: number) => string,
  columnNames: readonly string[] | null,
): unknown {
  if (!(error instanceof SklearnError) || error.code !== 'INPUT_INVALID') return error;
  const { path = '', message } = error;
  const [, row, column, key] = /^inputs\[(\d+)\](?:\[(\d+)\]|\.(.*))?/.exec(path) ?? [];
  if (row === undefined) return error;
  const name = key ?? columnNames?.[Number(column)];
  const place = column === undefined ? '' : ` ${Number(column) + 1}`;
  const where =
    column === undefined && key === undefined
      ? ''
      : `, column${place}${name === undefined ? '' : ` (${name})`}`;
  const what = message.startsWith(path) ? message.slice(path.length).replace(/^,?\s*/, '') : message;
  return new Error(`${placeOf(Number(row))}${where}: ${what}`, { cause: error });
}
