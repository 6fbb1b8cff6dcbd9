/**
 * Reads numbers of JSON and the commas between them. It takes what is ordinary, bit for bit as `JSON.parse` does, and
 * stops before anything else: more than 19 digits, powers of ten beyond 64, numbers so near to halfway between two
 * doubles that more bits of the power would decide, and what is no number at all.
 */
import {
  block,
  type Code,
  defineFunction,
  type FunctionSource,
  f64,
  i32,
  i64,
  ifElse,
  type Local,
  leave,
  leaveIf,
  loop,
  select,
  sequence,
  whileTrue,
} from '@chamfer/sklearn/assembler';
import {
  DIGITS_MAX,
  EXACT_POWER,
  FLOATS_ADDRESS,
  INTEGERS_ADDRESS,
  POWER_MAX,
  POWERS_ADDRESS,
  STATE_ADDRESS,
} from '../src/inference/json-layout.ts';

const BYTES = 8;
const WORD = 4;
const MINUS = 0x2d;
const PLUS = 0x2b;
const COMMA = 0x2c;
const POINT = 0x2e;
const ZERO = 0x30;
const BRACKET = 0x5d;
const LETTER_E = 0x65;
/** Digits of an exponent; one with more is not ordinary. */
const EXPONENT_DIGITS = 3;
/** log2(10) * 2^16, near enough for every power that is known. */
const BITS_PER_DIGIT = 217706;
const EXPONENT_BIAS = 1023;

const byteTimes = (byte: number): Code => i64.const(BigInt(byte) * 0x0101010101010101n);
const isByte = (at: Code, byte: number): Code => i32.eq(i32.load8(at), i32.const(byte));
const bits = (count: bigint): Code => i64.const((1n << count) - 1n);

/** Eight bytes of text less the digit 0, as they stand in memory: the first is the lowest. */
const digitsOf = (text: Code): Code => i64.xor(text, byteTimes(ZERO));

/** The highest bit of every byte that is no digit. */
const othersAmong = (digits: Local): Code =>
  i64.and(
    i64.or(i64.add(i64.and(digits.get, byteTimes(0x7f)), byteTimes(0x7f - 9)), digits.get),
    byteTimes(0x80),
  );

/** The bit where the first byte begins that has its highest bit set; 64 where none has. */
const firstOf = (marks: Code): Code => i64.and(i64.trailingZeros(marks), i64.const(0x78n));

/** Eight digits as one number: of pairs, of fours, of eight. */
function join(digits: Local): Code {
  const pairs = (shift: bigint, factor: bigint): Code =>
    i64.mul(
      i64.and(i64.shrU(digits.get, i64.const(shift)), i64.const(0x000000ff000000ffn)),
      i64.const(factor),
    );
  return sequence(
    digits.set(i64.add(i64.mul(digits.get, i64.const(10n)), i64.shrU(digits.get, i64.const(8n)))),
    digits.set(
      i64.shrU(
        i64.add(pairs(0n, 100n + (1000000n << 32n)), pairs(16n, 1n + (10000n << 32n))),
        i64.const(32n),
      ),
    ),
  );
}

/** Passes white space, as JSON has it, from `at` on. */
const passSpace = (at: Local): Code => {
  const is = (byte: number): Code => isByte(at.get, byte);
  const isSpace = i32.or(i32.or(is(0x20), is(0x0a)), i32.or(is(0x0d), is(0x09)));
  return ifElse(i32.ltU(i32.const(0x20), i32.load8(at.get)), [], whileTrue(isSpace, at.add(1)));
};

interface Locals {
  readonly at: Local;
  readonly isNegative: Local;
  /** Eight bytes less the digit 0, a mark for each that is no digit then, and at which bits the first two of these begin. */
  readonly digits: Local;
  readonly marks: Local;
  readonly first: Local;
  readonly second: Local;
  /** All digits as one integer. */
  readonly whole: Local;
  /** Where its part before or behind the point begins, or the exponent. */
  readonly from: Local;
  readonly power: Local;
  readonly exponent: Local;
  /** Of a product, its highest 64 bits. */
  readonly high: Local;
  readonly zeros: Local;
  readonly value: Local;
}

