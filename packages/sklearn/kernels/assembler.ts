/**
 * A small assembler of WebAssembly: instructions are functions that return bytes, so that TypeScript unrolls loops
 * and gives names. It knows what the kernels need and refuses nothing: the engine validates what comes out.
 */

/** Instructions one after another; a value is code that leaves it on the stack. */
export type Code = readonly number[];

/** Of a float64, and of a word of 32 bits. */
export const BYTES = 8;
export const WORD = 4;

export type ValueType = 'i32' | 'i64' | 'f64' | 'v128';
const TYPE_BYTES: Readonly<Record<ValueType, number>> = { i32: 0x7f, i64: 0x7e, f64: 0x7c, v128: 0x7b };

const BLOCK = 0x02;
const LOOP = 0x03;
const IF = 0x04;
const ELSE = 0x05;
const END = 0x0b;
const BRANCH = 0x0c;
const BRANCH_IF = 0x0d;
const CALL = 0x10;
const SELECT = 0x1b;
const EMPTY = 0x40;
const SIMD = 0xfd;
/** Addresses need not be aligned; 0 promises nothing. */
const NO_ALIGNMENT = 0;

function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest & 0x7f;
    rest >>>= 7;
    bytes.push(rest === 0 ? low : low | 0x80);
  } while (rest !== 0);
  return bytes;
}

function signed(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (true) {
    const low = rest & 0x7f;
    rest >>= 7;
    const isDone = (rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0);
    bytes.push(isDone ? low : low | 0x80);
    if (isDone) return bytes;
  }
}

function signed64(value: bigint): number[] {
  const bytes: number[] = [];
  let rest = BigInt.asIntN(64, value);
  while (true) {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    const isDone = (rest === 0n && (low & 0x40) === 0) || (rest === -1n && (low & 0x40) !== 0);
    bytes.push(isDone ? low : low | 0x80);
    if (isDone) return bytes;
  }
}

function float64(value: number): number[] {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value, true);
  return Array.from(new Uint8Array(view.buffer));
}

type Unary = (a: Code) => Code;
type Binary = (a: Code, b: Code) => Code;
type Load = (address: Code, offset?: number) => Code;
type Store = (address: Code, value: Code, offset?: number) => Code;

const plain1 =
  (opcode: number): Unary =>
  (a) => [...a, opcode];
const plain2 =
  (opcode: number): Binary =>
  (a, b) => [...a, ...b, opcode];
const simd1 =
  (opcode: number): Unary =>
  (a) => [...a, SIMD, ...unsigned(opcode)];
const simd2 =
  (opcode: number): Binary =>
  (a, b) => [...a, ...b, SIMD, ...unsigned(opcode)];

const memory = (opcode: Code, offset: number): Code => [...opcode, NO_ALIGNMENT, ...unsigned(offset)];
const load =
  (...opcode: number[]) =>
  (address: Code, offset = 0): Code => [...address, ...memory(opcode, offset)];
const store =
  (...opcode: number[]) =>
  (address: Code, value: Code, offset = 0): Code => [...address, ...value, ...memory(opcode, offset)];

export const i32 = {
  const: (value: number): Code => [0x41, ...signed(value)],
  load: load(0x28) as Load,
  load8: load(0x2d) as Load,
  store: store(0x36) as Store,
  isZero: plain1(0x45) as Unary,
  eq: plain2(0x46) as Binary,
  ne: plain2(0x47) as Binary,
  ltU: plain2(0x49) as Binary,
  /** The low half of 64 bits. */
  of64: plain1(0xa7) as Unary,
  add: plain2(0x6a) as Binary,
  sub: plain2(0x6b) as Binary,
  mul: plain2(0x6c) as Binary,
  and: plain2(0x71) as Binary,
  or: plain2(0x72) as Binary,
  xor: plain2(0x73) as Binary,
  shl: plain2(0x74) as Binary,
  shrS: plain2(0x75) as Binary,
};

export const i64 = {
  const: (value: bigint): Code => [0x42, ...signed64(value)],
  load: load(0x29) as Load,
  isZero: plain1(0x50) as Unary,
  ltU: plain2(0x54) as Binary,
  leadingZeros: plain1(0x79) as Unary,
  trailingZeros: plain1(0x7a) as Unary,
  add: plain2(0x7c) as Binary,
  sub: plain2(0x7d) as Binary,
  mul: plain2(0x7e) as Binary,
  and: plain2(0x83) as Binary,
  or: plain2(0x84) as Binary,
  xor: plain2(0x85) as Binary,
  shl: plain2(0x86) as Binary,
  shrU: plain2(0x88) as Binary,
  /** Of 32 bits without a sign. */
  of32: plain1(0xad) as Unary,
  bitsOf: plain1(0xbd) as Unary,
};

