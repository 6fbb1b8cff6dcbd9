import { expect, test } from 'vitest';
import { exponentiate } from './exponential.ts';
import { squaredDistance, squaredDistances } from './squared-distances.ts';

test('is the exponential function, to the last digits', () => {
  const inputs = Float64Array.from(
    { length: 40_001 },
    (_, i) => (i - 20_000) / 20_000 ** (i % 3 === 0 ? 1 : 0.62),
  );
  const values = inputs.slice();
  exponentiate(values, 0.9);
  let worst = 0;
  for (const [i, x] of inputs.entries())
    worst = Math.max(worst, Math.abs(values[i]! / Math.exp(0.9 * x) - 1));
  expect(worst).toBeLessThan(5e-16);
});

test('keeps what is not ordinary', () => {
  const values = Float64Array.of(
    0,
    -0,
    800,
    -720,
    -800,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  );
  const expected = Array.from(values, Math.exp);
  exponentiate(values, 1);
  expect([...values]).toEqual(expected);
});

test('distances of every block size are the plain sums, to the last bit', () => {
  const numbers = (length: number): Float64Array =>
    Float64Array.from({ length }, (_, i) => Math.sin(i * 12.9898) * 43);
  for (const rows of [1, 2, 3]) {
    for (const others of [1, 4, 7]) {
      const X = { data: numbers(rows * 5), rows, columns: 5 };
      const Y = { data: numbers(others * 5 + 1).subarray(1), rows: others, columns: 5 };
      const out = new Float64Array(rows * others);
      squaredDistances(X, Y, out);
      const plain = out.map((_, at) =>
        squaredDistance(X.data, Math.floor(at / others) * 5, Y.data, (at % others) * 5, 5),
      );
      expect(out).toEqual(plain);
    }
  }
});
