/**
 * `REDUCE` as data: the few callables with which Python and NumPy spell plain values are understood here, by
 * name; every other one leaves a record of its name and arguments. Nothing is called.
 */
import { bufferArray, emptyArray, scalarArray } from '../numpy/pickled-array.ts';
import type { PickleMachine } from './machine.ts';
import { encodeLatin1 } from './text.ts';
import { isKind, type PickleGlobal, type PickleObject, type PickleValue } from './value.ts';

type Reconstruction = (args: readonly PickleValue[], machine: PickleMachine) => PickleValue;

/** By module, then by name. */
const RECONSTRUCTIONS: Readonly<Record<string, Readonly<Record<string, Reconstruction>>>> = {
  'numpy._core.multiarray': {
    _reconstruct: (args, machine) => emptyArray(args, machine.arrays),
    scalar: (args, machine) => scalarArray(args, machine.arrays),
  },
  'numpy._core.numeric': {
    _frombuffer: (args, machine) => bufferArray(args, machine.arrays),
  },
  _codecs: { encode: encodedBytes },
  copyreg: { _reconstructor: objectOfBase, __newobj__: objectOfArguments },
  builtins: { bytes: bytesOf, bytearray: bytesOf, set: setOf, frozenset: setOf },
};
const BY_MODULE = new Map(
  Object.entries(RECONSTRUCTIONS).map(([module, names]) => [module, new Map(Object.entries(names))]),
);

/** The value that `REDUCE` leaves on the stack. */
export function reconstruct(
  global: PickleGlobal,
  args: readonly PickleValue[],
  machine: PickleMachine,
): PickleValue {
  const reconstruction = BY_MODULE.get(global.module)?.get(global.name);
  return reconstruction === undefined ? plainObject(global, args) : reconstruction(args, machine);
}

export function plainObject(global: PickleGlobal, args: readonly PickleValue[]): PickleObject {
  return { kind: 'object', global, args, state: undefined, items: [], entries: [] };
}

/** `_codecs.encode(text, 'latin1')`: how protocols before 3 spell bytes. */
function encodedBytes(args: readonly PickleValue[], machine: PickleMachine): PickleValue {
  const [text, encoding] = args;
  if (typeof text !== 'string' || encoding !== 'latin1') {
    throw machine.malformed('spells bytes in an unknown way');
  }
  return latin1(text, machine);
}

function latin1(text: string, machine: PickleMachine): Uint8Array {
  machine.file.meter.countBytes(text.length, machine.opcodeOffset);
  return encodeLatin1(text, machine.opcodeOffset);
}

/** `bytes()`, `bytearray(b'...')`, `bytearray('...', 'latin-1')`. */
function bytesOf(args: readonly PickleValue[], machine: PickleMachine): PickleValue {
  const [value, encoding] = args;
  if (value === undefined) return new Uint8Array(0);
  if (value instanceof Uint8Array) return value;
  if (typeof value === 'string' && (encoding === 'latin-1' || encoding === 'latin1'))
    return latin1(value, machine);
  throw machine.malformed('spells bytes in an unknown way');
}

/** `set([...])` and `frozenset([...])`, before protocol 4. */
function setOf(args: readonly PickleValue[], machine: PickleMachine): PickleValue {
  const [items] = args;
  if (items === undefined) return { kind: 'set', items: [] };
  // The items are shared: copying would let a file of few bytes fill the memory.
  if (isKind(items, 'list')) return { kind: 'set', items: items.items };
  if (isKind(items, 'tuple')) return { kind: 'set', items: items.items as PickleValue[] };
  throw machine.malformed('makes a set of something that is no list');
}

/** `copyreg._reconstructor(cls, base, value)`: how protocols 0 and 1 make an object, empty or of a base's items. */
function objectOfBase(args: readonly PickleValue[], machine: PickleMachine): PickleValue {
  const [cls, base, value] = args;
  const classGlobal = asGlobal(cls, machine);
  const baseName = asGlobal(base, machine).name;
  const made = plainObject(classGlobal, []);
  if (baseName === 'object' && value === null) return made;
  if (baseName === 'dict' && isKind(value, 'dict')) return { ...made, entries: value.entries };
  if (baseName === 'list' && isKind(value, 'list')) return { ...made, items: value.items };
  throw machine.malformed(`makes an object of ${baseName}, which is not known`);
}

/** `copyreg.__newobj__(cls, *args)`: `NEWOBJ` before there was an opcode for it. */
function objectOfArguments(args: readonly PickleValue[], machine: PickleMachine): PickleValue {
  return plainObject(asGlobal(args[0], machine), args.slice(1));
}

function asGlobal(value: PickleValue | undefined, machine: PickleMachine): PickleGlobal {
  if (isKind(value, 'global')) return value;
  throw machine.malformed('makes an object of something that is no class');
}