/**
 * At most seven digits with a point among them, in one word of 64 bits. Leaves the block around it where it is something
 * else, and the one around that with `value`, behind the digits.
 */
function readShort({ at, isNegative, digits, marks, first, second, value }: Locals): Code {
  const text = second;
  const before = marks;
  return sequence(
    text.set(i64.load(at.get)),
    isNegative.set(i32.eq(i32.and(i32.of64(text.get), i32.const(0xff)), i32.const(MINUS))),
    // What comes in behind a sign is a digit: then no end is in sight.
    digits.set(i64.shrU(digitsOf(text.get), i64.of32(i32.shl(isNegative.get, i32.const(3))))),
    marks.set(othersAmong(digits)),
    first.set(firstOf(marks.get)),
    second.set(firstOf(i64.and(marks.get, i64.sub(marks.get, i64.const(1n))))),
    // A point, a digit before and behind it, and the end in sight.
    leaveIf(
      i32.ne(i32.and(i32.of64(i64.shrU(digits.get, first.get)), i32.const(0xff)), i32.const(POINT ^ ZERO)),
    ),
    leaveIf(
      i32.or(
        i32.or(i64.isZero(first.get), i32.isZero(i64.ltU(second.get, i64.const(64n)))),
        i64.ltU(second.get, i64.add(first.get, i64.const(16n))),
      ),
    ),
    leaveIf(i32.and(i64.isZero(i64.and(digits.get, i64.const(0xffn))), i64.ltU(i64.const(8n), first.get))),
    before.set(i64.sub(i64.shl(i64.const(1n), first.get), i64.const(1n))),
    digits.set(
      i64.shl(
        i64.or(
          i64.and(digits.get, before.get),
          i64.and(i64.shrU(digits.get, i64.const(8n)), i64.xor(before.get, i64.const(-1n))),
        ),
        i64.sub(i64.const(72n), second.get),
      ),
    ),
    join(digits),
    value.set(
      f64.div(
        f64.ofI64(digits.get),
        f64.load(i32.of64(i64.sub(second.get, first.get)), FLOATS_ADDRESS - BYTES),
      ),
    ),
    at.add(i32.add(isNegative.get, i32.of64(i64.shrU(second.get, i64.const(3n))))),
    leave(1),
  );
}

/** Appends the digits from `at` on to `whole`; leaves `depth` blocks where they become too many. */
function readDigits({ at, digits, marks, first, whole }: Locals, depth: number): Code {
  const look = sequence(digits.set(digitsOf(i64.load(at.get))), marks.set(othersAmong(digits)));
  const append = (scale: Code): Code =>
    sequence(join(digits), whole.set(i64.add(i64.mul(whole.get, scale), digits.get)));
  const requireRoom = (limit: Code, around: number): Code =>
    leaveIf(i32.isZero(i64.ltU(whole.get, limit)), around);
  return sequence(
    look,
    // Eight at a time: the engine need not wait for how many there are.
    whileTrue(
      i64.isZero(marks.get),
      requireRoom(i64.const(10n ** BigInt(DIGITS_MAX - BYTES)), depth + 2),
      append(i64.const(10n ** BigInt(BYTES))),
      at.add(BYTES),
      look,
    ),
    first.set(firstOf(marks.get)),
    requireRoom(
      i64.load(i32.sub(i32.const(DIGITS_MAX * BYTES), i32.of64(first.get)), INTEGERS_ADDRESS),
      depth,
    ),
    digits.set(
      select(i64.shl(digits.get, i64.sub(i64.const(64n), first.get)), i64.const(0n), i32.of64(first.get)),
    ),
    append(i64.load(i32.of64(first.get), INTEGERS_ADDRESS)),
    at.add(i32.of64(i64.shrU(first.get, i64.const(3n)))),
  );
}

