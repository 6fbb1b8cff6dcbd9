/** The fields of one protobuf message, in order, without copying anything. Refuses what is cut off or malformed. */

export interface ProtobufField {
  readonly number: number;
  /** A varint; 0 for other kinds. */
  readonly value: number;
  /** Of a string, of bytes or of a message; empty for other kinds. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The field as it stands, with its tag and length. */
  readonly whole: Uint8Array<ArrayBuffer>;
}

const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;
/** Seven bits a byte: a 64-bit number has ten. */
const VARINT_BYTES_MAX = 10;
const EMPTY = new Uint8Array(0);

/** Throws a `RangeError` that says what is wrong. */
export function* protobufFields(message: Uint8Array<ArrayBuffer>): Generator<ProtobufField> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let byte = 0; byte < VARINT_BYTES_MAX; byte++) {
      const next = message[at++];
      if (next === undefined) throw new RangeError('it ends within a number');
      value += (next & 0x7f) * 2 ** (7 * byte);
      if (next < 0x80) return value;
    }
    throw new RangeError('a number has more than ten bytes');
  };
  while (at < message.length) {
    const start = at;
    const tag = varint();
    const number = Math.floor(tag / 8);
    const kind = tag % 8;
    let value = 0;
    let bytes = EMPTY;
    if (number === 0) throw new RangeError('a field has the number 0');
    if (kind === VARINT) value = varint();
    else if (kind === FIXED64) at += 8;
    else if (kind === FIXED32) at += 4;
    else if (kind === LENGTH_DELIMITED) {
      const length = varint();
      bytes = message.subarray(at, at + length);
      at += length;
    } else throw new RangeError(`a field is of the unknown kind ${kind}`);
    if (at > message.length) throw new RangeError('a field is longer than what holds it');
    yield { number, value, bytes, whole: message.subarray(start, at) };
  }
}

/** One field with the given bytes as its content, for a message that is written again. */
export function encodeField(number: number, content: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const head = [...encodeVarint(number * 8 + LENGTH_DELIMITED), ...encodeVarint(content.length)];
  const field = new Uint8Array(head.length + content.length);
  field.set(head);
  field.set(content, head.length);
  return field;
}

export function encodeNumberField(number: number, value: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from([...encodeVarint(number * 8 + VARINT), ...encodeVarint(value)]);
}

function encodeVarint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) + 0x80);
    rest = Math.floor(rest / 0x80);
  }
  return [...bytes, rest];
}
