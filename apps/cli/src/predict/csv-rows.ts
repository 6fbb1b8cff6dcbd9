/**
 * Rows of numbers out of lines of CSV, with or without names in the first one. An empty cell is a missing value.
 * Refuses names that the model does not have or that are missing, and quotes that do not close.
 */

/** What else NumPy and pandas write where a number should be. */
const NUMBER_WORDS: ReadonlyMap<string, number> = new Map([
  ['', Number.NaN],
  ['nan', Number.NaN],
  ['inf', Number.POSITIVE_INFINITY],
  ['-inf', Number.NEGATIVE_INFINITY],
  ['infinity', Number.POSITIVE_INFINITY],
  ['-infinity', Number.NEGATIVE_INFINITY],
]);
/** Of RFC 4180 all but line breaks inside of quotes, which numbers and names do not have. */
const CELL = /(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))(?=,|$)/g;
const DECIMAL = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;

export interface CsvRow {
  /** A cell that is no number stays the text it is. */
  readonly row: readonly (number | string)[];
  /** The line, from 1. */
  readonly index: number;
}

/** `columnNames`: the model's, into whose order the columns are put where the first line holds names. */
export async function* csvRows(
  lines: AsyncIterable<string>,
  columnNames: readonly string[] | null,
): AsyncGenerator<CsvRow> {
  let index = 0;
  let header: readonly string[] | null = null;
  let order: readonly number[] | null = null;
  for await (const line of lines) {
    index++;
    if (line.trim() === '') continue;
    const cells = splitCells(line, index);
    if (index === 1 && isHeader(cells)) {
      header = cells;
      order = columnNames === null ? null : orderOf(cells, columnNames);
      continue;
    }
    if (header !== null && cells.length !== header.length) {
      throw new Error(`line ${index}: ${cells.length} values where line 1 has ${header.length} names`);
    }
    const row = cells.map(numberOrText);
    yield { row: order === null ? row : order.map((column) => row[column]!), index };
  }
}

/** Names, not numbers: a line of which no cell is one. */
function isHeader(cells: readonly string[]): boolean {
  return cells.every((cell) => typeof numberOrText(cell) === 'string');
}

function numberOrText(cell: string): number | string {
  const text = cell.trim();
  return DECIMAL.test(text) ? Number(text) : (NUMBER_WORDS.get(text.toLowerCase()) ?? cell);
}

/** Which column of the file each of the model's columns is. */
function orderOf(cells: readonly string[], columnNames: readonly string[]): readonly number[] {
  const names = cells.map((cell) => cell.trim());
  const known = new Set(columnNames);
  names.forEach((name, column) => {
    if (!known.has(name)) throw new Error(`line 1: the model has no column ${JSON.stringify(name)}`);
    if (names.indexOf(name) < column) throw new Error(`line 1: column ${JSON.stringify(name)} stands twice`);
  });
  return columnNames.map((name) => {
    const column = names.indexOf(name);
    if (column < 0) throw new Error(`line 1: column ${JSON.stringify(name)} is missing`);
    return column;
  });
}

function splitCells(line: string, index: number): string[] {
  if (!line.includes('"')) return line.split(',');
  const cells = [...line.matchAll(CELL)];
  const length = cells.reduce((sum, [whole]) => sum + whole.length, 0);
  if (length !== line.length) throw new Error(`line ${index}: the quotation marks do not match`);
  return cells.map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain!);
}