export const f64 = {
  const: (value: number): Code => [0x44, ...float64(value)],
  load: load(0x2b) as Load,
  store: store(0x39) as Store,
  gt: plain2(0x64) as Binary,
  add: plain2(0xa0) as Binary,
  sub: plain2(0xa1) as Binary,
  mul: plain2(0xa2) as Binary,
  div: plain2(0xa3) as Binary,
  ofI64: plain1(0xb9) as Unary,
  ofBits: plain1(0xbf) as Unary,
};

export const v128 = {
  load: load(SIMD, 0x00) as Load,
  store: store(SIMD, 0x0b) as Store,
  /** One number of 8 bytes in the low lane, and zero in the other; or in place of a lane of `vector`. */
  load64Zero: load(SIMD, 0x5d) as Load,
  load64Lane: (address: Code, vector: Code, lane: number, offset: number): Code => [
    ...address,
    ...vector,
    ...memory([SIMD, 0x57], offset),
    lane,
  ],
  /** One number of 8 bytes in both lanes, one of 4 bytes in all four. */
  load32Splat: load(SIMD, 0x09) as Load,
  load64Splat: load(SIMD, 0x0a) as Load,
  and: simd2(0x4e) as Binary,
  isAllTrue64: simd1(0xc3) as Unary,
};

export const f64x2 = {
  const: (value: number): Code => [SIMD, 0x0c, ...float64(value), ...float64(value)],
  splat: simd1(0x14) as Unary,
  lane: (a: Code, lane: number): Code => [...a, SIMD, 0x21, lane],
  lt: simd2(0x49) as Binary,
  gt: simd2(0x4a) as Binary,
  abs: simd1(0xec) as Unary,
  add: simd2(0xf0) as Binary,
  sub: simd2(0xf1) as Binary,
  mul: simd2(0xf2) as Binary,
  div: simd2(0xf3) as Binary,
  /** NaN where either is, and 0 above -0, as `Math.min` and `Math.max` have it. */
  min: simd2(0xf4) as Binary,
  max: simd2(0xf5) as Binary,
  /** Two numbers in the low lanes of four, and back. */
  toFloat32: simd1(0x5e) as Unary,
  fromFloat32: simd1(0x5f) as Unary,
  /** The low lanes of two vectors, or the high ones. */
  lows: (a: Code, b: Code): Code => [...a, ...b, SIMD, 0x0d, ...laneBytes(0), ...laneBytes(2)],
  highs: (a: Code, b: Code): Code => [...a, ...b, SIMD, 0x0d, ...laneBytes(1), ...laneBytes(3)],
};

export const f32x4 = {
  const: (value: number): Code => {
    const view = new DataView(new ArrayBuffer(4));
    view.setFloat32(0, value, true);
    const lane = Array.from(new Uint8Array(view.buffer));
    return [SIMD, 0x0c, ...lane, ...lane, ...lane, ...lane];
  },
  le: simd2(0x45) as Binary,
  add: simd2(0xe4) as Binary,
  sub: simd2(0xe5) as Binary,
  mul: simd2(0xe6) as Binary,
  min: simd2(0xe8) as Binary,
};

export const i64x2 = {
  const: (value: number): Code => {
    const sign = value < 0 ? 0xff : 0;
    const low = [value & 0xff, (value >> 8) & 0xff, (value >> 16) & 0xff, (value >> 24) & 0xff];
    const lane = [...low, sign, sign, sign, sign];
    return [SIMD, 0x0c, ...lane, ...lane];
  },
  shl: (a: Code, bits: number): Code => [...a, ...i32.const(bits), SIMD, ...unsigned(0xcb)],
  add: simd2(0xce) as Binary,
  isZero: (a: Code, lane: number): Code => [...a, SIMD, 0x1d, lane, 0x50],
};

export const i32x4 = {
  /** A bit for each lane: its highest. */
  bits: simd1(0xa4) as Unary,
  lane: (a: Code, lane: number): Code => [...a, SIMD, 0x1b, lane],
};

function laneBytes(lane: number): number[] {
  return Array.from({ length: 8 }, (_, i) => lane * 8 + i);
}

export interface Local {
  readonly get: Code;
  readonly set: (value: Code) => Code;
  /** Adds a constant, or a value. */
  readonly add: (value: number | Code) => Code;
}

function localAt(index: number): Local {
  const get = [0x20, ...unsigned(index)];
  const set = (value: Code): Code => [...value, 0x21, ...unsigned(index)];
  return {
    get,
    set,
    add: (value) => set(i32.add(get, typeof value === 'number' ? i32.const(value) : value)),
  };
}

