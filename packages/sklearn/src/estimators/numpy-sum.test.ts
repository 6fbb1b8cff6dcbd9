import { expect, test } from 'vitest';
import { numpySum } from './numpy-sum.ts';

/** What `numpy.sum` of NumPy 2.4 gave for the first numbers of the sequence below. */
const RECORDED: Readonly<Record<number, number>> = {
  1: -0.26354446972840545,
  7: -0.4903235396138984,
  8: -0.4341349670455603,
  9: -0.9176417303308266,
  20: -0.06019658291634797,
  127: 0.37203577504417024,
  128: -0.1102532657721167,
  129: -0.048172647709369576,
  300: 1.5194278762083062,
  1000: 11.078059235445968,
  5000: -16.957707090395793,
};

test('sums agree with NumPy to the last bit', () => {
  let state = 1;
  const values = Float64Array.from({ length: 5_003 }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32 - 0.5 + (state % 7) * 1e-9;
  });
  const shifted = Float64Array.of(9, 9, 9, ...values);
  for (const [length, sum] of Object.entries(RECORDED)) {
    expect(numpySum(values, 0, Number(length))).toBe(sum);
    expect(numpySum(shifted, 3, Number(length))).toBe(sum);
  }
});
