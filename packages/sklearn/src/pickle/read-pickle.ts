/**
 * Reads a pickle, plain or written by joblib, into plain data without running any of it. Refuses names and calls
 * that are neither listed nor inert, damaged files, limits exceeded, and anything after the end.
 */
import { SklearnError } from '../errors.ts';
import { ByteCursor } from './byte-cursor.ts';
import { checkGraph } from './check-graph.ts';
import { type Compression, decompress, detectCompression } from './container.ts';
import { GlobalTable, type GlobalUse } from './global-table.ts';
import { Meter, overLimit, PICKLE_LIMITS, type PickleLimits } from './limits.ts';
import { type FileContext, PickleMachine } from './machine.ts';
import type { Opcode } from './opcode.ts';
import { CONTAINER_OPCODES } from './opcodes-containers.ts';
import { OBJECT_OPCODES } from './opcodes-objects.ts';
import { VALUE_OPCODES } from './opcodes-values.ts';
import { explainText } from './recognise-file.ts';
import type { PickleGlobal, PickleValue } from './value.ts';

export interface PickleOptions {
  /** Names that are read beside the base list, as `module name`: those of the estimators. */
  readonly allowed?: ReadonlySet<string>;
  /** Limits other than `PICKLE_LIMITS`. */
  readonly limits?: Partial<PickleLimits>;
  /**
   * Only to look at a file: is told of every name once, and no name is refused. Nothing is run either way.
   */
  readonly seeGlobal?: (use: GlobalUse) => void;
}

export interface PickleDocument {
  /**
   * A tree to walk without guards: nothing in it contains itself, nesting and unfolded size are bounded, no
   * dict has a text or number twice among its keys. Values may be shared, and arrays may share memory with the bytes that were read.
   */
  readonly root: PickleValue;
  /** 0 to 5. */
  readonly protocol: number;
  /** `joblib` where the file holds raw arrays between its opcodes. */
  readonly container: 'pickle' | 'joblib';
  readonly compression: Compression;
  /** Every name the file uses, as written there, each once, in order of first appearance. */
  readonly globals: readonly PickleGlobal[];
}

const OPCODES: readonly (Opcode | undefined)[] = tableOf([
  ...VALUE_OPCODES,
  ...CONTAINER_OPCODES,
  ...OBJECT_OPCODES,
]);

function tableOf(opcodes: readonly Opcode[]): (Opcode | undefined)[] {
  const table = new Array<Opcode | undefined>(256).fill(undefined);
  for (const opcode of opcodes) table[opcode.code.charCodeAt(0)] = opcode;
  return table;
}

/**
 * Reads a whole file. `bytes` must not change while the result is in use.
 * Throws `SklearnError`: `PICKLE_MALFORMED`, `PICKLE_LIMIT_EXCEEDED`, `PICKLE_FORBIDDEN_GLOBAL`,
 * `PICKLE_TRAILING_DATA`, `COMPRESSION_UNSUPPORTED` or `ARRAY_UNSUPPORTED`, with the offset in the
 * decompressed bytes.
 */
export async function readPickle(bytes: Uint8Array, options: PickleOptions = {}): Promise<PickleDocument> {
  const limits = { ...PICKLE_LIMITS, ...options.limits };
  if (bytes.length > limits.inputBytesMax) throw overLimit('inputBytesMax', limits);
  const compression = detectCompression(bytes);
  // A plain view: slices of a Node `Buffer` would be Buffers too, and slower.
  const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const content = compression === 'none' ? plain : await decompress(plain, compression, limits);
  const file: FileContext = {
    cursor: new ByteCursor(content),
    meter: new Meter(limits, content.length, bytes.length),
    globals: new GlobalTable(options.allowed ?? new Set(), limits, options.seeGlobal),
    dtypes: new Map(),
    reused: new Set(),
    rawArrays: 0,
  };
  const machine = new PickleMachine(file, () => runPickle(new PickleMachine(file)));
  const root = runWhole(machine);
  checkGraph(root, file.reused, limits);
  return {
    root,
    protocol: machine.protocol,
    container: file.rawArrays > 0 ? 'joblib' : 'pickle',
    compression,
    globals: file.globals.written,
  };
}

/** Runs the pickle that the file is. */
function runWhole(machine: PickleMachine): PickleValue {
  const { cursor } = machine;
  try {
    const root = runPickle(machine);
    if (!cursor.atEnd) throw trailingData(cursor);
    return root;
  } catch (error) {
    throw error instanceof SklearnError ? explainText(cursor.bytes, error) : error;
  }
}

/** Runs from the cursor to `STOP` and returns the value left. */
function runPickle(machine: PickleMachine): PickleValue {
  const { cursor } = machine;
  const { meter } = machine.file;
  while (!machine.stopped) {
    cursor.leaveFinishedFrame();
    const offset = cursor.offset;
    machine.opcodeOffset = offset;
    meter.countOpcodes(1, offset);
    const code = cursor.uint8();
    const opcode = OPCODES[code];
    if (opcode === undefined) {
      const shown = code.toString(16).padStart(2, '0');
      throw new SklearnError('PICKLE_MALFORMED', `Byte ${offset} (0x${shown}) is no pickle opcode.`, {
        offsetBytes: offset,
      });
    }
    meter.countValueBytes(opcode.cost, offset);
    machine.opcodeName = opcode.name;
    machine.noteProtocol(opcode.since);
    opcode.run(machine);
  }
  if (cursor.inFrame) throw machine.malformed('comes before the end of its frame');
  return machine.result();
}

function trailingData(cursor: ByteCursor): SklearnError {
  return new SklearnError(
    'PICKLE_TRAILING_DATA',
    `${cursor.bytes.length - cursor.offset} bytes follow the end of the pickle; it must be the whole file.`,
    { offsetBytes: cursor.offset },
  );
}
