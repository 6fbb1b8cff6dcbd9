import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GeometryError } from '../errors.ts';
import { TextScanner } from './text-scanner.ts';

const scan = (text: string): TextScanner => new TextScanner(new TextEncoder().encode(text));

describe('number', () => {
  test.each([
    '0',
    '-0',
    '1',
    '+1.5',
    '-.5',
    '5.',
    '1e3',
    '1E-3',
    '1.25e+2',
    '00012',
    '123456789012345678',
    '0.1',
    '3.4e38',
    '1e-50',
    `0.${'0'.repeat(60)}1`,
  ])('reads %s as the language does', (text) => {
    expect(scan(text).number('x')).toBe(Number(text));
  });

  test('reads any double that fits a float32 bit for bit', () => {
    const doubles = fc.double({ noNaN: true, min: -3.4e38, max: 3.4e38 });
    fc.assert(
      fc.property(doubles, fc.integer({ min: 1, max: 17 }), (value, digits) => {
        for (const text of [String(value), value.toExponential(digits - 1)])
          expect(scan(text).number('x')).toBe(Number(text));
      }),
      { numRuns: 2000, seed: 7 },
    );
  });

  test.each([
    '',
    'nan',
    'NaN',
    'inf',
    '-Infinity',
    '1.#QNAN',
    'x',
    '1x',
    '--1',
    '.',
    '-',
    'e5',
    '1e',
    '1e+',
    '0x10',
    '1_000',
  ])('refuses %j', (text) => {
    expect(() => scan(text).number('x')).toThrow(GeometryError);
  });

  test('explains decimal commas', () => {
    expect(() => scan('1,5').number('x')).toThrow('x is "1,5": write decimals with a point, not a comma');
  });

  test('refuses what no float32 holds, and numbers without end', () => {
    expect(() => scan('3.5e38').number('x')).toThrow('beyond what a 32-bit float holds');
    expect(() => scan('1e999999999999').number('x')).toThrow('beyond what a 32-bit float holds');
    expect(() => scan('1'.repeat(401)).number('x')).toThrow('401 characters');
  });
});

test('knows the line, and passes over a byte order mark', () => {
  const scanner = scan('\ufeffa\r\n\n  b');
  expect(scanner.takeWord('a')).toBe(true);
  scanner.skipWhitespace();
  expect(scanner.line).toBe(3);
  expect(scanner.takeWord('B'.toLowerCase())).toBe(true);
  expect(scanner.atEnd).toBe(true);
});

test('takes whole words only, in either case', () => {
  expect(scan('FACET x').takeWord('facet')).toBe(true);
  expect(scan('facets').takeWord('facet')).toBe(false);
  expect(scan('face').takeWord('facet')).toBe(false);
});

test('refuses a line of over a mebibyte', () => {
  expect(() => scan(`${' '.repeat(2 ** 20)} \n`).skipWhitespace()).toThrow('longer than 1048576 bytes');
});
