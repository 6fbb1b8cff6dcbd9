import fc from 'fast-check';
import { expect, test } from 'vitest';
import { locateJsonError } from './locate-json-error.ts';

test.each([
  ['{"inputs": [[1, NaN]]}', 16, 'expected a value, found "NaN"; JSON has no such number'],
  ['[-Infinity]', 1, 'expected a value, found "-Infinity"; JSON has no such number'],
  ['', 0, 'expected a value, found the end'],
  ['{"a": [1, 2', 11, 'expected "," or "]", found the end'],
  ['[1, 2,]', 6, 'expected a value, found "]"'],
  ["{'a': 1}", 1, 'expected a name in double quotes, found "\'"'],
  ['{"a" 1}', 5, 'expected ":", found "1"'],
  ['[1 2]', 3, 'expected "," or "]", found "2"'],
  ['[01]', 2, 'expected the end of the number, found "1"'],
  ['[1.]', 2, 'expected the end of the number, found "."'],
  ['["a\nb"]', 3, 'a control character in a string has to be escaped'],
  ['["a\\x"]', 3, 'expected an escape of JSON, found "\\\\"'],
  ['["a', 1, 'this string does not end'],
  ['[] []', 3, 'expected the end, found "["'],
  ['\u{feff}[]', 0, 'expected a value, found "\u{feff}"'],
])('%j is wrong at %i', (text, position, what) => {
  expect(locateJsonError(text)).toEqual({ position, what });
});

test('agrees with JSON.parse on whether a text is JSON', () => {
  const damaged = fc
    .tuple(fc.json(), fc.nat(), fc.constantFrom('', ',', ']', '"', '0', '.', 'e', '\\', 'NaN', ' '))
    .map(([text, at, piece]) => {
      const place = at % (text.length + 1);
      return text.slice(0, place) + piece + text.slice(place + (at % 2));
    });
  fc.assert(
    fc.property(fc.oneof(fc.json(), damaged, fc.string()), (text) => {
      let isJson = true;
      try {
        JSON.parse(text);
      } catch {
        isJson = false;
      }
      expect(locateJsonError(text) === null).toBe(isJson);
    }),
    { numRuns: 2000 },
  );
});

test('takes a text of any depth and length', () => {
  expect(locateJsonError(`${'['.repeat(1_000_000)}x`)).toMatchObject({ position: 1_000_000 });
  expect(locateJsonError(`["${'a'.repeat(5_000_000)}"x`)).toMatchObject({ position: 5_000_003 });
});
