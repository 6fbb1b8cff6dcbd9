/**
 * Numbers of JSON from their bytes, bit for bit what `JSON.parse` makes of them, without a string between. Refuses
 * what is no number of JSON (leading zeros and plus signs, bare points, NaN) and numbers beyond the range of doubles.
 */

/** The largest power of ten that a double holds exactly. */
const EXACT_POWER = 22;
/** Digits that an integer of 32 bits holds. Numbers of more than twice as many are for the engine to read: rare. */
const HALF_DIGITS = 9;
/** Beyond this power of ten, parts of a pair could leave the range of doubles: for the engine to read, too. */
const PAIR_POWER = 250;
/** Bounds the relative error of a product of pairs, which is below 2^-102. */
const PAIR_ERROR = 2 ** -98;
/** Dekker's constant: splits a double into halves whose products are exact. */
const SPLITTER = 2 ** 27 + 1;

const PLUS = 0x2b;
const COMMA = 0x2c;
const MINUS = 0x2d;
/** Less the digit 0, as everything that follows a digit is compared. */
const POINT = 0x2e - 0x30;
const EXPONENT = 0x65 - 0x30;

/** 10^k for k from 0 to 22, each exactly a double. */
const POWERS = Float64Array.from({ length: EXACT_POWER + 1 }, (_, k) => Number(`1e${k}`));

/** 10^k for k from -250 to 250 as the sum of two doubles, four numbers each: its first, that one's halves, its second. */
const PAIRS = createPairs();

function createPairs(): Float64Array {
  const pairs = new Float64Array(4 * (2 * PAIR_POWER + 1));
  for (let k = -PAIR_POWER; k <= PAIR_POWER; k++) {
    const first = Number(`1e${k}`);
    const big = first * SPLITTER;
    const high = big - (big - first);
    pairs.set([first, high, first - high, restOfPower(k, first)], 4 * (k + PAIR_POWER));
  }
  return pairs;
}

/** 10^k less the double nearest to it, to 53 bits. */
function restOfPower(k: number, first: number): number {
  if (k >= 0) return Number(10n ** BigInt(k) - BigInt(first));
  // first is mantissa / 2^shift, so the rest is (2^shift - mantissa * 10^-k) / (10^-k * 2^shift).
  const shift = 52 - Math.floor(Math.log2(first));
  const tenth = 10n ** BigInt(-k);
  const mantissa = BigInt(first * 2 ** (shift >> 1) * 2 ** (shift - (shift >> 1)));
  return (Number(2n ** BigInt(shift) - mantissa * tenth) / Number(tenth)) * 2 ** -shift;
}

/**
 * Reads numbers and the commas between them into memory that grows. The text must not end inside a list: some byte
 * that belongs to none has to follow. One method holds all that is ordinary, because a number that passes from one
 * function to another is allocated.
 */
export class NumberReader {
  readonly #bytes: Uint8Array;
  /** Where to read next. */
  at = 0;
  values: Float64Array<ArrayBuffer>;
  /** How many of `values` are read. */
  count = 0;

  constructor(bytes: Uint8Array, values: Float64Array<ArrayBuffer>) {
    this.#bytes = bytes;
    this.values = values;
  }

