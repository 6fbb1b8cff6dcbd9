import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TEXT_BYTES } from './json-layout.ts';
import { NumberReader } from './json-number.ts';

/** What the reader makes of a list; null where it refuses, or stops before the end. */
function read(text: string): number[] | null {
  const reader = new NumberReader(new TextEncoder().encode(`${text}]`));
  if (!reader.readList() || reader.at !== text.length) return null;
  return [...reader.numbers()];
}

/** The same by `JSON.parse`, but for what is beyond the range of doubles. */
function parse(text: string): number[] | null {
  try {
    const values = JSON.parse(`[${text}]`) as unknown[];
    return values.length > 0 && values.every(Number.isFinite) ? (values as number[]) : null;
  } catch {
    return null;
  }
}

function expectSame(text: string): void {
  const expected = parse(text);
  const actual = read(text);
  const isSame =
    actual?.length === expected?.length &&
    (expected ?? []).every((value, at) => Object.is(actual![at], value));
  if (!isSame) expect(actual, text).toEqual(expected);
}

const doubles = fc.double({ noNaN: true, noDefaultInfinity: true });
const digits = (min: number, max: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: min, maxLength: max });

describe('bit for bit what JSON.parse gives', () => {
  const check = (texts: fc.Arbitrary<string>, numRuns: number): void =>
    fc.assert(fc.property(texts, expectSame), { numRuns });

  test('doubles in their shortest form, and in 17 to 25 digits', () => {
    check(doubles.map(String), 3000);
    check(
      fc.tuple(doubles, fc.integer({ min: 14, max: 24 })).map(([value, more]) => value.toExponential(more)),
      3000,
    );
    check(
      fc
        .tuple(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.integer({ min: 0, max: 30 }))
        .map(([value, more]) => value.toFixed(more)),
      3000,
    );
  });

  test('numbers of few digits, with a point anywhere', () => {
    const short = fc
      .tuple(fc.constantFrom('', '-'), digits(0, 4), fc.constantFrom('', '.'), digits(0, 8))
      .map((parts) => parts.join(''));
    check(
      fc.array(short, { minLength: 1, maxLength: 4 }).map((texts) => texts.join(',')),
      20_000,
    );
  });

  test('as many digits as the kernel takes, and more, with any power that it knows, and beyond', () => {
    const many = fc
      .tuple(digits(1, 22), fc.option(digits(1, 22)), fc.integer({ min: -90, max: 90 }))
      .map(([whole, fraction, power]) => {
        const head = whole.replace(/^0+(?=\d)/, '') + (fraction === null ? '' : `.${fraction}`);
        return power % 4 === 0 ? head : `${head}e${power}`;
      });
    check(many, 20_000);
  });

  test('any digits with any exponent', () => {
    const number = fc
      .tuple(
        fc.constantFrom('', '-'),
        digits(1, 24),
        fc.option(digits(1, 24)),
        fc.integer({ min: -345, max: 320 }),
      )
      .map(([sign, whole, fraction, power]) => {
        const head = `${sign}${whole.replace(/^0+(?=\d)/, '')}${fraction === null ? '' : `.${fraction}`}`;
        return power % 3 === 0
          ? head
          : `${head}${power % 2 === 0 ? 'e' : 'E+'.slice(0, power < 0 ? 1 : 2)}${power}`;
      });
    check(number, 6000);
  });

  test('halfway between two doubles, and a digit to either side', () => {
    const halves = fc
      .tuple(
        fc.bigInt({ min: 2n ** 52n, max: 2n ** 53n - 1n }),
        fc.integer({ min: 0, max: 12 }),
        fc.constantFrom(-1n, 0n, 1n),
      )
      .map(([mantissa, shift, beside]) => String((2n * mantissa + 1n) * 2n ** BigInt(shift) * 10n + beside));
    check(halves, 2000);
    check(
      halves.map((text) => `${text.slice(0, 2)}.${text.slice(2)}e${text.length - 3}`),
      2000,
    );
    check(
      halves.map((text) => `${text}e-30`),
      2000,
    );
  });

  test.each([
    '0',
    '-0',
    '-0.0',
    '0e5',
    '-0e-400',
    '0.000',
    '5e-324',
    '-4.9e-324',
    '2.4703282292062327e-324',
    '2e-324',
    '2.2250738585072011e-308',
    '2.2250738585072014e-308',
    '1.7976931348623157e308',
    '1.7976931348623159e308',
    '1e308',
    '1e309',
    '9007199254740993',
    '9007199254740992.999',
    '123456789012345678',
    '1234567890123456789',
    '1e22',
    '1e23',
    '8.5e22',
    `0.${'0'.repeat(400)}1`,
    `1${'0'.repeat(308)}`,
    `3.${'3'.repeat(400)}`,
    `${'9'.repeat(400)}e-400`,
    `0.${'0'.repeat(30)}12345678901234567`,
    '1E5',
    '1e+05',
    '1e-05',
  ])('%s', expectSame);

  test('lists with any white space', () => {
    const space = fc.string({ unit: fc.constantFrom(' ', '\t', '\n', '\r'), maxLength: 2 });
    const items = fc.array(
      fc.tuple(space, doubles, space).map(([before, value, after]) => `${before}${value}${after}`),
      {
        minLength: 1,
        maxLength: 30,
      },
    );
    check(
      items.map((texts) => texts.join(',')),
      500,
    );
  });
});

test('lists that are longer than a piece of the text, wherever it ends', () => {
  const item = fc.oneof(
    { weight: 9, arbitrary: doubles.map(String) },
    { weight: 1, arbitrary: digits(60, 80).map((text) => `0.${text}`) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 90 }).map((spaces) => `${' '.repeat(spaces)}7`) },
  );
  const texts = fc
    .array(item, { minLength: 200, maxLength: 200 })
    .map((items) => Array.from({ length: Math.ceil((2.5 * TEXT_BYTES) / items.join().length) }, () => items));
  fc.assert(
    fc.property(texts, fc.integer({ min: 0, max: 99 }), (items, spaces) => {
      expectSame(' '.repeat(spaces) + items.flat().join(','));
    }),
    { numRuns: 30 },
  );
});

test('several lists of one text, each from where it begins', () => {
  const text = `[1,2.5] ${'x'.repeat(TEXT_BYTES)} [3] [4, 1e2, 12345678901234560000000000]`;
  const reader = new NumberReader(new TextEncoder().encode(text));
  for (const list of [[1, 2.5], [4, 100, 1234567890123456e10], [3], [1, 2.5]]) {
    reader.begin(text.indexOf(`[${list[0]}`) + 1);
    expect(reader.readList()).toBe(true);
    expect([...reader.numbers()]).toEqual(list);
  }
});

test('the next reader ends the one before', () => {
  const first = new NumberReader(new TextEncoder().encode('1]'));
  new NumberReader(new TextEncoder().encode('2]')).readList();
  expect(() => first.readList()).toThrow('Another reader');
});

test('takes nothing that JSON.parse refuses', () => {
  for (const text of [
    '',
    '+1',
    '01',
    '-01',
    '-',
    '.5',
    '1.',
    '1.e5',
    '1e',
    '1e+',
    '--1',
    '1,',
    ',1',
    '1,,2',
    'NaN',
    '0x10',
    '1 2',
    '1_0',
    '١',
  ]) {
    expect(parse(text), text).toBeNull();
    expect(read(text), text).toBeNull();
  }
  const noise = fc.string({ unit: fc.constantFrom(...'0019.-+eE, \nNx'), maxLength: 12 });
  fc.assert(fc.property(noise, expectSame), { numRuns: 20_000 });
});
