import { describe, expect, test } from 'vitest';
import { csvRows } from './csv-rows.ts';

async function rows(text: string, columnNames: readonly string[] | null = null): Promise<unknown[]> {
  const lines = async function* () {
    yield* text.split('\n');
  };
  const found: unknown[] = [];
  for await (const { row } of csvRows(lines(), columnNames)) found.push(row);
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
