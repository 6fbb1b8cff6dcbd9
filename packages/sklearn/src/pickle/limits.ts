/**
 * The limits of the pickle reader and the meter that holds a file to them. A pickle is a program: a few bytes
 * can ask for any amount of work or memory, so each kind of work is counted and refused past its limit.
 */
import { SklearnError } from '../errors.ts';

/** Every limit, each settable by the caller. Lengths are bytes of the file, or of what it decompresses to. */
export interface PickleLimits {
  /** Size of the file itself. */
  readonly inputBytesMax: number;
  /** Size after decompression. */
  readonly decompressedBytesMax: number;
  /** Decompressed size over compressed size, not applied below `DECOMPRESSED_BYTES_ALWAYS_ALLOWED`. */
  readonly decompressionRatioMax: number;
  /** Opcodes and array columns, nested pickles included: bounds both time and the number of values. */
  readonly opcodesMax: number;
  /** Highest memo index, which a file is free to choose. */
  readonly memoEntriesMax: number;
  /** Different names of classes and functions. */
  readonly namesMax: number;
  /** Values waiting on the stack at once. */
  readonly stackDepthMax: number;
  /** Values inside values, and open marks: what reads the result may recurse this deep. */
  readonly nestingDepthMax: number;
  /** One text string. */
  readonly stringBytesMax: number;
  /** One integer, which becomes a `bigint`; in text form three digits count as one byte. */
  readonly integerBytesMax: number;
  /** Elements of all arrays that hold text, bytes or objects rather than numbers: each is a JavaScript value. */
  readonly textElementsMax: number;
  /** Values met when every shared value is followed everywhere it is used. */
  readonly unfoldedValuesMax: number;
}

/** Large enough for models up to 2 GiB, small enough that a hostile file is stopped before memory runs out. */
export const PICKLE_LIMITS: PickleLimits = {
  // Models past 2 GiB are better served elsewhere, and 32-bit lengths end here.
  inputBytesMax: 2 ** 31,
  decompressedBytesMax: 2 ** 31,
  // A forest compresses about 5 times, one that is nearly all zeros perhaps 100 times, a bomb 1,000 times.
  decompressionRatioMax: 200,
  // A forest of 1,000 trees takes 0.3 million, a vocabulary of a million words 3 to 10 million.
  opcodesMax: 10_000_000,
  memoEntriesMax: 10_000_000,
  // A pipeline of a hundred estimators has a few hundred.
  namesMax: 10_000,
  // The largest step of Python's own pickler is a tuple, whose items all wait on the stack.
  stackDepthMax: 4_000_000,
  // Python's own recursion limit: its pickler cannot write a deeper one.
  nestingDepthMax: 1_000,
  // JavaScript strings end at about 512 MiB; the text of a boosted model can have 100 MiB.
  stringBytesMax: 256 * 2 ** 20,
  // States of random generators have 16 bytes; Python itself refuses to parse more than 4,300 digits.
  integerBytesMax: 1_433,
  // Class labels, categories, vocabularies as arrays. At about 150 bytes each this is 0.6 GiB.
  textElementsMax: 4_000_000,
  // Sharing hardly unfolds in real files (at most twofold seen), a doubling chain explodes.
  unfoldedValuesMax: 40_000_000,
};

/** Below this size any ratio of decompression is accepted: it cannot exhaust memory. */
export const DECOMPRESSED_BYTES_ALWAYS_ALLOWED: number = 64 * 2 ** 20;

/**
 * How often the bytes of the file may be read into arrays or copied, beside once each. A structured array with complex
 * fields in Fortran order takes about ten steps; a file that uses the same bytes for array after array, any number.
 */
const ARRAY_BYTES_PER_INPUT_BYTE = 16;
const ARRAY_BYTES_ALWAYS_ALLOWED = 65_536;