/** 0 to one less than `length`. */
export function range(length: number): number[] {
  return Array.from({ length }, (_, i) => i);
}

export function sequence(...parts: readonly Code[]): Code {
  return parts.flat();
}

export function whileTrue(condition: Code, ...body: readonly Code[]): Code {
  const leave = [...i32.isZero(condition), BRANCH_IF, 1];
  return [BLOCK, EMPTY, LOOP, EMPTY, ...leave, ...body.flat(), BRANCH, 0, END, END];
}

/** The body runs once at least. */
export function doWhile(body: readonly Code[], condition: Code): Code {
  return [LOOP, EMPTY, ...body.flat(), ...condition, BRANCH_IF, 0, END];
}

/** Code inside it leaves it with `leaveIf`. */
export function block(...body: readonly Code[]): Code {
  return [BLOCK, EMPTY, ...body.flat(), END];
}

/** Code inside it begins it anew with `leave`; else it ends. */
export function loop(...body: readonly Code[]): Code {
  return [LOOP, EMPTY, ...body.flat(), END];
}

/** Leaves the innermost block, loop or branch around it, or as many more as `depth` says; of a loop it begins the next turn. */
export function leaveIf(condition: Code, depth = 0): Code {
  return [...condition, BRANCH_IF, depth];
}

export function leave(depth = 0): Code {
  return [BRANCH, depth];
}

/** The first of two values where the condition holds. */
export function select(a: Code, b: Code, condition: Code): Code {
  return [...a, ...b, ...condition, SELECT];
}

export function ifElse(condition: Code, then: Code, otherwise: Code): Code {
  return [...condition, IF, EMPTY, ...then, ELSE, ...otherwise, END];
}

export interface FunctionSource {
  readonly name: string;
  readonly code: Code;
  readonly parameters: number;
  readonly locals: readonly ValueType[];
}

/** A function of addresses and sizes that returns nothing. `write` declares its locals as it goes. */
export function defineFunction<const P extends string>(
  name: string,
  parameters: readonly P[],
  write: (parameters: Readonly<Record<P, Local>>, local: (type: ValueType) => Local) => Code,
): FunctionSource {
  const locals: ValueType[] = [];
  const named = Object.fromEntries(parameters.map((parameter, i) => [parameter, localAt(i)]));
  const code = write(named as Record<P, Local>, (type) => {
    locals.push(type);
    return localAt(parameters.length + locals.length - 1);
  });
  return { name, code, parameters: parameters.length, locals };
}

/** An imported function of one float64 that returns one. */
export interface ImportSource {
  readonly module: string;
  readonly name: string;
}

/** Imports are the functions with the lowest numbers. */
export function callImport(index: number, argument: Code): Code {
  return [...argument, CALL, ...unsigned(index)];
}

const text = (value: string): number[] => list([...new TextEncoder().encode(value)].map((byte) => [byte]));
const list = (items: readonly Code[]): number[] => [...unsigned(items.length), ...items.flat()];
const sized = (code: Code): number[] => [...unsigned(code.length), ...code];
const section = (id: number, items: readonly Code[]): number[] => [id, ...sized(list(items))];

/** The bytes of a module with a memory of `pages` that does not grow; memory and functions are exported. */
export function assembleModule(
  imports: readonly ImportSource[],
  functions: readonly FunctionSource[],
  pages: number,
): Uint8Array<ArrayBuffer> {
  const ofImport = [0x60, ...list([[TYPE_BYTES.f64]]), ...list([[TYPE_BYTES.f64]])];
  const types = functions.map(({ parameters }) => [
    0x60,
    ...list(Array.from({ length: parameters }, () => [TYPE_BYTES.i32])),
    ...list([]),
  ]);
  const bodies = functions.map(({ locals, code }) => {
    const declared = list(locals.map((type) => [1, TYPE_BYTES[type]]));
    return sized([...declared, ...code, END]);
  });
  const exports = functions.map(({ name }, i) => [...text(name), 0x00, ...unsigned(imports.length + i)]);
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, [ofImport, ...types]),
    ...section(
      2,
      imports.map(({ module, name }) => [...text(module), ...text(name), 0x00, 0x00]),
    ),
    ...section(
      3,
      functions.map((_, i) => unsigned(i + 1)),
    ),
    ...section(5, [[0x01, ...unsigned(pages), ...unsigned(pages)]]),
    ...section(7, [[...text('memory'), 0x02, 0x00], ...exports]),
    ...section(10, bodies),
  ]);
}
