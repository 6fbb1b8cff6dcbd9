import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { encodeNpy, type RowShape } from '@chamfer/sklearn';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Batch, readBatches } from './read-batches.ts';

const SHAPE: RowShape = { rows: 'numbers', columns: 2, columnNames: ['a', 'b'], columnKinds: null };
const ROWS = [
  [1, 2],
  [3, 4.5],
];
const npy = Buffer.from(
  encodeNpy({ kind: 'ndarray', dtype: 'f8', shape: [2, 2], data: Float64Array.from(ROWS.flat()) }),
);
const FORMATS: readonly (readonly [name: string, content: string | Buffer])[] = [
  ['rows.csv', '1,2\n3,4.5\n'],
  ['named.csv', 'b,a\r\n2,1\r\n4.5,3'],
  ['rows.ndjson', '[1,2]\n\n{"b":4.5,"a":3}\n'],
  ['records.jsonl', '{"a":1,"b":2}\n{"b":4.5,"a":3}\n'],
  ['rows.json', '[ [1, 2],\n [3, 4.5] ]'],
  ['inputs.json', '{\n"inputs": [{"a": 1, "b": 2}, [3, 4.5]]}'],
  ['rows.npy', npy],
];
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'batches-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function read(
  input: string,
  standardInput = Readable.from([]),
  shape = SHAPE,
  joinsRows = false,
): Promise<Batch[]> {
  const batches: Batch[] = [];
  const { signal } = new AbortController();
  const options = { shape, joinsRows, signal, standardInput };
  for await (const batch of readBatches(input, options)) batches.push(batch);
  return batches;
}

describe('readBatches', () => {
  test.each(FORMATS)('%s, from a file and from standard input in any pieces', async (name, content) => {
    const file = join(folder, name);
    writeFileSync(file, content);
    const bytes = Buffer.from(content);
    const pieces = Array.from(bytes, (byte) => Buffer.of(byte));
    for (const batches of [
      await read(file),
      await read('-', Readable.from([bytes])),
      await read('-', Readable.from(pieces)),
    ]) {
      expect(batches.map(({ X }) => X)).toEqual([
        { rows: 2, columns: 2, data: Float64Array.from(ROWS.flat()) },
      ]);
    }
  });

  test('rows that the model looks at together are one batch', async () => {
    const lines = Array.from({ length: 5_000 }, (_, i) => `${i},0`).join('\n');
    const batches = await read('-', Readable.from([Buffer.from(`a,b\n${lines}`)]), SHAPE, true);
    expect(batches.map(({ X }) => X.rows)).toEqual([5_000]);
    const file = join(folder, 'many.npy');
    const data = new Float64Array(10_000);
    writeFileSync(file, encodeNpy({ kind: 'ndarray', dtype: 'f8', shape: [5_000, 2], data }));
    expect((await read(file, Readable.from([]), SHAPE, true)).map(({ X }) => X.rows)).toEqual([5_000]);
  });

  test('many rows come in batches that know their places', async () => {
    const lines = Array.from({ length: 10_000 }, (_, i) => `${i},0`).join('\n');
    const batches = await read('-', Readable.from([Buffer.from(`a,b\n${lines}`)]));
    expect(batches.map(({ X }) => X.rows)).toEqual([4_096, 4_096, 1_808]);
    expect(batches[1]!.X.data[0]).toBe(4_096);
    expect(batches[1]!.place(0)).toBe('line 4098');
    const wide = Buffer.from(JSON.stringify(Array.from({ length: 6 }, () => new Array(500_000).fill(0))));
    const any: RowShape = { rows: 'numbers', columns: null, columnNames: null, columnKinds: null };
    expect((await read('-', Readable.from([wide]), any)).map(({ X }) => X.rows)).toEqual([3, 3]);
  });

  test.each([
    ['[[1, 2]', 'the input is no JSON'],
    ['{"inputs": 5}', 'the input must be a list of rows'],
    ['[[1, 2], [3, "x"]]', 'row 2, column 2 (b): is the text "x"; send a number'],
    ['[1, 2]\n[1, 2', 'line 2 is no JSON'],
    ['1,2\n1,x', 'line 2, column 2 (b): is the text "x"; send a number'],
    ['1,2\n1', 'line 2: has 1 value; this model takes 2'],
  ])('%j is refused by its place', async (text, message) => {
    await expect(read('-', Readable.from([Buffer.from(text)]))).rejects.toThrow(message);
  });

  test('what is no table of numbers', async () => {
    const file = join(folder, 'vector.npy');
    writeFileSync(file, encodeNpy({ kind: 'ndarray', dtype: 'f8', shape: [2], data: new Float64Array(2) }));
    await expect(read(file)).rejects.toThrow('f8 of shape (2)');
    await expect(read('rows.xlsx')).rejects.toThrow('rows are read from .json');
    expect(await read('-')).toEqual([]);
  });
});
