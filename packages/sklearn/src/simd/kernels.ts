/**
 * The kernels that WebAssembly runs, made of bytes that `scripts/build-kernels.ts` assembles from `kernels/`. They
 * share one memory of four megabytes, into which every call copies what it reads: no model has room there, so none
 * can leak. Where there is no WebAssembly with SIMD, there are no kernels, and loops in TypeScript give the same bits.
 */
import { KERNEL_BYTES } from './kernel-bytes.ts';
import { POWERS_OF_ROOT_ADDRESS } from './layout.ts';
import { POWERS_OF_ROOT } from './powers.ts';

/** Sums of terms of each row of X with each row of Y: see `kernels/sums.ts`. All are addresses and sizes. */
type Sums = (
  x: number,
  xEnd: number,
  columns: number,
  shift: number,
  y: number,
  others: number,
  bias: number,
  out: number,
  panel: number,
) => void;

/** Of the numbers from one address to another, in place: see `kernels/elementwise.ts`. */
type Elementwise = (at: number, end: number) => void;

export type SumsName = 'products' | 'squaredDistances' | 'absoluteDistances';

export interface Kernels extends Readonly<Record<SumsName, Sums>> {
  readonly exponentiate: Elementwise;
  readonly hyperbolicTangent: Elementwise;
  readonly rectify: Elementwise;
  readonly roundToFloat32: Elementwise;
  readonly walkTree: (
    x: number,
    xEnd: number,
    stride: number,
    root: number,
    base: number,
    levels: number,
    out: number,
  ) => void;
  /** See `kernels/nearest.ts`. */
  readonly approximateDistances: (
    panel: number,
    columns: number,
    y: number,
    others: number,
    norms: number,
    out: number,
    minima: number,
  ) => void;
  readonly selectNear: (at: number, end: number, bounds: number, out: number) => void;
  /** All of the memory: the number at address `a` is number `a / 8` here. */
  readonly numbers: Float64Array;
  /** The same as words, and as float32: that at address `a` is number `a / 4`. */
  readonly words: Int32Array;
  readonly floats: Float32Array;
}

let opened: Kernels | null | undefined;

/** `null` where the engine has none of it, or a page's policy forbids it. */
export function openKernels(): Kernels | null {
  if (opened === undefined) opened = instantiate();
  return opened;
}

function instantiate(): Kernels | null {
  const bytes = Uint8Array.from(atob(KERNEL_BYTES), (character) => character.charCodeAt(0));
  try {
    if (typeof WebAssembly === 'undefined' || !WebAssembly.validate(bytes)) return null;
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { math: { exp: Math.exp } });
    const numbers = new Float64Array((exports.memory as WebAssembly.Memory).buffer);
    const words = new Int32Array(numbers.buffer);
    const floats = new Float32Array(numbers.buffer);
    numbers.set(POWERS_OF_ROOT, POWERS_OF_ROOT_ADDRESS / 8);
    return {
      ...(exports as unknown as Omit<Kernels, 'numbers' | 'words' | 'floats'>),
      numbers,
      words,
      floats,
    };
  } catch (error) {
    // A content security policy without `wasm-unsafe-eval`: slower, with the same answers.
    if (error instanceof WebAssembly.CompileError) return null;
    throw error;
  }
}