  /** Up to the first byte behind the numbers; false where something else stands in place of one. */
  readList(): boolean {
    const bytes = this.#bytes;
    let { at, values, count } = this;
    for (;;) {
      while (isSpace(bytes[at]!)) at++;
      const start = at;
      if (bytes[at] === MINUS) at++;
      const first = at;
      // Two integers of nine digits each: adding digits to them takes a third of what it takes with doubles.
      let head = 0;
      let tail = 0;
      let digits = 0;
      let digit = bytes[at]! - 0x30;
      while (digit >= 0 && digit <= 9) {
        if (digits < HALF_DIGITS) head = (head * 10 + digit) | 0;
        else if (digits < 2 * HALF_DIGITS) tail = (tail * 10 + digit) | 0;
        digits++;
        digit = bytes[++at]! - 0x30;
      }
      if (digits === 0 || (digits > 1 && bytes[first] === 0x30)) return false;
      let fraction = 0;
      if (digit === POINT) {
        const point = ++at;
        digit = bytes[at]! - 0x30;
        if (head === 0) {
          digits = 0;
          while (digit === 0) digit = bytes[++at]! - 0x30;
        }
        while (digit >= 0 && digit <= 9) {
          if (digits < HALF_DIGITS) head = (head * 10 + digit) | 0;
          else if (digits < 2 * HALF_DIGITS) tail = (tail * 10 + digit) | 0;
          digits++;
          digit = bytes[++at]! - 0x30;
        }
        fraction = at - point;
        if (fraction === 0) return false;
      }
      if (count === values.length) values = this.#grow();
      if (digits <= HALF_DIGITS && fraction <= EXACT_POWER && (digit | 0x20) !== EXPONENT) {
        // Clinger's fast path: two exact doubles, and one operation that rounds once.
        const value = head / POWERS[fraction]!;
        values[count] = first === start ? value : -value;
      } else {
        this.at = at;
        const power = (digit | 0x20) === EXPONENT ? this.#readExponent() : 0;
        if (!this.#store(count, head, tail, digits, power - fraction, start)) return false;
        at = this.at;
      }
      count++;
      while (isSpace(bytes[at]!)) at++;
      if (bytes[at] !== COMMA) break;
      at++;
    }
    this.at = at;
    this.count = count;
    return true;
  }

  #grow(): Float64Array<ArrayBuffer> {
    const larger = new Float64Array(2 * this.values.length);
    larger.set(this.values);
    this.values = larger;
    return larger;
  }

  /** The exponent, from its letter on; NaN where it has no digits. */
  #readExponent(): number {
    const bytes = this.#bytes;
    let at = this.at + 1;
    const isNegative = bytes[at] === MINUS;
    if (isNegative || bytes[at] === PLUS) at++;
    const first = at;
    let exponent = 0;
    for (let digit = bytes[at]! - 0x30; digit >= 0 && digit <= 9; digit = bytes[++at]! - 0x30) {
      exponent = exponent * 10 + digit;
    }
    this.at = at;
    if (at === first) return Number.NaN;
    return isNegative ? -exponent : exponent;
  }

  /** False where the number is none, or not finite. */
  #store(count: number, head: number, tail: number, digits: number, power: number, start: number): boolean {
    if (Number.isNaN(power)) return false;
    let value = Number.NaN;
    if (digits <= 2 * HALF_DIGITS && power >= -PAIR_POWER && power <= PAIR_POWER) {
      value = scalePair(head, tail, Math.max(0, digits - HALF_DIGITS), power);
      if (this.#bytes[start] === MINUS) value = -value;
    }
    if (Number.isNaN(value)) {
      const { buffer, byteOffset } = this.#bytes;
      value = Number(Buffer.from(buffer, byteOffset + start, this.at - start).toString('latin1'));
    }
    this.values[count] = value;
    return Number.isFinite(value);
  }
}

export function isSpace(byte: number): boolean {
  return byte <= 0x20 && (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09);
}
/**
 * (head * 10^shift + tail) * 10^power: the digits and the power each as a sum of two doubles, exact or nearly, and
 * their product with an error that is bounded; NaN where that error could decide how the number is rounded.
 */
function scalePair(head: number, tail: number, shift: number, power: number): number {
  // The digits as two parts that are exact, and those as a pair (Knuth's two-sum).
  const scale = POWERS[shift]!;
  const large = (head >> 15) * scale * 2 ** 15;
  const small = (head & 0x7fff) * scale + tail;
  const sum = large + small;
  const smallPart = sum - large;
  const rest = large - (sum - smallPart) + (small - smallPart);
  // The product of the pairs (Dekker's two-product, and the terms beside it).
  const pair = 4 * (power + PAIR_POWER);
  const ten = PAIRS[pair]!;
  const tenHigh = PAIRS[pair + 1]!;
  const tenLow = PAIRS[pair + 2]!;
  const big = sum * SPLITTER;
  const high = big - (big - sum);
  const low = sum - high;
  const product = sum * ten;
  const lost = high * tenHigh - product + high * tenLow + low * tenHigh + low * tenLow;
  const correction = lost + (sum * PAIRS[pair + 3]! + rest * ten);
  const error = product * PAIR_ERROR;
  const value = product + (correction - error);
  return value === product + (correction + error) ? value : Number.NaN;
}