/** Adds what stands behind an `e` to `power`. */
function readExponent({ at, from, power, exponent, isNegative }: Locals, depth: number): Code {
  const digit = i32.sub(i32.load8(at.get), i32.const(ZERO));
  const isMinus = isNegative;
  return sequence(
    at.add(1),
    isMinus.set(isByte(at.get, MINUS)),
    at.add(i32.or(isMinus.get, isByte(at.get, PLUS))),
    from.set(at.get),
    exponent.set(i32.const(0)),
    whileTrue(
      i32.ltU(digit, i32.const(10)),
      exponent.set(i32.add(i32.mul(exponent.get, i32.const(10)), digit)),
      at.add(1),
    ),
    leaveIf(i32.eq(at.get, from.get), depth),
    leaveIf(i32.ltU(i32.add(from.get, i32.const(EXPONENT_DIGITS)), at.get), depth),
    power.add(select(i32.sub(i32.const(0), exponent.get), exponent.get, isMinus.get)),
  );
}

/** Whether `whole`, if less than `limit`, and the power of ten are both doubles: then one operation scales exactly. */
const isExact = ({ whole, power }: Locals, limit: bigint): Code =>
  i32.and(
    i64.ltU(whole.get, i64.const(limit)),
    i32.ltU(i32.add(power.get, i32.const(EXACT_POWER)), i32.const(2 * EXACT_POWER + 1)),
  );

/** whole * 10^power, where both are doubles; leaves `depth` blocks where they are not. */
function scaleExactly(parts: Locals, depth: number): Code {
  const { value, whole, power } = parts;
  const ten = (steps: Code): Code => f64.load(i32.shl(steps, i32.const(Math.log2(BYTES))), FLOATS_ADDRESS);
  const number = f64.ofI64(whole.get);
  return sequence(
    leaveIf(i32.isZero(isExact(parts, 2n ** 53n)), depth),
    ifElse(
      i32.shrS(power.get, i32.const(31)),
      value.set(f64.div(number, ten(i32.sub(i32.const(0), power.get)))),
      value.set(f64.mul(number, ten(power.get))),
    ),
  );
}

/**
 * whole * 10^power, after Lemire, "Number parsing at a gigabyte per second" (2021): the highest 64 bits of the product
 * with the highest 64 bits of the power. They are too small by less than two in the last of them, so they decide how
 * the number is rounded, unless those behind its 54th bit are all ones, or all zeros, where it may be halfway. Leaves
 * the block around it where they do not, and the one around that with `value`.
 */
function scaleByProduct(parts: Locals): Code {
  const { value, whole, power, digits, marks, first, second, high, zeros } = parts;
  const low32 = (a: Code): Code => i64.and(a, bits(32n));
  const high32 = (a: Code): Code => i64.shrU(a, i64.const(32n));
  const factor = digits;
  const ten = marks;
  const middle = first;
  const isWide = second;
  const isKnown = i32.ltU(i32.add(power.get, i32.const(POWER_MAX)), i32.const(2 * POWER_MAX + 1));
  // The exponent of two of the last of 53 bits; the first of these adds one to what is in the exponent's place.
  const exponent = i64.sub(
    i64.add(
      isWide.get,
      i64.of32(
        i32.add(
          i32.shrS(i32.mul(power.get, i32.const(BITS_PER_DIGIT)), i32.const(16)),
          i32.const(11 + 52 + EXPONENT_BIAS - 1),
        ),
      ),
    ),
    zeros.get,
  );
  return sequence(
    // What is surely short is quicker, and often exact, the other way.
    leaveIf(i32.or(i32.isZero(isKnown), isExact(parts, 2n ** 50n))),
    leaveIf(i64.isZero(whole.get)),
    zeros.set(i64.leadingZeros(whole.get)),
    factor.set(i64.shl(whole.get, zeros.get)),
    ten.set(
      i64.load(
        i32.shl(i32.add(power.get, i32.const(POWER_MAX)), i32.const(Math.log2(BYTES))),
        POWERS_ADDRESS,
      ),
    ),
    middle.set(
      i64.add(
        i64.mul(high32(factor.get), low32(ten.get)),
        high32(i64.mul(low32(factor.get), low32(ten.get))),
      ),
    ),
    high.set(i64.mul(low32(factor.get), high32(ten.get))),
    high.set(
      i64.add(
        i64.add(i64.mul(high32(factor.get), high32(ten.get)), high32(middle.get)),
        high32(i64.add(low32(middle.get), high.get)),
      ),
    ),
    leaveIf(i64.ltU(i64.and(i64.add(high.get, i64.const(1n)), bits(9n)), i64.const(2n))),
    isWide.set(i64.shrU(high.get, i64.const(63n))),
    high.set(
      i64.shrU(i64.add(i64.shrU(high.get, i64.add(isWide.get, i64.const(9n))), i64.const(1n)), i64.const(1n)),
    ),
    value.set(f64.ofBits(i64.add(high.get, i64.shl(exponent, i64.const(52n))))),
    leave(1),
  );
}

