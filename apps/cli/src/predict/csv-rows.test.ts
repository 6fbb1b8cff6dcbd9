import { describe, expect, test } from 'vitest';
import { csvRows } from './csv-rows.ts';

async function rows(text: string, columnNames: readonly string[] | null = null): Promise<unknown[]> {
  const lines = async function* () {
    yield* text.split('\n');
  };
  const found: unknown[] = [];
  const shape = { rows: 'numbers' as const, columnNames, columnKinds: null };
  for await (const { row } of csvRows(lines(), shape)) found.push(row);
  return found;
}

describe('csvRows', () => {
  test('reads numbers as NumPy and pandas write them', async () => {
    expect(await rows('1,-2.5,+3e-2\n .5 ,1.,1E5')).toEqual([
      [1, -2.5, 0.03],
      [0.5, 1, 1e5],
    ]);
    expect(await rows(',nan,NaN,inf,-inf,Infinity')).toEqual([
      [Number.NaN, Number.NaN, Number.NaN, Infinity, -Infinity, Infinity],
    ]);
  });

  test('passes over a header and empty lines', async () => {
    expect(await rows('a,b\n\n1,2\n')).toEqual([[1, 2]]);
  });

  test('puts named columns into the order of the model', async () => {
    expect(await rows('"b ""2""",a\n1,2', ['a', 'b "2"'])).toEqual([[2, 1]]);
  });

  test('leaves what is no number as it is, hexadecimal too', async () => {
    expect(await rows('1,steel\n0x10,1_000')).toEqual([
      [1, 'steel'],
      ['0x10', '1_000'],
    ]);
  });

  test('a table: text stays text, empty cells are missing, a quoted cell may hold line breaks', async () => {
    const lines = async function* () {
      yield* 'note,material,mass\n"two\nlines, ""quoted""",007,1.5\n,,\nplain,steel,NaN'.split('\n');
    };
    const found: unknown[] = [];
    const shape = {
      rows: 'table' as const,
      columnNames: ['material', 'mass', 'note', 'number'],
      columnKinds: [
        { kind: 'category' as const, categories: ['steel', '007'] },
        { kind: 'number' as const },
        { kind: 'any' as const },
        { kind: 'unused' as const },
      ],
    };
    for await (const { row, index } of csvRows(lines(), shape)) found.push([index, row]);
    expect(found).toEqual([
      [2, ['007', 1.5, 'two\nlines, "quoted"', null]],
      [4, [null, Number.NaN, null, null]],
      [5, ['steel', Number.NaN, 'plain', null]],
    ]);
  });

  test.each([
    ['a,c\n1,2', 'line 1: the model has no column "c"'],
    ['a\n1', 'line 1: column "b" is missing'],
    ['a,b,a\n1,2,3', 'line 1: column "a" stands twice'],
    ['a,b\n1,2\n1,2,3', 'line 3: 3 values where line 1 has 2 names'],
    ['1,"2', 'line 1: the quotation marks do not match'],
  ])('%j is refused', async (text, message) => {
    await expect(rows(text, ['a', 'b'])).rejects.toThrow(message);
  });
});
