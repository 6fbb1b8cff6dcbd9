import type { Design } from '@chamfer/contracts';
import { expect, test } from 'vitest';
import { pickExamples } from './pick-examples.ts';

const design = (id: string, kind: string) => ({ id, kind }) as Design;

test('takes different kinds, spread over the list', () => {
  const designs = ['a', 'b', 'c', 'd', 'e', 'f'].flatMap((kind) =>
    [1, 2, 3].map((number) => design(`${kind}${number}`, kind)),
  );
  expect(pickExamples(designs, 3).map(({ id }) => id)).toEqual(['b2', 'd2', 'f2']);
});

test('takes what there is of a small catalogue', () => {
  expect(pickExamples([design('a1', 'a'), design('a2', 'a')], 3).map(({ id }) => id)).toEqual(['a2']);
  expect(pickExamples([], 3)).toEqual([]);
});
