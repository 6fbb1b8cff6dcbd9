/** What one entry of the corpus says of itself: a file that must be refused, why it is dangerous, and how it is refused. */
import type { SklearnErrorCode } from '../../../packages/sklearn/src/errors.ts';

export interface Attack {
  readonly name: string;
  /** What it goes for, or what somebody did by mistake. */
  readonly attacks: string;
  readonly bytes: () => Uint8Array;
  /** What reads it: a model file unless it says otherwise. */
  readonly reader?: 'npy';
  /** `null` where it is harmless here, and is read. */
  readonly code: SklearnErrorCode | null;
  /** What the message must say: what is wrong, and where or what to do. */
  readonly says: RegExp;
}

/** One character a byte. */
export function latin1(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/** Entries of one kind: name, what it attacks, the file, and what the message says. */
export type Row = readonly [name: string, attacks: string, file: () => string | Uint8Array, says: RegExp];

export function attacksOf(code: Attack['code'], rows: readonly Row[]): Attack[] {
  return rows.map(([name, attacks, file, says]) => {
    const bytes = (): Uint8Array => {
      const made = file();
      return typeof made === 'string' ? latin1(made) : made;
    };
    return { name, attacks, bytes, code, says };
  });
}
