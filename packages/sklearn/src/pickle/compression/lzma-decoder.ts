/**
 * The LZMA algorithm: a range coder whose adaptive bits spell literals and repetitions. The formats around it are
 * in `lzma.ts` and `xz.ts`. Refuses distances beyond what was written and data that ends too soon.
 */
import { type BoundedOutput, damaged } from './bounded-output.ts';

/** Probabilities have 11 bits and move by a 32nd of what is missing. */
const PROBABILITY_BITS = 11;
const PROBABILITY_ONE = 1 << PROBABILITY_BITS;
const MOVE_BITS = 5;
const RANGE_MIN = 1 << 24;
/** Bytes that start the range coder. */
const CODER_BYTES = 5;

const STATES = 12;
/** States below this follow a literal. */
const FIRST_STATE_AFTER_MATCH = 7;
const POSITION_STATES = 16;
const LENGTH_STATES = 4;
const LENGTH_MIN = 2;

/** Where each group of adaptive bits begins in the one array of them. */
const IS_MATCH = 0;
const IS_REPEAT = IS_MATCH + STATES * POSITION_STATES;
const IS_NOT_FIRST = IS_REPEAT + STATES;
const IS_NOT_SECOND = IS_NOT_FIRST + STATES;
const IS_NOT_THIRD = IS_NOT_SECOND + STATES;
const IS_LONG = IS_NOT_THIRD + STATES;
const DISTANCE_SLOT = IS_LONG + STATES * POSITION_STATES;
const DISTANCE_MIDDLE = DISTANCE_SLOT + LENGTH_STATES * 64;
const DISTANCE_LOW = DISTANCE_MIDDLE + 128;
const MATCH_LENGTH = DISTANCE_LOW + 16;
/** Within a length: two choices, then 8 short, 8 middle and 256 long ones. */
const LENGTH_SHORT = 2;
const LENGTH_MIDDLE = LENGTH_SHORT + POSITION_STATES * 8;
const LENGTH_LONG = LENGTH_MIDDLE + POSITION_STATES * 8;
const LENGTH_BITS = LENGTH_LONG + 256;
const REPEAT_LENGTH = MATCH_LENGTH + LENGTH_BITS;
const LITERAL = REPEAT_LENGTH + LENGTH_BITS;
const LITERAL_BITS = 0x300;

/** A distance of 2^32 - 1 is the mark of the end. */
const END_DISTANCE = -1;

/** How much of what was written last and of the position chooses the adaptive bits. */
export interface LzmaProperties {
  readonly literalContextBits: number;
  readonly literalPositionBits: number;
  readonly positionBits: number;
}

/** From the byte that packs them; `null` where it packs nothing. */
export function unpackProperties(byte: number): LzmaProperties | null {
  if (byte >= 9 * 5 * 5) return null;
  return {
    literalContextBits: byte % 9,
    literalPositionBits: Math.floor(byte / 9) % 5,
    positionBits: Math.floor(byte / 45),
  };
}

export class LzmaDecoder {
  readonly #format: string;
  readonly #output: BoundedOutput;
  #bytes: Uint8Array = new Uint8Array(0);
  #at = 0;
  /** Both as signed 32-bit integers, which the engine keeps unboxed. */
  #range = 0;
  #code = 0;
  #bits = new Uint16Array(0);
  #properties: LzmaProperties = { literalContextBits: 0, literalPositionBits: 0, positionBits: 0 };
  #state = 0;
  /** The last four distances less one. */
  #distances = [0, 0, 0, 0] as [number, number, number, number];
  /** Length of the output where the dictionary begins. */
  dictionaryStart = 0;

  constructor(output: BoundedOutput, format: string) {
    this.#output = output;
    this.#format = format;
  }

