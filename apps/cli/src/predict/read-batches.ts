/**
 * Rows out of a file or standard input, in batches: CSV and JSON lines as they arrive, JSON and .npy whole.
 * Refuses values that the model does not take, with the line or row and the column.
 */
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { addAbortSignal, type Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { type Matrix, type RowShape, readNpy, readRows } from '@chamfer/sklearn';
import { csvRows } from './csv-rows.ts';
import { readLines } from './read-lines.ts';
import { withPlace } from './row-place.ts';

/** Enough for the arithmetic to dominate, few enough for progress and Ctrl-C to be felt. */
const BATCH_ROWS = 4_096;
const BATCH_NUMBERS_MAX = 2 ** 20;

/** Where the format of standard input must have shown itself. */
const BEGINNING_BYTES_MAX = 4_096;
/** A list of rows, or an object that has them; a line of JSON begins with one row. */
const JSON_DOCUMENT = /^\s*(\[\s*[[{]|\{\s*"inputs")/;
const UNDECIDED = /^(\s*(\[\s*|\{\s*("\w*)?)?|\x93[A-Z]{0,4})$/;

export interface Batch {
  readonly X: Matrix;
  /** Names a row of the batch in messages. */
  readonly place: (row: number) => string;
  /** All rows there will be, where that is known. */
  readonly total: number | null;
}

/** Which rows are read. */
interface Reading {
  readonly shape: RowShape;
  /** Whether the model looks at all rows together: then they are one batch. */
  readonly joinsRows: boolean;
}

export interface InputOptions extends Reading {
  readonly signal: AbortSignal;
  readonly standardInput: Readable & { readonly isTTY?: boolean };
}

/** `input` is a path, or `-` for standard input, whose format is told by how it begins. */
export async function* readBatches(input: string, options: InputOptions): AsyncGenerator<Batch> {
  const { signal } = options;
  if (input === '-') {
    yield* readStandardInput(options);
    return;
  }
  switch (extname(input).toLowerCase()) {
    case '.csv':
      yield* csvBatches(openFile(input, signal), options);
      break;
    case '.ndjson':
    case '.jsonl':
      yield* lineBatches(openFile(input, signal), options);
      break;
    case '.json':
      yield* documentBatches(await readFile(input, { signal }), options);
      break;
    case '.npy':
      yield* npyBatches(await readFile(input, { signal }), options);
      break;
    default:
      throw new Error(`${input}: rows are read from .json, .ndjson, .jsonl, .csv and .npy`);
  }
}

function openFile(path: string, signal: AbortSignal): AsyncIterable<Uint8Array> {
  return createReadStream(path, { signal, highWaterMark: 2 ** 18 });
}

async function* readStandardInput(options: InputOptions): AsyncGenerator<Batch> {
  const { signal, standardInput } = options;
  if (standardInput.isTTY === true) throw new Error('name a file of rows with --input, or pipe the rows in');
  const chunks: AsyncIterator<Buffer> = addAbortSignal(signal, standardInput)[Symbol.asyncIterator]();
  let beginning = Buffer.alloc(0);
  while (beginning.length < BEGINNING_BYTES_MAX && UNDECIDED.test(beginning.toString('latin1'))) {
    const { done, value } = await chunks.next();
    if (done === true) break;
    beginning = Buffer.concat([beginning, value]);
  }
  const whole = async function* (): AsyncGenerator<Uint8Array> {
    yield beginning;
    yield* { [Symbol.asyncIterator]: () => chunks };
  };
  const text = beginning.subarray(0, BEGINNING_BYTES_MAX).toString('latin1');
  if (JSON_DOCUMENT.test(text)) yield* documentBatches(await buffer(whole()), options);
  else if (/^\s*[[{]/.test(text) || isTextLine(text, options.shape)) yield* lineBatches(whole(), options);
  else if (text.startsWith('\x93NUMPY')) yield* npyBatches(await buffer(whole()), options);
  else yield* csvBatches(whole(), options);
}

/** One text or label of JSON, where a row is that; elsewhere a quoted cell of CSV begins like it. */
function isTextLine(text: string, { rows }: RowShape): boolean {
  return (rows === 'text' || rows === 'label') && /^\s*"(?:[^"\\\n]|\\.)*"\s*(?:\n|$)/.test(text);
}

/** Collects rows, each with its place, into batches. */
async function* batchesOf(
  rows: AsyncIterable<{ readonly row: unknown; readonly index: number }>,
  { shape, joinsRows }: Reading,
  placeOf: (index: number) => string,
  total: number | null,
): AsyncGenerator<Batch> {
  let given: unknown[] = [];
  let indices: number[] = [];
  let { columns } = shape;
  const batch = (): Batch => {
    const own = indices;
    const place = (row: number): string => placeOf(own[row]!);
    const X = readPlaced(given, { ...shape, columns }, place);
    // Where any width will do the first row decides, for later batches too.
    columns ??= X.columns;
    given = [];
    indices = [];
    return { X, place, total };
  };
  for await (const { row, index } of rows) {
    given.push(row);
    indices.push(index);
    const size = given.length * (columns ?? (Array.isArray(row) ? row.length : 1));
    if (joinsRows) continue;
    if (given.length === BATCH_ROWS || size >= BATCH_NUMBERS_MAX) yield batch();
  }
  if (given.length > 0) yield batch();
}

function readPlaced(given: readonly unknown[], shape: RowShape, place: (row: number) => string): Matrix {
  try {
    return readRows(given, shape);
  } catch (error) {
    throw withPlace(error, place, shape.columnNames);
  }
}

/** One row of JSON a line; empty lines are passed over. */
function lineBatches(chunks: AsyncIterable<Uint8Array>, reading: Reading): AsyncGenerator<Batch> {
  const rows = async function* () {
    let index = 0;
    for await (const line of readLines(chunks)) {
      index++;
      if (line.trim() !== '') yield { row: parseJson(line, `line ${index}`), index };
    }
  };
  return batchesOf(rows(), reading, (index) => `line ${index}`, null);
}

/** A list of rows, or an object that has it as `inputs`, as a site takes it. */
function documentBatches(bytes: Buffer, reading: Reading): AsyncGenerator<Batch> {
  const document = parseJson(bytes.toString('utf8'), 'the input');
  const list =
    typeof document === 'object' && document !== null && 'inputs' in document ? document.inputs : document;
  if (!Array.isArray(list)) throw new Error('the input must be a list of rows: [[1, 2], [3, 4]]');
  const rows = async function* () {
    for (let index = 0; index < list.length; index++) yield { row: list[index] as unknown, index };
  };
  return batchesOf(rows(), reading, (index) => `row ${index + 1}`, list.length);
}

function csvBatches(chunks: AsyncIterable<Uint8Array>, reading: Reading): AsyncGenerator<Batch> {
  return batchesOf(csvRows(readLines(chunks), reading.shape), reading, (index) => `line ${index}`, null);
}

function parseJson(text: string, place: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${place} is no JSON: ${(error as Error).message}`);
  }
}

async function* npyBatches(bytes: Uint8Array, { joinsRows }: Reading): AsyncGenerator<Batch> {
  const { shape, data, dtype } = readNpy(bytes);
  const [rows, columns] = shape;
  if (rows === undefined || columns === undefined || shape.length !== 2 || !/^[fiub]\d/.test(dtype)) {
    throw new Error(
      `the .npy holds ${dtype} of shape (${shape.join(', ')}); save numbers with two dimensions`,
    );
  }
  const numbers = data as ArrayLike<number | bigint>;
  const batchRows = joinsRows
    ? Math.max(1, rows)
    : Math.max(1, Math.min(BATCH_ROWS, Math.floor(BATCH_NUMBERS_MAX / Math.max(1, columns))));
  for (let start = 0; start < rows; start += batchRows) {
    const count = Math.min(batchRows, rows - start);
    const part = new Float64Array(count * columns);
    for (let i = 0; i < part.length; i++) part[i] = Number(numbers[start * columns + i]!);
    yield { X: { data: part, rows: count, columns }, place: (row) => `row ${start + row + 1}`, total: rows };
  }
}
