import { expect, test } from 'vitest';
import { createTokenizer } from './token-pattern.ts';

const TEXT = "Hex-bolt M8 x 40, don't_stop Ñandú 六角 a1b2";

test.each([
  ['(?u)\\b\\w\\w+\\b', ['Hex', 'bolt', 'M8', '40', 'don', 't_stop', 'Ñandú', '六角', 'a1b2']],
  ['\\b\\w+\\b', ['Hex', 'bolt', 'M8', 'x', '40', 'don', 't_stop', 'Ñandú', '六角', 'a1b2']],
  ['\\w{4,}', ['bolt', 't_stop', 'Ñandú', 'a1b2']],
  ['\\w{2,3}', ['Hex', 'bol', 'M8', '40', 'don', 't_s', 'top', 'Ñan', 'dú', '六角', 'a1b']],
  ['[a-z]+', ['ex', 'bolt', 'x', 'don', 't', 'stop', 'and', 'a', 'b']],
  ['\\b[A-Za-z]+\\b', ['Hex', 'bolt', 'x', 'don']],
  ["[a-z']+", ['ex', 'bolt', 'x', "don't", 'stop', 'and', 'a', 'b']],
  ['\\d+', ['8', '40', '1', '2']],
  ['(\\S+)', ['Hex-bolt', 'M8', 'x', '40,', "don't_stop", 'Ñandú', '六角', 'a1b2']],
])('%s', (pattern, tokens) => {
  expect(createTokenizer(pattern)?.(TEXT)).toEqual(tokens);
});

test.each([
  '(a+)+',
  '(?i)\\w+',
  '\\w+|\\d+',
  '\\b\\w+',
  '\\w*',
  "\\b[\\w']+\\b",
  '[^a]+',
  '.+',
  '\\w+?',
  '\\1',
  '[',
  '[z-a]+',
])('%s says more than what tokens are made of', (pattern) => {
  expect(createTokenizer(pattern)).toBeNull();
});

test('a long run takes as long as it is', () => {
  const started = performance.now();
  expect(createTokenizer('\\b[a-z]+\\b')?.(`${'a'.repeat(1_000_000)}_`)).toEqual([]);
  expect(performance.now() - started).toBeLessThan(1_000);
});