/** Memory of values that are no arrays: a tuple of one number takes 4 bytes of a pickle and 150 of memory. */
const VALUE_BYTES_PER_INPUT_BYTE = 40;
const VALUE_BYTES_ALWAYS_ALLOWED = 64 * 2 ** 20;

/** How far a compressed file counts as the size of what it holds: a forest compresses 5 times, a bomb 1,000 times. */
const COUNTED_RATIO_MAX = 8;

/** Counts the work of one file, nested pickles included. */
export class Meter {
  readonly limits: PickleLimits;
  readonly #bytesMax: number;
  readonly #valueBytesMax: number;
  #opcodes = 0;
  #bytes = 0;
  #valueBytes = 0;
  #textElements = 0;

  /** `inputBytes` after decompression, `fileBytes` before. */
  constructor(limits: PickleLimits, inputBytes: number, fileBytes: number = inputBytes) {
    const counted = Math.min(inputBytes, COUNTED_RATIO_MAX * fileBytes);
    this.limits = limits;
    this.#bytesMax = inputBytes + ARRAY_BYTES_PER_INPUT_BYTE * counted + ARRAY_BYTES_ALWAYS_ALLOWED;
    this.#valueBytesMax = VALUE_BYTES_PER_INPUT_BYTE * counted + VALUE_BYTES_ALWAYS_ALLOWED;
  }

  countOpcodes(count: number, offsetBytes: number): void {
    this.#opcodes += count;
    if (this.#opcodes > this.limits.opcodesMax) throw overLimit('opcodesMax', this.limits, offsetBytes);
  }

  /** To be called before values are made that take this much memory, about. */
  countValueBytes(count: number, offsetBytes: number): void {
    this.#valueBytes += count;
    if (this.#valueBytes <= this.#valueBytesMax) return;
    const mebibytes = Math.ceil(this.#valueBytesMax / 2 ** 20);
    throw new SklearnError(
      'PICKLE_LIMIT_EXCEEDED',
      `The values of the file need more than ${mebibytes} MiB of memory, which is too much for its size.`,
      { offsetBytes },
    );
  }

  /** To be called before bytes are read into an array or copied: one large value may be used from many places. */
  countBytes(count: number, offsetBytes: number): void {
    this.#bytes += count;
    if (this.#bytes <= this.#bytesMax) return;
    throw new SklearnError(
      'PICKLE_LIMIT_EXCEEDED',
      `The arrays of the file need more than ${ARRAY_BYTES_PER_INPUT_BYTE} times the bytes it holds: it uses the same data over and over.`,
      { offsetBytes },
    );
  }

  countTextElements(count: number, offsetBytes: number): void {
    this.#textElements += count;
    if (this.#textElements > this.limits.textElementsMax) {
      throw overLimit('textElementsMax', this.limits, offsetBytes);
    }
  }
}

const LIMIT_WORDS: Readonly<Record<keyof PickleLimits, string>> = {
  inputBytesMax: 'bytes in the file',
  decompressedBytesMax: 'bytes after decompression',
  decompressionRatioMax: 'times the compressed size after decompression',
  opcodesMax: 'opcodes',
  memoEntriesMax: 'memo entries',
  namesMax: 'different names',
  stackDepthMax: 'values on the stack',
  nestingDepthMax: 'levels of nesting',
  stringBytesMax: 'bytes in one string',
  integerBytesMax: 'bytes in one integer',
  textElementsMax: 'array elements that are text, bytes or objects',
  unfoldedValuesMax: 'values once shared ones are unfolded',
};

/** The error for one limit: says the limit and its name, so that the caller can raise it for a file they trust. */
export function overLimit(
  name: keyof PickleLimits,
  limits: PickleLimits,
  offsetBytes?: number,
): SklearnError {
  return new SklearnError(
    'PICKLE_LIMIT_EXCEEDED',
    `The file needs more than ${limits[name]} ${LIMIT_WORDS[name]} (limit ${name}).`,
    { offsetBytes },
  );
}
