/** Writes pickles opcode by opcode, as text of one character a byte: valid pieces that attacks are put together from. */

function little(value: number | bigint, bytes: number): string {
  let text = '';
  for (let rest = BigInt.asUintN(8 * bytes, BigInt(value)), i = 0; i < bytes; i++, rest >>= 8n) {
    text += String.fromCharCode(Number(rest & 0xffn));
  }
  return text;
}

/** A whole number, little-endian. */
export { little };

export const NONE = 'N';

export function text(value: string): string {
  return value.length < 256
    ? `\x8c${String.fromCharCode(value.length)}${value}`
    : `X${little(value.length, 4)}${value}`;
}

export function bytes(value: string): string {
  return `B${little(value.length, 4)}${value}`;
}

export function int(value: number): string {
  return `J${little(value, 4)}`;
}

export function float(value: number): string {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return `G${Array.from({ length: 8 }, (_, i) => String.fromCharCode(view.getUint8(i))).join('')}`;
}

export function bool(value: boolean): string {
  return value ? '\x88' : '\x89';
}

export function tuple(...items: readonly string[]): string {
  return `(${items.join('')}t`;
}

export function list(...items: readonly string[]): string {
  return `](${items.join('')}e`;
}

export function dict(entries: Readonly<Record<string, string>>): string {
  return `}(${Object.entries(entries)
    .map(([key, value]) => text(key) + value)
    .join('')}u`;
}

export function global(module: string, name: string): string {
  return `c${module}\n${name}\n`;
}

/** `name(*args)`. */
export function call(callable: string, ...args: readonly string[]): string {
  return `${callable}${tuple(...args)}R`;
}

/** An object made of a class, with its state. */
export function object(cls: string, state: Readonly<Record<string, string>>): string {
  return `${cls})\x81${dict(state)}b`;
}

/** A fitted estimator of scikit-learn 1.9.1. */
export function estimator(module: string, name: string, state: Readonly<Record<string, string>>): string {
  return object(global(`sklearn.${module}`, name), { _sklearn_version: text('1.9.1'), ...state });
}

export function dtype(name: string): string {
  return call(global('numpy', 'dtype'), text(name), bool(false), bool(true));
}

/** An array of these raw bytes. */
export function rawArray(type: string, shape: readonly number[], raw: string): string {
  const axes = tuple(...shape.map(int));
  return call(global('numpy._core.numeric', '_frombuffer'), bytes(raw), type, axes, text('C'));
}

export function floats(values: readonly number[], shape: readonly number[] = [values.length]): string {
  const view = new DataView(new ArrayBuffer(8 * values.length));
  for (const [i, value] of values.entries()) view.setFloat64(8 * i, value, true);
  return rawArray(dtype('f8'), shape, latin1Of(view));
}

export function ints(values: readonly number[], shape: readonly number[] = [values.length]): string {
  return rawArray(dtype('i8'), shape, values.map((value) => little(value, 8)).join(''));
}

function latin1Of(view: DataView): string {
  return Array.from(new Uint8Array(view.buffer), (byte) => String.fromCharCode(byte)).join('');
}

/** A structured dtype of 8 bytes a field. */
export function structure(fields: readonly (readonly [name: string, type: string])[]): string {
  const size = int(8 * fields.length);
  const places = fields.map(([name, type], i) => [name, tuple(dtype(type), int(8 * i))]);
  const state = [int(3), text('|'), NONE, tuple(...fields.map(([name]) => text(name)))];
  const rest = [dict(Object.fromEntries(places)), size, int(1), int(16)];
  return `${dtype(`V${8 * fields.length}`)}${tuple(...state, ...rest)}b`;
}

/** A whole pickle of protocol 4 that leaves `value`. */
export function pickle(value: string): string {
  return `\x80\x04${value}.`;
}
