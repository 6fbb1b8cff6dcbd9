import type { Measures } from '@chamfer/contracts';
import { describe, expect, test } from 'vitest';
import { compareMeasures, compareNumbers, describeScale, formatPercent } from './compare-measures.ts';
import { formatLength } from './format.ts';

const PART: Measures = { sizeMm: [10, 40, 20], areaMm2: 2800, volumeMm3: 8000, triangles: 12, closed: true };

describe('compareMeasures', () => {
  test('compares sides by length, however the parts lie', () => {
    const rows = compareMeasures(PART, { ...PART, sizeMm: [44, 10, 20] });
    expect(rows.slice(0, 3)).toEqual([
      {
        label: 'Longest side',
        part: '40 mm',
        design: '44 mm',
        difference: '+4 mm',
        percent: '+10 %',
        isSame: false,
      },
      {
        label: 'Middle side',
        part: '20 mm',
        design: '20 mm',
        difference: undefined,
        percent: undefined,
        isSame: true,
      },
      {
        label: 'Shortest side',
        part: '10 mm',
        design: '10 mm',
        difference: undefined,
        percent: undefined,
        isSame: true,
      },
    ]);
  });

  test('an open mesh has no volume to subtract', () => {
    const volume = compareMeasures(PART, { ...PART, volumeMm3: null, closed: false })[4];
    expect(volume).toMatchObject({
      part: '8,000 mm³',
      design: 'not closed',
      difference: undefined,
      isSame: false,
    });
  });
});

test('one unit in a row', () => {
  const area = compareMeasures(PART, { ...PART, areaMm2: 400 })[3];
  expect(area).toMatchObject({ part: '28 cm²', design: '4 cm²', difference: '−24 cm²' });
});

test('a difference has its sign, also below zero and from zero', () => {
  expect(compareNumbers('Side', 10, 7.5, formatLength)).toMatchObject({
    difference: '−2.5 mm',
    percent: '−25 %',
  });
  expect(compareNumbers('Side', 0, 5, formatLength)).toMatchObject({
    difference: '+5 mm',
    percent: undefined,
  });
  expect(compareNumbers('Side', 0, 0, formatLength).isSame).toBe(true);
  expect(formatPercent(-0.0123)).toBe('−1.2 %');
  expect(formatPercent(25)).toBe('+2,500 %');
});

test('describeScale says it in words', () => {
  expect(describeScale(PART, PART)).toBe('Both are the same size.');
  expect(describeScale(PART, { ...PART, sizeMm: [60, 1, 1] })).toBe('The design is 1.5 times as large.');
  expect(describeScale(PART, { ...PART, sizeMm: [10, 1, 1] })).toBe('The design is 4 times smaller.');
  expect(describeScale({ ...PART, sizeMm: [0, 0, 0] }, PART)).toBe('The sizes cannot be compared.');
});
