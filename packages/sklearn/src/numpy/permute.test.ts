/** Every order of the axes, against indices computed one by one. */
import { expect, test } from 'vitest';
import { cStrides, fortranStrides, isCOrder, permute } from './permute.ts';

test('strides', () => {
  expect(cStrides([2, 3, 4])).toEqual([12, 4, 1]);
  expect(fortranStrides([2, 3, 4])).toEqual([1, 2, 6]);
  expect(cStrides([])).toEqual([]);
});

test('axes of length 1 and empty arrays have no order', () => {
  expect(isCOrder([3, 1], fortranStrides([3, 1]))).toBe(true);
  expect(isCOrder([0, 5], [1, 1])).toBe(true);
  expect(isCOrder([2, 3], fortranStrides([2, 3]))).toBe(false);
});

test.each([
  [[6], [1]],
  [
    [2, 3],
    [1, 2],
  ],
  [
    [2, 3, 4],
    [1, 2, 6],
  ],
  [
    [3, 2, 4],
    [4, 12, 1],
  ],
  [
    [2, 2, 2, 3],
    [3, 12, 6, 1],
  ],
  [
    [1, 1],
    [1, 1],
  ],
])('shape %j with strides %j', (shape, strides) => {
  const count = shape.reduce((product, length) => product * length, 1);
  const source = Float64Array.from({ length: count }, (_, i) => i);
  const target = new Float64Array(count);
  permute(source, target, shape, strides);
  const steps = cStrides(shape);
  for (let out = 0; out < count; out++) {
    const from = steps.reduce(
      (sum, step, axis) => sum + (Math.floor(out / step) % shape[axis]!) * strides[axis]!,
      0,
    );
    expect(target[out]).toBe(source[from]);
  }
});

test('no axes and no elements', () => {
  const one = [0];
  permute([7], one, [], []);
  expect(one).toEqual([7]);
  expect(() => permute([], [], [0, 3], [1, 0])).not.toThrow();
});
