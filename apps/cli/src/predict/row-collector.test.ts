import { describe, expect, test } from 'vitest';
import { RowCollector } from './row-collector.ts';

const NAMED = { columns: 2, columnNames: ['age', 'size'] };

describe('RowCollector', () => {
  test('collects lists, records and scalars into one matrix, and begins anew', () => {
    const collector = new RowCollector(NAMED);
    collector.add([1, null], 'row 1');
    collector.add({ size: '-Infinity', age: 3 }, 'row 2');
    expect([collector.rows, collector.size]).toEqual([2, 4]);
    expect(collector.take()).toEqual({
      rows: 2,
      columns: 2,
      data: Float64Array.of(1, Number.NaN, 3, -Infinity),
    });
    expect(collector.take().rows).toBe(0);
    const scalars = new RowCollector({ columns: 1, columnNames: null });
    for (let i = 0; i < 1_000; i++) scalars.add(i, `row ${i}`);
    expect(scalars.take().data[999]).toBe(999);
  });

  test('where any width will do the first row decides, for later batches too', () => {
    const collector = new RowCollector({ columns: null, columnNames: null });
    collector.add([1, 2, 3], 'row 1');
    collector.take();
    expect(() => collector.add([1, 2], 'row 2')).toThrow('row 2: 2 values where the first row has 3');
  });

  test.each([
    [[1], 'here: 1 value where the model takes 2'],
    [[], 'here: 0 values where the model takes 2'],
    [['5', 1], 'here, column 1 (age): "5" is no number'],
    [[1, true], 'here, column 2 (size): true is no number'],
    [[1, [2]], 'here, column 2 (size): [2] is no number'],
    [{ age: 1 }, 'here: column "size" is missing'],
    [{ age: 1, size: 2, colour: 3 }, 'here: the model has no column "colour"'],
    [JSON.parse('{"__proto__": 1, "age": 1, "size": 1}'), 'here: the model has no column "__proto__"'],
  ])('%j is refused by its place', (row, message) => {
    expect(() => new RowCollector(NAMED).add(row, 'here')).toThrow(message);
  });

  test('an object needs names', () => {
    const collector = new RowCollector({ columns: 1, columnNames: null });
    expect(() => collector.add({ age: 1 }, 'row 1')).toThrow('row 1: an object needs column names');
  });
});