  /** Forgets what the bits have adapted to. */
  reset(properties: LzmaProperties): void {
    const { literalContextBits, literalPositionBits } = properties;
    const count = LITERAL + (LITERAL_BITS << (literalContextBits + literalPositionBits));
    if (this.#bits.length !== count) this.#bits = new Uint16Array(count);
    this.#bits.fill(PROBABILITY_ONE / 2);
    this.#properties = properties;
    this.#state = 0;
    this.#distances = [0, 0, 0, 0];
  }

  /**
   * Reads `bytes` until the output is `end` long, or to the mark of the end where `end` is infinite or `mayMark`.
   * All of `bytes` has to be used.
   */
  run(bytes: Uint8Array, end: number, mayMark: boolean): void {
    if (bytes.length < CODER_BYTES || bytes[0] !== 0) throw damaged(this.#format);
    this.#bytes = bytes;
    this.#range = -1;
    this.#code = (bytes[1]! << 24) | (bytes[2]! << 16) | (bytes[3]! << 8) | bytes[4]!;
    this.#at = CODER_BYTES;
    const marked = this.#decode(end);
    if (marked && !mayMark) throw damaged(this.#format);
    this.#normalize();
    // A mark may still follow the last byte that the header announced.
    if (!marked && mayMark && this.#at !== bytes.length && !this.#decode(end, true))
      throw damaged(this.#format);
    this.#normalize();
    if (this.#at !== bytes.length || this.#code !== 0) throw damaged(this.#format);
  }

  /** Whether the mark of the end was met; `onlyMark` where nothing else can come. */
  #decode(end: number, onlyMark = false): boolean {
    const output = this.#output;
    const { literalContextBits, literalPositionBits, positionBits } = this.#properties;
    const positionMask = (1 << positionBits) - 1;
    const literalMask = (1 << literalPositionBits) - 1;
    const inputEnd = this.#bytes.length;
    while (output.length < end || onlyMark) {
      // Past its end the input reads as zeros.
      if (this.#at > inputEnd) throw damaged(this.#format);
      const position = output.length - this.dictionaryStart;
      const positionState = position & positionMask;
      if (this.#bit(IS_MATCH + this.#state * POSITION_STATES + positionState) === 0) {
        if (onlyMark) return false;
        const previous = position === 0 ? 0 : output.bytes[output.length - 1]!;
        const context =
          ((position & literalMask) << literalContextBits) | (previous >>> (8 - literalContextBits));
        this.#literal(LITERAL + LITERAL_BITS * context);
        continue;
      }
      const length = this.#repetition(positionState);
      if (length === 0) return true;
      const distance = this.#distances[0];
      if (onlyMark || distance >>> 0 >= position || output.length + length > end) throw damaged(this.#format);
      output.repeat(distance + 1, length);
    }
    return false;
  }

  #literal(base: number): void {
    const output = this.#output;
    const state = this.#state;
    let symbol = 1;
    if (state >= FIRST_STATE_AFTER_MATCH) {
      // What would have gone on with the repetition is a hint, as long as it holds.
      const at = output.length - this.#distances[0] - 1;
      if (at < this.dictionaryStart) throw damaged(this.#format);
      let expected = output.bytes[at]!;
      do {
        const expectedBit = (expected >>> 7) & 1;
        expected <<= 1;
        const bit = this.#bit(base + ((1 + expectedBit) << 8) + symbol);
        symbol = (symbol << 1) | bit;
        if (bit !== expectedBit) break;
      } while (symbol < 0x100);
    }
    while (symbol < 0x100) symbol = (symbol << 1) | this.#bit(base + symbol);
    if (output.length === output.bytes.length) output.reserve(1);
    output.bytes[output.length++] = symbol;
    this.#state = state < 4 ? 0 : state < 10 ? state - 3 : state - 6;
  }

  /** Leaves the distance in front; returns the length, 0 for the mark of the end. */
  #repetition(positionState: number): number {
    const state = this.#state;
    const distances = this.#distances;
    const afterLiteral = state < FIRST_STATE_AFTER_MATCH;
    if (this.#bit(IS_REPEAT + state) === 0) {
      const length = this.#length(MATCH_LENGTH, positionState);
      distances[3] = distances[2];
      distances[2] = distances[1];
      distances[1] = distances[0];
      distances[0] = this.#distance(Math.min(length - LENGTH_MIN, LENGTH_STATES - 1));
      this.#state = afterLiteral ? 7 : 10;
      return distances[0] === END_DISTANCE ? 0 : length;
    }
    if (this.#bit(IS_NOT_FIRST + state) === 0) {
      if (this.#bit(IS_LONG + state * POSITION_STATES + positionState) === 0) {
        this.#state = afterLiteral ? 9 : 11;
        return 1;
      }
    } else {
      let index = 1;
      if (this.#bit(IS_NOT_SECOND + state) === 1) index = 2 + this.#bit(IS_NOT_THIRD + state);
      const distance = distances[index]!;
      for (; index > 0; index--) distances[index] = distances[index - 1]!;
      distances[0] = distance;
    }
    this.#state = afterLiteral ? 8 : 11;
    return this.#length(REPEAT_LENGTH, positionState);
  }

  #length(base: number, positionState: number): number {
    if (this.#bit(base) === 0) return LENGTH_MIN + this.#tree(base + LENGTH_SHORT + 8 * positionState, 3);
    if (this.#bit(base + 1) === 0)
      return LENGTH_MIN + 8 + this.#tree(base + LENGTH_MIDDLE + 8 * positionState, 3);
    return LENGTH_MIN + 16 + this.#tree(base + LENGTH_LONG, 8);
  }

  /** Less one, as a signed 32-bit integer. */
  #distance(lengthState: number): number {
    const slot = this.#tree(DISTANCE_SLOT + 64 * lengthState, 6);
    if (slot < 4) return slot;
    const count = (slot >>> 1) - 1;
    const high = (2 | (slot & 1)) << count;
    if (slot < 14) return high + this.#reverseTree(DISTANCE_MIDDLE + high - slot, count);
    const middle = this.#directBits(count - 4) << 4;
    return (high + middle + this.#reverseTree(DISTANCE_LOW, 4)) | 0;
  }

  /** `count` bits, the highest first. */
  #tree(base: number, count: number): number {
    let symbol = 1;
    for (let i = 0; i < count; i++) symbol = (symbol << 1) | this.#bit(base + symbol);
    return symbol - (1 << count);
  }

  /** `count` bits, the lowest first. */
  #reverseTree(base: number, count: number): number {
    let symbol = 1;
    let value = 0;
    for (let i = 0; i < count; i++) {
      const bit = this.#bit(base + symbol);
      symbol = (symbol << 1) | bit;
      value |= bit << i;
    }
    return value;
  }

  /** Bits that do not adapt. */
  #directBits(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++) {
      this.#normalize();
      this.#range >>>= 1;
      const isOne = this.#code >>> 0 >= this.#range;
      if (isOne) this.#code = (this.#code - this.#range) | 0;
      value = (value << 1) | (isOne ? 1 : 0);
    }
    return value;
  }

  #bit(index: number): 0 | 1 {
    this.#normalize();
    const bits = this.#bits;
    const probability = bits[index]!;
    const bound = Math.imul(this.#range >>> PROBABILITY_BITS, probability);
    if (this.#code >>> 0 < bound >>> 0) {
      this.#range = bound;
      bits[index] = probability + ((PROBABILITY_ONE - probability) >>> MOVE_BITS);
      return 0;
    }
    this.#range = (this.#range - bound) | 0;
    this.#code = (this.#code - bound) | 0;
    bits[index] = probability - (probability >>> MOVE_BITS);
    return 1;
  }

  #normalize(): void {
    if (this.#range >>> 0 >= RANGE_MIN) return;
    this.#range <<= 8;
    this.#code = (this.#code << 8) | (this.#bytes[this.#at++] ?? 0);
  }
}
