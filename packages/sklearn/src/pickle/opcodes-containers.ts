/** The opcodes that build tuples, lists, dicts and sets, and those that move values on the stack and the memo. */
import type { PickleMachine } from './machine.ts';
import { parseMemoKey } from './numbers.ts';
import { COST, type Opcode, opcode } from './opcode.ts';
import { decodeLatin1 } from './text.ts';
import { isKind, type PickleObject, type PickleStructure, type PickleValue } from './value.ts';

function memoKey(machine: PickleMachine): number {
  return parseMemoKey(decodeLatin1(machine.cursor.line()), machine.opcodeOffset);
}

function pushTuple(machine: PickleMachine, items: PickleValue[]): void {
  machine.push({ kind: 'tuple', items });
}

/** Pops one, two or three items into a tuple. */
function pushShortTuple(machine: PickleMachine, length: 1 | 2 | 3): void {
  const items = new Array<PickleValue>(length);
  for (let i = length - 1; i >= 0; i--) items[i] = machine.pop();
  pushTuple(machine, items);
}

function entriesOf(machine: PickleMachine, items: readonly PickleValue[]): [PickleValue, PickleValue][] {
  if (items.length % 2 !== 0) throw machine.malformed('has a key without a value');
  machine.file.meter.countValueBytes((COST.entry * items.length) / 2, machine.opcodeOffset);
  const entries = new Array<[PickleValue, PickleValue]>(items.length / 2);
  for (let i = 0; i < entries.length; i++) entries[i] = [items[2 * i]!, items[2 * i + 1]!];
  return entries;
}

/**
 * The value that takes more items: one of `kind`, or an object whose class may be one. Python's pickler writes the
 * state of an object last; what comes after it would call a method that the state itself may have put there.
 */
function filled<K extends 'list' | 'set' | 'dict'>(
  machine: PickleMachine,
  kind: K,
): PickleObject | Structure<K> {
  const target = machine.top();
  if (isKind(target, kind)) return target;
  if (!isKind(target, 'object')) throw machine.malformed(`has no ${kind} to fill`);
  if (target.state !== undefined) throw machine.malformed('fills an object after its state');
  return target;
}

type Structure<K> = Extract<PickleStructure, { readonly kind: K }>;

function append(machine: PickleMachine, values: readonly PickleValue[]): void {
  const { items } = filled(machine, 'list');
  for (const value of values) items.push(value);
}

function add(machine: PickleMachine, values: readonly PickleValue[]): void {
  const { items } = filled(machine, 'set');
  for (const value of values) items.push(value);
}

function setItems(machine: PickleMachine, values: readonly PickleValue[]): void {
  const { entries } = filled(machine, 'dict');
  for (const entry of entriesOf(machine, values)) entries.push(entry);
}

export const CONTAINER_OPCODES: readonly Opcode[] = [
  opcode('(', 'MARK', 0, (m) => m.pushMark()),
  opcode('0', 'POP', 0, (m) => m.discardTop()),
  opcode('1', 'POP_MARK', 1, (m) => {
    m.popToMark();
  }),
  opcode('2', 'DUP', 0, (m) => m.duplicateTop()),

  opcode(')', 'EMPTY_TUPLE', 1, (m) => pushTuple(m, []), COST.container),
  opcode('t', 'TUPLE', 0, (m) => pushTuple(m, m.popToMark()), COST.container),
  opcode('\x85', 'TUPLE1', 2, (m) => pushShortTuple(m, 1), COST.container),
  opcode('\x86', 'TUPLE2', 2, (m) => pushShortTuple(m, 2), COST.container),
  opcode('\x87', 'TUPLE3', 2, (m) => pushShortTuple(m, 3), COST.container),

  opcode(']', 'EMPTY_LIST', 1, (m) => m.push({ kind: 'list', items: [] }), COST.container),
  opcode('l', 'LIST', 0, (m) => m.push({ kind: 'list', items: m.popToMark() }), COST.container),
  opcode('a', 'APPEND', 0, (m) => {
    const value = m.pop();
    append(m, [value]);
  }),
  opcode('e', 'APPENDS', 1, (m) => {
    const values = m.popToMark();
    append(m, values);
  }),

  opcode('}', 'EMPTY_DICT', 1, (m) => m.push({ kind: 'dict', entries: [] }), COST.container),
  opcode(
    'd',
    'DICT',
    0,
    (m) => m.push({ kind: 'dict', entries: entriesOf(m, m.popToMark()) }),
    COST.container,
  ),
  opcode('s', 'SETITEM', 0, (m) => {
    const value = m.pop();
    const key = m.pop();
    setItems(m, [key, value]);
  }),
  opcode('u', 'SETITEMS', 1, (m) => {
    const values = m.popToMark();
    setItems(m, values);
  }),

  opcode('\x8f', 'EMPTY_SET', 4, (m) => m.push({ kind: 'set', items: [] }), COST.container),
  opcode('\x90', 'ADDITEMS', 4, (m) => {
    const values = m.popToMark();
    add(m, values);
  }),
  opcode('\x91', 'FROZENSET', 4, (m) => m.push({ kind: 'set', items: m.popToMark() }), COST.container),

  opcode('p', 'PUT', 0, (m) => m.memoPut(memoKey(m))),
  opcode('q', 'BINPUT', 1, (m) => m.memoPut(m.cursor.uint8())),
  opcode('r', 'LONG_BINPUT', 1, (m) => m.memoPut(m.cursor.uint32())),
  opcode('\x94', 'MEMOIZE', 4, (m) => m.memoAppend()),
  opcode('g', 'GET', 0, (m) => m.memoGet(memoKey(m))),
  opcode('h', 'BINGET', 1, (m) => m.memoGet(m.cursor.uint8())),
  opcode('j', 'LONG_BINGET', 1, (m) => m.memoGet(m.cursor.uint32())),
];