/** Any other number into `value`; leaves `depth` blocks where it is not ordinary. */
function readLong(parts: Locals, depth: number): Code {
  const { at, isNegative, whole, from, power } = parts;
  return sequence(
    at.add(isNegative.get),
    from.set(at.get),
    whole.set(i64.const(0n)),
    readDigits(parts, depth),
    leaveIf(i32.eq(at.get, from.get), depth),
    leaveIf(i32.and(isByte(from.get, ZERO), i32.ltU(i32.add(from.get, i32.const(1)), at.get)), depth),
    power.set(i32.const(0)),
    ifElse(
      isByte(at.get, POINT),
      sequence(
        at.add(1),
        from.set(at.get),
        readDigits(parts, depth + 1),
        leaveIf(i32.eq(at.get, from.get), depth + 1),
        power.set(i32.sub(from.get, at.get)),
      ),
      [],
    ),
    ifElse(
      i32.eq(i32.or(i32.load8(at.get), i32.const(0x20)), i32.const(LETTER_E)),
      readExponent(parts, depth + 1),
      [],
    ),
    block(scaleByProduct(parts)),
    scaleExactly(parts, depth),
  );
}

/**
 * Reads from `at` on, and writes to `out`, as long as numbers begin before `end`. What it says at STATE_ADDRESS: where
 * the first byte is that it did not take, where it would write next, and 1 where that byte is a bracket after a number.
 */
export const readList: FunctionSource = defineFunction(
  'readList',
  ['at', 'end', 'out'],
  ({ at, end, out }, local) => {
    const parts: Locals = {
      at,
      isNegative: local('i32'),
      digits: local('i64'),
      marks: local('i64'),
      first: local('i64'),
      second: local('i64'),
      value: local('f64'),
      whole: local('i64'),
      from: local('i32'),
      power: local('i32'),
      exponent: local('i32'),
      high: local('i64'),
      zeros: local('i64'),
    };
    const start = local('i32');
    const isEnd = local('i32');
    const next = ifElse(isByte(at.get, COMMA), sequence(out.add(BYTES), at.add(1), leave(2)), []);
    return sequence(
      block(
        loop(
          passSpace(at),
          leaveIf(i32.isZero(i32.ltU(at.get, end.get)), 1),
          start.set(at.get),
          block(
            block(block(readShort(parts)), readLong(parts, 1)),
            f64.store(
              out.get,
              f64.ofBits(
                i64.or(
                  i64.bitsOf(parts.value.get),
                  i64.shl(i64.of32(isByte(start.get, MINUS)), i64.const(63n)),
                ),
              ),
            ),
            next,
            passSpace(at),
            next,
            leaveIf(i32.isZero(isByte(at.get, BRACKET))),
            out.add(BYTES),
            isEnd.set(i32.const(1)),
            leave(2),
          ),
          at.set(start.get),
        ),
      ),
      i32.store(i32.const(STATE_ADDRESS), at.get),
      i32.store(i32.const(STATE_ADDRESS), out.get, WORD),
      i32.store(i32.const(STATE_ADDRESS), isEnd.get, 2 * WORD),
    );
  },
);
