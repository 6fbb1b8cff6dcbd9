/**
 * `REDUCE` as data: the few callables with which Python and NumPy spell plain values are understood here, by
 * name; every other one leaves a record of its name and arguments. Nothing is called.
 */

import { SklearnError } from '../errors.ts';
import { bufferArray, emptyArray, fillArray, scalarArray } from '../numpy/pickled-array.ts';
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
  'dill._dill': { _create_array: arrayOfDill, _load_type: typeOfDill, _eval_repr: valueOfDill },
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

/** `_create_array(_reconstruct, args, state, attributes)`: how dill spells an array; it has no attributes of its own. */
function arrayOfDill(args: readonly PickleValue[], machine: PickleMachine): PickleValue {
  const [made, madeOf, state] = args;
  const isArray =
    isKind(made, 'global') && made.module === 'numpy._core.multiarray' && made.name === '_reconstruct';
  if (!isArray || !isKind(madeOf, 'tuple') || state === undefined) {
    throw machine.malformed('makes an array in an unknown way');
  }
  const array = emptyArray(madeOf.items, machine.arrays);
  fillArray(array, state, machine.arrays);
  return array;
}

/** `_load_type('int')`: how dill spells a type of Python or NumPy; it has to be one that a file may name anyway. */
function typeOfDill(args: readonly PickleValue[], machine: PickleMachine): PickleValue {
  const [name] = args;
  if (typeof name !== 'string') throw machine.malformed('names a type with a value that is no text');
  const module = /\d$/.test(name) ? 'numpy' : 'builtins';
  return machine.file.globals.find(module, name, machine.opcodeOffset);
}

/** `slice(1, None, 2)`, `range(0, 5)`: whole numbers of at most 15 digits, or None. */
const SLICE_OR_RANGE = /^(slice|range)\(((?:-?\d{1,15}|None)(?:, (?:-?\d{1,15}|None)){0,2})\)$/;

/**
 * `_eval_repr('slice(1, None, 2)')`: dill has Python evaluate a text. Here four forms of it are read, those that dill
 * writes; every other one is refused as the code that it is.
 */
function valueOfDill(args: readonly PickleValue[], machine: PickleMachine): PickleValue {
  const [text] = args;
  const { globals } = machine.file;
  if (text === 'Ellipsis' || text === 'NotImplemented')
    return globals.find('builtins', text, machine.opcodeOffset);
  const [, name, list] = SLICE_OR_RANGE.exec(typeof text === 'string' ? text : '') ?? [];
  if (name === undefined || list === undefined) {
    throw new SklearnError(
      'PICKLE_FORBIDDEN_GLOBAL',
      'The pickle asks for dill._dill _eval_repr to evaluate a text that is neither a slice nor a range. Nothing of it was run.',
      { offsetBytes: machine.opcodeOffset },
    );
  }
  const items = list.split(', ').map((item) => (item === 'None' ? null : Number(item)));
  return plainObject(globals.find('builtins', name, machine.opcodeOffset), items);
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
