import fc from 'fast-check';
import { expect, test } from 'vitest';
import { peekCall } from './peek-call.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

test('the model and the method are those that JSON.parse finds, whatever the order and the rows, or null', () => {
  const names = fc.string({ unit: 'grapheme', maxLength: 20 });
  const call = fc.record(
    { inputs: fc.array(fc.jsonValue()), model: names, method: names },
    { requiredKeys: ['inputs'] },
  );
  const order = fc.shuffledSubarray(['inputs', 'model', 'method'], { minLength: 3 });
  let peeked = 0;
  fc.assert(
    fc.property(call, order, fc.constantFrom(undefined, 2), (fields, keys, space) => {
      const ordered = keys
        .filter((key) => Object.hasOwn(fields, key))
        .map((key) => [key, fields[key as 'inputs']]);
      const found = peekCall(bytesOf(JSON.stringify(Object.fromEntries(ordered), null, space)));
      if (found === null) return;
      peeked++;
      expect(found).toEqual({ model: undefined, method: undefined, ...fields, inputs: undefined });
    }),
    { numRuns: 1000 },
  );
  expect(peeked).toBeGreaterThan(800);
});

test.each([
  ['nothing', ''],
  ['no rows', '{"model":"m"}'],
  ['brackets in names', '{"model":"a[b","inputs":[[1]]}'],
  ['rows beyond the words', `{"model":"m",${' '.repeat(600)}"inputs":[[1]]}`],
  ['another value than a name', '{"model":1,"inputs":[[1]]}'],
  ['no object', '[[1]]'],
  ['null', '{"model":null,"inputs":[[1]]}'],
  ['half a body', '{"model":"m","inputs":[[1],[2]'],
])('%s is null', (_, text) => {
  expect(peekCall(bytesOf(text))).toBeNull();
});
