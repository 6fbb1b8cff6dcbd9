/**
 * The kernel that reads numbers of JSON in WebAssembly, made of bytes that `scripts/build-kernels.ts` assembles from
 * `kernels/`. It has a memory of its own in each thread, and needs nothing else.
 */
import { JSON_KERNEL_BYTES } from './json-kernel-bytes.ts';
import {
  DIGITS_MAX,
  EXACT_POWER,
  FLOATS_ADDRESS,
  INTEGERS_ADDRESS,
  POWER_MAX,
  POWERS_ADDRESS,
} from './json-layout.ts';

interface JsonKernel {
  /** See `kernels/read-list.ts`. All are addresses. */
  readonly readList: (at: number, end: number, out: number) => void;
  /** All of the memory: as bytes, as words, as numbers. */
  readonly text: Uint8Array<ArrayBuffer>;
  readonly words: Int32Array;
  readonly numbers: Float64Array<ArrayBuffer>;
}

let opened: JsonKernel | undefined;

export function openJsonKernel(): JsonKernel {
  opened ??= instantiate();
  return opened;
}

function instantiate(): JsonKernel {
  const module = new WebAssembly.Module(Buffer.from(JSON_KERNEL_BYTES, 'base64'));
  const { exports } = new WebAssembly.Instance(module, {});
  const { buffer } = exports.memory as WebAssembly.Memory;
  const numbers = new Float64Array(buffer);
  for (let k = 0; k <= EXACT_POWER; k++) numbers[FLOATS_ADDRESS / 8 + k] = Number(`1e${k}`);
  const integers = new BigUint64Array(buffer);
  for (let k = 0; k <= DIGITS_MAX; k++) integers[INTEGERS_ADDRESS / 8 + k] = 10n ** BigInt(k);
  integers.set(highestBits(), POWERS_ADDRESS / 8);
  return {
    readList: exports.readList as JsonKernel['readList'],
    text: new Uint8Array(buffer),
    words: new Int32Array(buffer),
    numbers,
  };
}

/** Of each power of ten the highest 64 bits; what is behind them is left out. */
function highestBits(): BigUint64Array {
  return BigUint64Array.from({ length: 2 * POWER_MAX + 1 }, (_, k) => {
    const ten = 10n ** BigInt(Math.abs(k - POWER_MAX));
    const length = BigInt(ten.toString(2).length);
    return k < POWER_MAX ? (1n << (63n + length)) / ten : (ten << 64n) >> length;
  });
}
