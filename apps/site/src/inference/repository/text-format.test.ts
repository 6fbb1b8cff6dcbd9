import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseTextFormat } from './text-format.ts';

test('reads fields, lists, messages, quotes and comments', () => {
  const text = `
    name: "a \\"b\\"" # why
    dims: [ 1, -2 ] dims: 3;
    inner { deep < x: 1.5e3 > } inner: { y: 'z' },
    empty: []
  `;
  expect(JSON.parse(JSON.stringify(parseTextFormat(text)))).toEqual({
    name: ['a "b"'],
    dims: ['1', '-2', '3'],
    inner: [{ deep: [{ x: ['1.5e3'] }] }, { y: ['z'] }],
    empty: [],
  });
});

test.each([
  ['a {', 'it ends before a }'],
  ['a: [1, 2', 'it ends before a ]'],
  ['a:', 'it ends before a value'],
  ['\n\n}', 'line 3: "}" does not belong here'],
  ['a 1', 'line 1: "1" does not belong here'],
  ['a: "open', 'line 1: "\\"open" does not belong here'],
  ['a { '.repeat(100), 'messages are nested more than 16 deep'],
])('refuses %j', (text, reason) => {
  expect(() => parseTextFormat(text)).toThrow(new RangeError(reason));
});

test('takes anything without another error, and quickly', () => {
  const piece = fc.constantFrom(
    'a',
    ':',
    '{',
    '}',
    '[',
    ']',
    '"x"',
    "'",
    '#',
    '\n',
    ',',
    '<',
    '>',
    '1',
    '__proto__',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
      try {
        parseTextFormat(pieces.join(' '));
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
      }
    }),
  );
  const { __proto__: own } = parseTextFormat('__proto__: 1') as Record<string, unknown>;
  expect(own).toEqual(['1']);
});
