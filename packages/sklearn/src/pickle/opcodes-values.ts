/** The opcodes that push a plain value: constants, numbers, text, bytes. */
import { overLimit } from './limits.ts';
import type { PickleMachine } from './machine.ts';
import { decodeLong, parseFloatText, parseIntText, parseLongText } from './numbers.ts';
import { COST, type Opcode, opcode } from './opcode.ts';
import { decodeLatin1, decodeQuoted, decodeRawUnicodeEscape, decodeUtf8 } from './text.ts';

/** A line of digits. */
function textLine(machine: PickleMachine): string {
  return decodeLatin1(machine.cursor.line());
}

function longOf(machine: PickleMachine, lengthBytes: number): number | bigint {
  if (lengthBytes > machine.limits.integerBytesMax) {
    throw overLimit('integerBytesMax', machine.limits, machine.opcodeOffset);
  }
  if (lengthBytes < 0) throw machine.malformed('has a negative length');
  return decodeLong(machine.cursor.take(lengthBytes));
}

function longTextOf(machine: PickleMachine): number | bigint {
  const text = textLine(machine);
  // Parsing decimal digits takes quadratic time.
  if (text.length > 3 * machine.limits.integerBytesMax) {
    throw overLimit('integerBytesMax', machine.limits, machine.opcodeOffset);
  }
  return parseLongText(text, machine.opcodeOffset);
}

function stringBytes(machine: PickleMachine, lengthBytes: number): Uint8Array {
  if (lengthBytes < 0) throw machine.malformed('has a negative length');
  if (lengthBytes > machine.limits.stringBytesMax) {
    throw overLimit('stringBytesMax', machine.limits, machine.opcodeOffset);
  }
  return machine.cursor.take(lengthBytes);
}

function pushUtf8(machine: PickleMachine, lengthBytes: number): void {
  machine.push(decodeUtf8(stringBytes(machine, lengthBytes), machine.opcodeOffset));
}

/** Python 2 text: kept byte for byte, so that what was binary can be made bytes again. */
function pushLatin1(machine: PickleMachine, lengthBytes: number): void {
  machine.push(decodeLatin1(stringBytes(machine, lengthBytes)));
}

function pushBytes(machine: PickleMachine, lengthBytes: number): void {
  machine.push(machine.cursor.take(lengthBytes));
}

export const VALUE_OPCODES: readonly Opcode[] = [
  opcode('N', 'NONE', 0, (m) => m.push(null)),
  opcode('\x88', 'NEWTRUE', 2, (m) => m.push(true)),
  opcode('\x89', 'NEWFALSE', 2, (m) => m.push(false)),

  opcode('I', 'INT', 0, (m) => m.push(parseIntText(textLine(m), m.opcodeOffset))),
  opcode('J', 'BININT', 1, (m) => m.push(m.cursor.int32())),
  opcode('K', 'BININT1', 1, (m) => m.push(m.cursor.uint8())),
  opcode('M', 'BININT2', 1, (m) => m.push(m.cursor.uint16())),
  opcode('L', 'LONG', 0, (m) => m.push(longTextOf(m)), COST.text),
  opcode('\x8a', 'LONG1', 2, (m) => m.push(longOf(m, m.cursor.uint8())), COST.text),
  opcode('\x8b', 'LONG4', 2, (m) => m.push(longOf(m, m.cursor.int32())), COST.text),
  opcode('F', 'FLOAT', 0, (m) => m.push(parseFloatText(textLine(m), m.opcodeOffset))),
  opcode('G', 'BINFLOAT', 1, (m) => m.push(m.cursor.float64BigEndian())),

  opcode(
    'S',
    'STRING',
    0,
    (m) => {
      m.push(decodeQuoted(m.cursor.line(m.limits.stringBytesMax), m.opcodeOffset));
    },
    COST.text,
  ),
  opcode('T', 'BINSTRING', 1, (m) => pushLatin1(m, m.cursor.int32()), COST.text),
  opcode('U', 'SHORT_BINSTRING', 1, (m) => pushLatin1(m, m.cursor.uint8()), COST.text),
  opcode(
    'V',
    'UNICODE',
    0,
    (m) => {
      m.push(decodeRawUnicodeEscape(m.cursor.line(m.limits.stringBytesMax), m.opcodeOffset));
    },
    COST.text,
  ),
  opcode('\x8c', 'SHORT_BINUNICODE', 4, (m) => pushUtf8(m, m.cursor.uint8()), COST.text),
  opcode('X', 'BINUNICODE', 1, (m) => pushUtf8(m, m.cursor.uint32()), COST.text),
  opcode('\x8d', 'BINUNICODE8', 4, (m) => pushUtf8(m, m.cursor.length64()), COST.text),

  opcode('C', 'SHORT_BINBYTES', 3, (m) => pushBytes(m, m.cursor.uint8()), COST.container),
  opcode('B', 'BINBYTES', 3, (m) => pushBytes(m, m.cursor.uint32()), COST.container),
  opcode('\x8e', 'BINBYTES8', 4, (m) => pushBytes(m, m.cursor.length64()), COST.container),
  opcode('\x96', 'BYTEARRAY8', 5, (m) => pushBytes(m, m.cursor.length64()), COST.container),
];
