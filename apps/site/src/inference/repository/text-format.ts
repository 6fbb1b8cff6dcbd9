/**
 * Reads protobuf's text format, in which Triton's `config.pbtxt` is written, into plain data: every field is a list.
 * Refuses what is malformed, with its line, and what is nested more deeply than any configuration.
 */

const DEPTH_MAX = 16;
const TOKEN = /\s+|#[^\n]*|("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|([A-Za-z0-9_.+-]+)|([{}<>[\]:;,])/y;

export type TextValue = string | TextMessage;
export interface TextMessage {
  readonly [field: string]: readonly TextValue[];
}

interface Token {
  readonly text: string;
  readonly line: number;
}

/** Throws a `RangeError` that says what is wrong and where. Numbers and words stay texts. */
export function parseTextFormat(source: string): TextMessage {
  const tokens = tokenize(source);
  const message = readMessage(tokens, null, 0);
  const rest = tokens.shift();
  if (rest !== undefined) throw unexpected(rest);
  return message;
}

function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  let line = 1;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < source.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(source);
    if (match === null) throw unexpected({ text: source.slice(at, at + 10), line });
    const [all, quoted, word, sign] = match;
    const text = quoted ?? word ?? sign;
    if (text !== undefined) tokens.push({ text, line });
    line += all.split('\n').length - 1;
  }
  return tokens;
}

/** The fields up to `end`, which is taken too; up to the end of the file where it is null. */
function readMessage(tokens: Token[], end: string | null, depth: number): TextMessage {
  if (depth > DEPTH_MAX) throw new RangeError(`messages are nested more than ${DEPTH_MAX} deep`);
  const fields: Record<string, TextValue[]> = Object.create(null) as Record<string, TextValue[]>;
  for (;;) {
    const name = tokens.shift();
    if (name === undefined) {
      if (end === null) return fields;
      throw new RangeError(`it ends before a ${end}`);
    }
    if (name.text === end) return fields;
    if (name.text === ',' || name.text === ';') continue;
    if (!/^[A-Za-z_]\w*$/.test(name.text)) throw unexpected(name);
    const hasColon = tokens[0]?.text === ':';
    if (hasColon) tokens.shift();
    const list = fields[name.text] ?? [];
    fields[name.text] = list;
    if (tokens[0]?.text === '[') list.push(...readList(tokens, depth));
    else list.push(readValue(tokens, depth, hasColon));
  }
}

function readList(tokens: Token[], depth: number): TextValue[] {
  const values: TextValue[] = [];
  tokens.shift();
  for (;;) {
    const next = tokens[0];
    if (next === undefined) throw new RangeError('it ends before a ]');
    if (next.text === ']' || next.text === ',') tokens.shift();
    if (next.text === ']') return values;
    if (next.text !== ',') values.push(readValue(tokens, depth, true));
  }
}

function readValue(tokens: Token[], depth: number, mayBeScalar: boolean): TextValue {
  const token = tokens.shift();
  if (token === undefined) throw new RangeError('it ends before a value');
  if (token.text === '{') return readMessage(tokens, '}', depth + 1);
  if (token.text === '<') return readMessage(tokens, '>', depth + 1);
  if (!mayBeScalar || /^[}>[\]:;,]$/.test(token.text)) throw unexpected(token);
  const quoted = /^["']/.test(token.text);
  return quoted ? token.text.slice(1, -1).replace(/\\(.)/g, '$1') : token.text;
}

function unexpected({ text, line }: Token): RangeError {
  return new RangeError(`line ${line}: ${JSON.stringify(text.slice(0, 40))} does not belong here`);
}
