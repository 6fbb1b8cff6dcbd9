/**
 * Rows out of lines of CSV, with or without names in the first one, each cell as its column takes it. An empty cell
 * is a missing value. Refuses names that the model does not have or that are missing, and quotes that do not close.
 */
import type { ColumnKind, RowShape } from '@chamfer/sklearn';

/** What else NumPy and pandas write where a number should be. */
const NUMBER_WORDS: ReadonlyMap<string, number> = new Map([
  ['', Number.NaN],
  ['nan', Number.NaN],
  ['inf', Number.POSITIVE_INFINITY],
  ['-inf', Number.NEGATIVE_INFINITY],
  ['infinity', Number.POSITIVE_INFINITY],
  ['-infinity', Number.NEGATIVE_INFINITY],
]);
/** RFC 4180: a quoted cell may hold commas, line breaks and doubled quotes. */
const CELL = /(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))(?=,|$)/g;
const DECIMAL = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;
/** A quote that is never closed must not swallow a whole file. */
const CELL_LINES_MAX = 1_000;

type Cell = number | string | null;

export interface CsvRow {
  /** A cell that is no number where one should be stays the text it is. */
  readonly row: readonly Cell[];
  /** The line, from 1. */
  readonly index: number;
}

/** The columns are put into the order of the model where the first line holds names. */
export async function* csvRows(
  lines: AsyncIterable<string>,
  shape: Pick<RowShape, 'columnNames' | 'columnKinds' | 'rows'>,
): AsyncGenerator<CsvRow> {
  const { columnNames, columnKinds } = shape;
  const kindOf = (column: number): ColumnKind =>
    columnKinds?.[column] ?? {
      kind: shape.rows === 'numbers' ? 'number' : shape.rows === 'text' ? 'text' : 'any',
    };
  let header: readonly string[] | null = null;
  let order: readonly number[] | null = null;
  for await (const { text, index } of wholeLines(lines)) {
    if (text.trim() === '') continue;
    const cells = splitCells(text, index);
    if (index === 1 && isHeader(cells, kindOf)) {
      header = cells;
      order = columnNames === null ? null : orderOf(cells, columnNames, kindOf);
      continue;
    }
    if (header !== null && cells.length !== header.length) {
      throw new Error(`line ${index}: ${cells.length} values where line 1 has ${header.length} names`);
    }
    const ordered = order === null ? cells : order.map((column) => (column < 0 ? '' : cells[column]!));
    yield { row: ordered.map((cell, column) => readCell(cell, kindOf(column))), index };
  }
}

/** Lines, and those that a quoted cell holds together. */
async function* wholeLines(lines: AsyncIterable<string>): AsyncGenerator<{ text: string; index: number }> {
  let index = 0;
  let open: string[] = [];
  let isOpen = false;
  for await (const line of lines) {
    index++;
    if (line.includes('"') && (line.split('"').length - 1) % 2 === 1) isOpen = !isOpen;
    open.push(line);
    if (isOpen && open.length < CELL_LINES_MAX) continue;
    yield { text: open.length === 1 ? line : open.join('\n'), index: index - open.length + 1 };
    open = [];
    isOpen = false;
  }
  if (open.length > 0) yield { text: open.join('\n'), index: index - open.length + 1 };
}

/** Names, not values: a line of which no cell is a number, nor all of them known categories. */
function isHeader(cells: readonly string[], kindOf: (column: number) => ColumnKind): boolean {
  if (cells.some((cell) => typeof numberOrText(cell) === 'number')) return false;
  return !cells.every((cell, column) => kindOf(column).categories?.includes(cell) ?? false);
}

function readCell(cell: string, { kind, categories }: ColumnKind): Cell {
  const isText =
    kind === 'text' || (kind === 'category' && !categories?.every((one) => typeof one === 'number'));
  if (isText) return cell === '' ? null : cell;
  return kind !== 'number' && cell === '' ? null : numberOrText(cell);
}

function numberOrText(cell: string): number | string {
  const text = cell.trim();
  return DECIMAL.test(text) ? Number(text) : (NUMBER_WORDS.get(text.toLowerCase()) ?? cell);
}

/** Which column of the file each of the model's columns is; -1 for one that may be left out, and is. */
function orderOf(
  cells: readonly string[],
  columnNames: readonly string[],
  kindOf: (column: number) => ColumnKind,
): readonly number[] {
  const names = cells.map((cell) => cell.trim());
  const known = new Set(columnNames);
  names.forEach((name, column) => {
    if (!known.has(name)) throw new Error(`line 1: the model has no column ${JSON.stringify(name)}`);
    if (names.indexOf(name) < column) throw new Error(`line 1: column ${JSON.stringify(name)} stands twice`);
  });
  return columnNames.map((name, place) => {
    const column = names.indexOf(name);
    if (column < 0 && kindOf(place).kind !== 'unused') {
      throw new Error(`line 1: column ${JSON.stringify(name)} is missing`);
    }
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
