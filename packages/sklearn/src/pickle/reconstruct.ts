/**
 * `REDUCE` as data: the few callables with which Python and NumPy spell plain values are understood here, by
 * name; every other one leaves a record of its name and arguments. Nothing is called.
 */

import { SklearnError } from '../errors.ts';
import { bufferArray, emptyArray, fillArray, scalarArray } from '../numpy/pickled-array.ts';
import type { PickleMachine } from './machine.ts';
import { encodeLatin1 } from './text.ts';
import { isKind, type PickleGlobal, type PickleObject, type PickleValue } from './value.ts';

type Reconstruction = (
  args: readonly PickleValue[],
  machine: PickleMachine,
  global: PickleGlobal,
) => PickleValue;

/** By module, then by name. */
const RECONSTRUCTIONS: Readonly<Record<string, Readonly<Record<string, Reconstruction>>>> = {
  'numpy._core.multiarray': {
    _reconstruct: arrayOfClass,
    scalar: (args, machine) => scalarArray(args, machine.arrays),
  },
  'numpy._core.numeric': {
    _frombuffer: (args, machine) => bufferArray(args, machine.arrays),
  },
  'dill._dill': { _create_array: arrayOfDill, _load_type: typeOfDill, _eval_repr: valueOfDill },
  _codecs: { encode: encodedBytes },
  copyreg: { _reconstructor: objectOfBase, __newobj__: objectOfArguments },
  builtins: {
    bytes: bytesOf,
    bytearray: bytesOf,
    set: setOf,
    frozenset: setOf,
    getattr: methodOf,
    type: typeOf,
  },
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
  if (reconstruction !== undefined) return reconstruction(args, machine, global);
  if (ITERATING.test(global.module) && args.some((arg) => isKind(arg, 'object') && arg.global.inert)) {
    throw refusedCall(
      `${global.module} ${global.name}`,
      'over an object of a class that is not listed',
      machine,
    );
  }
  return plainObject(global, args);
}

/** Modules whose classes go through what they are given: through a lazy object, which may call things. */
const ITERATING = /^(builtins|collections|array|random)$/;

function refusedCall(name: string, how: string, { opcodeOffset }: PickleMachine): SklearnError {
  return new SklearnError(
    'PICKLE_FORBIDDEN_GLOBAL',
    `The pickle calls ${name} ${how}, which Python would run. Nothing of it was run.`,
    { offsetBytes: opcodeOffset },
  );
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

/** `_reconstruct(ndarray, (0,), b'b')`; of an inert class it is an object, whose state nobody reads as numbers. */
function arrayOfClass(args: readonly PickleValue[], machine: PickleMachine): PickleValue {
  const [made] = args;
  if (isKind(made, 'global') && made.inert === true) return plainObject(made, []);
  return emptyArray(args, machine.arrays);
}

/** `_create_array(_reconstruct, args, state, attributes)`: how dill spells an array; it has no attributes of its own. */
function arrayOfDill(args: readonly PickleValue[], machine: PickleMachine): PickleValue {
  const [made, madeOf, state] = args;
  const isArray =
    isKind(made, 'global') && made.module === 'numpy._core.multiarray' && made.name === '_reconstruct';
  if (!isArray || !isKind(madeOf, 'tuple') || state === undefined) {
    throw machine.malformed('makes an array in an unknown way');
  }
  const array = arrayOfClass(madeOf.items, machine);
  if (isKind(array, 'ndarray')) fillArray(array, state, machine.arrays);
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
    throw refusedCall('dill._dill _eval_repr', 'on a text that is neither a slice nor a range', machine);
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
  if (classGlobal.inert === true && value !== undefined) return plainObject(classGlobal, [value]);
  throw machine.malformed(`makes an object of ${baseName}, which is not known`);
}

/** `getattr(str, 'split')`, `getattr(object, 'method')`: how methods are spelled. They stay inert. */
function methodOf(args: readonly PickleValue[], machine: PickleMachine, global: PickleGlobal): PickleValue {
  const [owner, name] = args;
  const isMethod =
    typeof name === 'string' && /^[\p{L}_][\p{L}\p{N}_]*$/u.test(name) && !name.startsWith('__');
  // How Python spells a time zone: a private method of the class, which the file then calls.
  if (isKind(owner, 'global') && owner.module === 'zoneinfo' && name === '_unpickle') return owner;
  const isOwner = isKind(owner, 'object') || (isKind(owner, 'global') && owner.inert !== true);
  if (isOwner && isMethod && args.length === 2) return plainObject(global, args);
  throw refusedCall('builtins getattr', 'to reach into a name', machine);
}

/** `type(None)`: how the types of None and its like are spelled. With three arguments it would make a class. */
function typeOf(args: readonly PickleValue[], machine: PickleMachine, global: PickleGlobal): PickleValue {
  if (args.length !== 1) throw refusedCall('builtins type', 'to make a class', machine);
  return plainObject(global, args);
}

/** `copyreg.__newobj__(cls, *args)`: `NEWOBJ` before there was an opcode for it. */
function objectOfArguments(args: readonly PickleValue[], machine: PickleMachine): PickleValue {
  return plainObject(asGlobal(args[0], machine), args.slice(1));
}

function asGlobal(value: PickleValue | undefined, machine: PickleMachine): PickleGlobal {
  if (isKind(value, 'global')) return value;
  throw machine.malformed('makes an object of something that is no class');
}
