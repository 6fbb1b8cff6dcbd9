/** Undoes bzip2. Refuses the randomised blocks of before 1996, wrong checksums, and anything after the stream. */
import { type BoundedOutput, damaged, notRead } from './bounded-output.ts';
import { crc32HighFirst } from './checksums.ts';

const FORMAT = 'bzip2';
/** What opens a block and what ends the stream, 48 bits each: the digits of pi and of its square root. */
const BLOCK_MAGIC = [0x31_41_59, 0x26_53_59] as const;
const END_MAGIC = [0x17_72_45, 0x38_50_90] as const;
const CODE_BITS_MAX = 20;
const SYMBOLS_PER_TABLE = 50;
/** Symbols 0 and 1 spell the length of a run, the last one ends the block. */
const RUN_A = 0;
const RUN_B = 1;

/** Reads bits, the highest of a byte first. */
class BitReader {
  readonly #bytes: Uint8Array;
  #at: number;
  #buffer = 0;
  #count = 0;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  /** At most 24 bits. */
  bits(count: number): number {
    while (this.#count < count) {
      if (this.#at >= this.#bytes.length) throw damaged(FORMAT);
      this.#buffer = (this.#buffer << 8) | this.#bytes[this.#at++]!;
      this.#count += 8;
    }
    this.#count -= count;
    return (this.#buffer >>> this.#count) & ((1 << count) - 1);
  }

  word(): number {
    return this.bits(16) * 65_536 + this.bits(16);
  }

  /** Whether only the filling of the last byte is left. */
  get atEnd(): boolean {
    return this.#at === this.#bytes.length && this.#count < 8;
  }
}

/** A canonical prefix code: the symbols in the order of their codes, and where each length begins. */
interface PrefixCode {
  readonly symbols: Uint16Array;
  /** The first code of each length, and the index of its symbol. */
  readonly firstCode: Int32Array;
  readonly firstIndex: Int32Array;
  readonly counts: Int32Array;
}

/** Writes what one stream holds. Throws `PICKLE_MALFORMED` or `COMPRESSION_UNSUPPORTED`. */
export function decodeBzip2(bytes: Uint8Array, output: BoundedOutput): void {
  const level = (bytes[3] ?? 0) - 0x30;
  if (level < 1 || level > 9) throw damaged(FORMAT);
  const reader = new BitReader(bytes, 4);
  const links = new Uint32Array(level * 100_000);
  let combined = 0;
  for (;;) {
    const magic = [reader.bits(24), reader.bits(24)];
    const checksum = reader.word();
    if (magic.join() === END_MAGIC.join()) {
      if (checksum !== combined || !reader.atEnd) throw damaged(FORMAT);
      return;
    }
    if (magic.join() !== BLOCK_MAGIC.join()) throw damaged(FORMAT);
    const start = output.length;
    decodeBlock(reader, links, output);
    if (crc32HighFirst(output.bytes.subarray(start, output.length)) !== checksum) throw damaged(FORMAT);
    combined = (((combined << 1) | (combined >>> 31)) ^ checksum) >>> 0;
  }
}

function decodeBlock(reader: BitReader, links: Uint32Array, output: BoundedOutput): void {
  if (reader.bits(1) === 1) throw notRead(FORMAT, 'in randomised blocks');
  const origin = reader.bits(24);
  const used = readUsedBytes(reader);
  const { codes, selectors } = readCodes(reader, used.length + 2);
  const counts = new Uint32Array(256);
  const length = readSymbols(reader, used, codes, selectors, links, counts);
  if (origin >= length) throw damaged(FORMAT);
  undoTransform(links, length, counts);
  writeRuns(links, length, origin, output);
}

/** The bytes that occur in the block, by a bit for each sixteen and one for each. */
function readUsedBytes(reader: BitReader): Uint8Array {
  const groups = reader.bits(16);
  const used: number[] = [];
  for (let group = 0; group < 16; group++) {
    if (!(groups & (0x8000 >>> group))) continue;
    const members = reader.bits(16);
    for (let member = 0; member < 16; member++) {
      if (members & (0x8000 >>> member)) used.push(16 * group + member);
    }
  }
  if (used.length === 0) throw damaged(FORMAT);
  return Uint8Array.from(used);
}

function readCodes(reader: BitReader, symbols: number): { codes: PrefixCode[]; selectors: Uint8Array } {
  const count = reader.bits(3);
  const selectors = new Uint8Array(reader.bits(15));
  if (count < 2 || count > 6 || selectors.length === 0) throw damaged(FORMAT);
  const recent = [0, 1, 2, 3, 4, 5];
  for (let i = 0; i < selectors.length; i++) {
    let index = 0;
    while (reader.bits(1) === 1) if (++index >= count) throw damaged(FORMAT);
    const [selected] = recent.splice(index, 1);
    recent.unshift(selected!);
    selectors[i] = selected!;
  }
  return { codes: Array.from({ length: count }, () => readCode(reader, symbols)), selectors };
}

function readCode(reader: BitReader, symbols: number): PrefixCode {
  const lengths = new Uint8Array(symbols);
  const counts = new Int32Array(CODE_BITS_MAX + 2);
  let length = reader.bits(5);
  for (let symbol = 0; symbol < symbols; symbol++) {
    while (reader.bits(1) === 1) {
      length += reader.bits(1) === 1 ? -1 : 1;
      if (length < 1 || length > CODE_BITS_MAX) throw damaged(FORMAT);
    }
    if (length < 1 || length > CODE_BITS_MAX) throw damaged(FORMAT);
    lengths[symbol] = length;
    counts[length]!++;
  }
  const firstCode = new Int32Array(CODE_BITS_MAX + 2);
  const firstIndex = new Int32Array(CODE_BITS_MAX + 2);
  for (let bits = 1; bits <= CODE_BITS_MAX; bits++) {
    firstCode[bits + 1] = (firstCode[bits]! + counts[bits]!) << 1;
    firstIndex[bits + 1] = firstIndex[bits]! + counts[bits]!;
  }
  const next = firstIndex.slice();
  const ordered = new Uint16Array(symbols);
  for (let symbol = 0; symbol < symbols; symbol++) ordered[next[lengths[symbol]!]!++] = symbol;
  return { symbols: ordered, firstCode, firstIndex, counts };
}

function readSymbol(reader: BitReader, code: PrefixCode): number {
  let value = 0;
  for (let bits = 1; bits <= CODE_BITS_MAX; bits++) {
    value = (value << 1) | reader.bits(1);
    const index = value - code.firstCode[bits]!;
    if (index < code.counts[bits]!) {
      if (index < 0) break;
      return code.symbols[code.firstIndex[bits]! + index]!;
    }
  }
  throw damaged(FORMAT);
}

/** Undoes prefix codes, runs and move-to-front: the last column of the sorted block. Returns its length. */
function readSymbols(
  reader: BitReader,
  used: Uint8Array,
  codes: readonly PrefixCode[],
  selectors: Uint8Array,
  links: Uint32Array,
  counts: Uint32Array,
): number {
  const end = used.length + 1;
  const recent = used.slice();
  let length = 0;
  let run = 0;
  let weight = 1;
  for (let group = 0; ; group++) {
    if (group >= selectors.length) throw damaged(FORMAT);
    const code = codes[selectors[group]!]!;
    for (let i = 0; i < SYMBOLS_PER_TABLE; i++) {
      const symbol = readSymbol(reader, code);
      if (symbol === RUN_A || symbol === RUN_B) {
        run += weight << symbol;
        weight <<= 1;
        if (length + run > links.length) throw damaged(FORMAT);
        continue;
      }
      if (run > 0) {
        const byte = recent[0]!;
        links.fill(byte, length, length + run);
        counts[byte]! += run;
        length += run;
        run = 0;
        weight = 1;
      }
      if (symbol === end) return length;
      if (length >= links.length) throw damaged(FORMAT);
      const byte = recent[symbol - 1]!;
      recent.copyWithin(1, 0, symbol - 1);
      recent[0] = byte;
      links[length++] = byte;
      counts[byte]!++;
    }
  }
}

/** Each entry keeps its byte in the low 8 bits and gets the index of the next entry above them. */
function undoTransform(links: Uint32Array, length: number, counts: Uint32Array): void {
  let sum = 0;
  const next = counts.map((count) => {
    sum += count;
    return sum - count;
  });
  for (let i = 0; i < length; i++) {
    const at = next[links[i]! & 0xff]!++;
    links[at] = (links[at]! | (i << 8)) >>> 0;
  }
}

/** Follows the links; after four equal bytes stands how many more of them there are. */
function writeRuns(links: Uint32Array, length: number, origin: number, output: BoundedOutput): void {
  let entry = links[origin]! >>> 8;
  let previous = -1;
  let equal = 0;
  for (let i = 0; i < length; i++) {
    const link = links[entry]!;
    const byte = link & 0xff;
    entry = link >>> 8;
    if (equal === 4) {
      output.reserve(byte);
      output.bytes.fill(previous, output.length, output.length + byte);
      output.length += byte;
      equal = 0;
      previous = -1;
      continue;
    }
    equal = byte === previous ? equal + 1 : 1;
    previous = byte;
    if (output.length === output.bytes.length) output.reserve(1);
    output.bytes[output.length++] = byte;
  }
}
