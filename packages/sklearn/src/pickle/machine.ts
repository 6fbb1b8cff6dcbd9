/**
 * The stack machine of a pickle: stack, marks and memo, and nothing that could run. Refuses to look below a
 * mark or past the end of the stack, as Python does.
 */
import { SklearnError } from '../errors.ts';
import type { ArrayContext, SizedDtype } from '../numpy/pickled-dtype.ts';
import type { ByteCursor } from './byte-cursor.ts';
import type { GlobalTable } from './global-table.ts';
import { type Meter, overLimit, type PickleLimits } from './limits.ts';
import type { PickleObject, PickleValue } from './value.ts';

/** What the pickles nested in one file share. */
export interface FileContext {
  readonly cursor: ByteCursor;
  readonly meter: Meter;
  readonly globals: GlobalTable;
  readonly dtypes: Map<PickleObject, SizedDtype>;
  /** What was taken from the memo or duplicated: only this can be used in more than one place. */
  readonly reused: Set<PickleValue>;
  /** How many raw arrays of joblib the file had. */
  rawArrays: number;
}

export class PickleMachine {
  readonly file: FileContext;
  readonly cursor: ByteCursor;
  readonly limits: PickleLimits;
  /** Reads a whole pickle at the cursor; absent inside one that is nested already. */
  readonly readNested: (() => PickleValue) | undefined;
  readonly #stack: PickleValue[] = [];
  readonly #marks: number[] = [];
  readonly #memo: (PickleValue | undefined)[] = [];
  #memoCount = 0;
  /** Where the present opcode starts. */
  opcodeOffset = 0;
  /** The name of the present opcode, for errors. */
  opcodeName = '';
  /** Where this pickle starts. */
  readonly startOffset: number;
  #declaredProtocol: number | null = null;
  #newestProtocol = 0;
  stopped = false;

  constructor(file: FileContext, readNested?: () => PickleValue) {
    this.file = file;
    this.cursor = file.cursor;
    this.limits = file.meter.limits;
    this.readNested = readNested;
    this.startOffset = file.cursor.offset;
  }

  /** As `PROTO` declares it, else the lowest that has all opcodes seen. */
  get protocol(): number {
    return this.#declaredProtocol ?? this.#newestProtocol;
  }

  declareProtocol(protocol: number): void {
    if (this.opcodeOffset !== this.startOffset) throw this.malformed('stands in the middle of the pickle');
    this.#declaredProtocol = protocol;
  }

  noteProtocol(since: number): void {
    if (since > this.#newestProtocol) this.#newestProtocol = since;
  }

  /** What reading a NumPy array needs, at the present opcode. */
  get arrays(): ArrayContext {
    return { dtypes: this.file.dtypes, meter: this.file.meter, offsetBytes: this.opcodeOffset };
  }

  get #fence(): number {
    return this.#marks.length === 0 ? 0 : this.#marks[this.#marks.length - 1]!;
  }

  push(value: PickleValue): void {
    this.#stack.push(value);
    if (this.#stack.length > this.limits.stackDepthMax) throw this.#over('stackDepthMax');
  }

  pop(): PickleValue {
    const value = this.top();
    this.#stack.pop();
    return value;
  }

  top(): PickleValue {
    if (this.#stack.length <= this.#fence) throw this.malformed('finds nothing on the stack');
    return this.#stack[this.#stack.length - 1]!;
  }

  duplicateTop(): void {
    this.#reuse(this.top());
  }

  #reuse(value: PickleValue): void {
    if (typeof value === 'object' && value !== null) this.file.reused.add(value);
    this.push(value);
  }

  replaceTop(value: PickleValue): void {
    this.top();
    this.#stack[this.#stack.length - 1] = value;
  }

  pushMark(): void {
    this.#marks.push(this.#stack.length);
    if (this.#marks.length > this.limits.nestingDepthMax) throw this.#over('nestingDepthMax');
  }

  /** Takes everything above the last mark, and the mark. */
  popToMark(): PickleValue[] {
    const mark = this.#marks.pop();
    if (mark === undefined) throw this.malformed('finds no mark on the stack');
    return this.#stack.splice(mark);
  }

  /** `POP` at a mark takes the mark. */
  discardTop(): void {
    if (this.#stack.length > this.#fence) this.#stack.pop();
    else if (this.#marks.pop() === undefined) throw this.malformed('finds nothing on the stack');
  }

  /** Stores the top under a key; a key may be used again, as in Python. */
  memoPut(key: number): void {
    if (key >= this.limits.memoEntriesMax) throw this.#over('memoEntriesMax');
    const value = this.top();
    if (this.#memo[key] === undefined) this.#memoCount++;
    this.#memo[key] = value;
  }

  /** `MEMOIZE`: the key is the number of entries so far. */
  memoAppend(): void {
    this.memoPut(this.#memoCount);
  }

  /** Pushes what was stored under a key. */
  memoGet(key: number): void {
    const value = this.#memo[key];
    if (value === undefined) throw this.malformed(`asks for memo entry ${key}, which was never stored`);
    this.#reuse(value);
  }

  /** The one value that `STOP` leaves. */
  result(): PickleValue {
    const value = this.pop();
    if (this.#stack.length > 0 || this.#marks.length > 0) throw this.malformed('leaves values on the stack');
    return value;
  }

  /** An error at the present opcode; the message goes on after the opcode's name. */
  malformed(message: string): SklearnError {
    const offsetBytes = this.opcodeOffset;
    return new SklearnError('PICKLE_MALFORMED', `${this.opcodeName} ${message} (byte ${offsetBytes}).`, {
      offsetBytes,
    });
  }

  #over(name: keyof PickleLimits): SklearnError {
    return overLimit(name, this.limits, this.opcodeOffset);
  }
}
