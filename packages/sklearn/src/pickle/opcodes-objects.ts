/**
 * The opcodes that name things and make objects of them, and those that frame the stream. Nothing is called:
 * an object is a record of what would have been. Refuses extension codes, persistent ids and buffers kept
 * outside the file.
 */
import { buildState } from './build.ts';
import type { PickleMachine } from './machine.ts';
import { COST, type Opcode, opcode } from './opcode.ts';
import { plainObject, reconstruct } from './reconstruct.ts';
import { decodeUtf8 } from './text.ts';
import { isKind, type PickleGlobal, type PickleTuple, type PickleValue } from './value.ts';

const PROTOCOL_MAX = 5;

function globalFromLines(machine: PickleMachine): PickleGlobal {
  const offset = machine.opcodeOffset;
  const module = decodeUtf8(machine.cursor.line(), offset);
  const name = decodeUtf8(machine.cursor.line(), offset);
  return machine.file.globals.find(module, name, offset);
}

function globalFromStack(machine: PickleMachine): PickleGlobal {
  const name = machine.pop();
  const module = machine.pop();
  if (typeof name !== 'string' || typeof module !== 'string') {
    throw machine.malformed('names something with a value that is no text');
  }
  return machine.file.globals.find(module, name, machine.opcodeOffset);
}

function asGlobal(machine: PickleMachine, value: PickleValue | undefined): PickleGlobal {
  if (isKind(value, 'global')) return value;
  throw machine.malformed('would call something that is no name from a module');
}

function asTuple(machine: PickleMachine, value: PickleValue): PickleTuple {
  if (isKind(value, 'tuple')) return value;
  throw machine.malformed('has arguments that are no tuple');
}

function newObject(machine: PickleMachine): void {
  const args = asTuple(machine, machine.pop());
  const global = asGlobal(machine, machine.pop());
  machine.push(plainObject(global, args.items));
}

/** Keyword arguments follow the others as a dict, where it is an inert object that has some. */
function newObjectWithKeywords(machine: PickleMachine): void {
  const keywords = machine.pop();
  const args = asTuple(machine, machine.pop());
  const global = asGlobal(machine, machine.pop());
  const given = isKind(keywords, 'dict') ? keywords.entries.length : null;
  if (given === null || (given > 0 && global.inert !== true)) {
    throw machine.malformed('has keyword arguments, which no known class takes');
  }
  machine.push(plainObject(global, given > 0 ? [...args.items, keywords] : args.items));
}

function reduce(machine: PickleMachine): void {
  const args = asTuple(machine, machine.pop());
  const global = asGlobal(machine, machine.pop());
  machine.file.globals.checkCall(global, machine.opcodeOffset);
  machine.push(reconstruct(global, args.items, machine));
}

/** `INST` and `OBJ`: the class is called with what stands above the mark. */
function callClass(machine: PickleMachine, global: PickleGlobal, args: readonly PickleValue[]): void {
  machine.file.globals.checkCall(global, machine.opcodeOffset);
  machine.push(plainObject(global, args));
}

function openProtocol(machine: PickleMachine): void {
  const protocol = machine.cursor.uint8();
  if (protocol > PROTOCOL_MAX) throw machine.malformed(`asks for protocol ${protocol}; 0 to 5 are known`);
  machine.declareProtocol(protocol);
}

function refuse(what: string): (machine: PickleMachine) => never {
  return (machine) => {
    throw machine.malformed(`needs ${what}, which a file alone does not have`);
  };
}

export const OBJECT_OPCODES: readonly Opcode[] = [
  opcode('c', 'GLOBAL', 0, (m) => m.push(globalFromLines(m)), COST.name),
  opcode('\x93', 'STACK_GLOBAL', 4, (m) => m.push(globalFromStack(m)), COST.name),

  opcode('R', 'REDUCE', 0, reduce, COST.object),
  opcode('b', 'BUILD', 0, (m) => {
    const state = m.pop();
    buildState(m, state);
  }),
  opcode(
    'i',
    'INST',
    0,
    (m) => {
      const global = globalFromLines(m);
      callClass(m, global, m.popToMark());
    },
    COST.object + COST.name,
  ),
  opcode(
    'o',
    'OBJ',
    1,
    (m) => {
      const [global, ...args] = m.popToMark();
      callClass(m, asGlobal(m, global), args);
    },
    COST.object,
  ),
  opcode('\x81', 'NEWOBJ', 2, newObject, COST.object),
  opcode('\x92', 'NEWOBJ_EX', 4, newObjectWithKeywords, COST.object),

  opcode('\x80', 'PROTO', 2, openProtocol),
  opcode('\x95', 'FRAME', 4, (m) => m.cursor.openFrame(m.cursor.length64())),
  opcode('.', 'STOP', 0, (m) => {
    m.stopped = true;
  }),

  opcode('P', 'PERSID', 0, refuse('persistent objects')),
  opcode('Q', 'BINPERSID', 1, refuse('persistent objects')),
  opcode('\x82', 'EXT1', 2, refuse('an extension registry')),
  opcode('\x83', 'EXT2', 2, refuse('an extension registry')),
  opcode('\x84', 'EXT4', 2, refuse('an extension registry')),
  opcode('\x97', 'NEXT_BUFFER', 5, refuse('buffers kept outside')),
  opcode('\x98', 'READONLY_BUFFER', 5, refuse('buffers kept outside')),
];
