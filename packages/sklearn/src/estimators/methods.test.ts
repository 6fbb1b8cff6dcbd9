import { expect, test } from 'vitest';
import { freeNumbers } from '../free-numbers.ts';
import { asMatrix, freeBetween, numbersPerRow } from './methods.ts';

const X = { data: new Float64Array(8_000).fill(2), rows: 1_000, columns: 8 };
const double = numbersPerRow(8, ({ data }, out) => out.set(data.map((value) => 2 * value)));

test('between two steps only what is surely nobody else’s is freed', () => {
  const answer = () => asMatrix(double.run(X));
  const numbers = (data: Float64Array) => ({ kind: 'numbers', data, shape: [1], integer: false }) as const;
  const freed = answer();
  freeBetween(double, freed, numbers(new Float64Array(1)));
  expect(freed.data).toHaveLength(0);
  const read = answer();
  freeBetween(double, read, { kind: 'labels', values: ['a'], shape: [1] });
  expect(read.data).toHaveLength(0);
  const passedOn = answer();
  freeBetween(double, passedOn, numbers(passedOn.data.subarray(1)));
  expect(passedOn.data).toHaveLength(8_000);
  const listed = answer();
  freeBetween(double, listed, { kind: 'list', items: [numbers(listed.data)] });
  expect(listed.data).toHaveLength(8_000);
  // A method that answers with what is not its own.
  freeBetween({ ...double, run: () => numbers(X.data) }, X, numbers(new Float64Array(1)));
  expect(X.data).toHaveLength(8_000);
});

test('parts of larger memory are left alone, and what is small', () => {
  const whole = new Float64Array(10_000);
  freeNumbers(whole.subarray(1));
  expect(whole).toHaveLength(10_000);
  const small = new Float64Array(10);
  freeNumbers(small);
  expect(small).toHaveLength(10);
  freeNumbers(whole);
  expect(whole).toHaveLength(0);
});
