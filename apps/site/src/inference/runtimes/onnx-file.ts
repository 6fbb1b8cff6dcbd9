/**
 * Looks through an ONNX file before ONNX Runtime sees it: who wrote it, and which operators it has. Refuses a file
 * that is cut off, nested too deeply, or keeps its weights in other files: those would be read from paths it names.
 */
import { SiteError } from '../../errors.ts';
import { type ProtobufField, protobufFields } from './protobuf-fields.ts';

/** A protobuf message cannot be longer. */
const FILE_BYTES_MAX = 2 ** 31 - 1;
/** Graphs within graphs: real ones have two or three levels, and every level costs ONNX Runtime stack. */
const DEPTH_MAX = 32;

/** Which fields of which message hold messages of interest: onnx.proto of ONNX 1.23. */
const MESSAGES = {
  model: { 7: 'graph', 20: 'training', 25: 'function' },
  graph: { 1: 'node', 5: 'tensor', 15: 'sparse' },
  node: { 5: 'attribute' },
  attribute: { 5: 'tensor', 6: 'graph', 10: 'tensor', 11: 'graph', 22: 'sparse', 23: 'sparse' },
  function: { 7: 'node', 11: 'attribute' },
  training: { 1: 'graph', 2: 'graph' },
  sparse: { 1: 'tensor', 2: 'tensor' },
  tensor: {},
} as const;
type Message = keyof typeof MESSAGES;

const MODEL_PRODUCER_NAME = 2;
const MODEL_PRODUCER_VERSION = 3;
const GRAPH_INPUT = 11;
const VALUE_NAME = 1;
const VALUE_TYPE = 2;
const TYPE_TENSOR = 1;
const TENSOR_TYPE_SHAPE = 2;
const NODE_OPERATOR = 4;
const TENSOR_EXTERNAL_DATA = 13;
const TENSOR_DATA_LOCATION = 14;

export interface OnnxFile {
  /** Such as `skl2onnx 1.20.0`; null where the file does not say. */
  readonly writtenBy: string | null;
  readonly operators: ReadonlySet<string>;
}

/** Throws `MODEL_BROKEN`. */
export function readOnnxFile(bytes: Uint8Array<ArrayBuffer>): OnnxFile {
  if (bytes.length > FILE_BYTES_MAX)
    throw broken(`it has ${bytes.length} bytes; ${FILE_BYTES_MAX} are allowed`);
  const operators = new Set<string>();
  const names: string[] = [];
  let hasGraph = false;
  const look = (message: Message, field: ProtobufField, depth: number): void => {
    if (message === 'graph' && depth === 1 && field.number === GRAPH_INPUT) requireRank(field.bytes);
    if (message === 'model' && field.number === 7) hasGraph = true;
    if (
      message === 'model' &&
      (field.number === MODEL_PRODUCER_NAME || field.number === MODEL_PRODUCER_VERSION)
    ) {
      names.push(textOf(field.bytes));
    }
    if (message === 'node' && field.number === NODE_OPERATOR) operators.add(textOf(field.bytes));
    if (message === 'tensor' && isExternal(field)) {
      throw broken('it keeps weights in another file; save the model with all its weights in one file');
    }
  };
  try {
    walk('model', bytes, look, 0);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw broken(`it is damaged, or no ONNX file: ${cause.message}`, cause);
  }
  if (!hasGraph) throw broken('it holds no graph');
  const writtenBy = names
    .filter((name) => name !== '')
    .join(' ')
    .slice(0, 100);
  return { writtenBy: writtenBy === '' ? null : writtenBy, operators };
}

function walk(
  message: Message,
  bytes: Uint8Array<ArrayBuffer>,
  look: (message: Message, field: ProtobufField, depth: number) => void,
  depth: number,
): void {
  if (depth > DEPTH_MAX * 3) throw new RangeError(`graphs are nested more than ${DEPTH_MAX} deep`);
  const inner = MESSAGES[message] as Readonly<Record<number, Message>>;
  for (const field of protobufFields(bytes)) {
    look(message, field, depth);
    const next = inner[field.number];
    if (next !== undefined) walk(next, field.bytes, look, depth + 1);
  }
}

/** A shape that is not stated looks to ONNX Runtime's callers as that of a single number. */
function requireRank(value: Uint8Array<ArrayBuffer>): void {
  const tensor = inside(inside(value, VALUE_TYPE), TYPE_TENSOR);
  if (tensor === null || inside(tensor, TENSOR_TYPE_SHAPE) !== null) return;
  const name = JSON.stringify(textOf(inside(value, VALUE_NAME) ?? new Uint8Array(0)).slice(0, 100));
  throw broken(`its input ${name} states no shape; export it with one, sizes that are open left open`);
}

/** The first field of that number; null where there is none. */
function inside(message: Uint8Array<ArrayBuffer> | null, number: number): Uint8Array<ArrayBuffer> | null {
  if (message === null) return null;
  for (const field of protobufFields(message)) if (field.number === number) return field.bytes;
  return null;
}

function isExternal({ number, value }: ProtobufField): boolean {
  return number === TENSOR_EXTERNAL_DATA || (number === TENSOR_DATA_LOCATION && value === 1);
}

function textOf(bytes: Uint8Array<ArrayBuffer>): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
}

function broken(what: string, cause?: unknown): SiteError {
  return new SiteError('MODEL_BROKEN', `The ONNX file cannot be used: ${what}.`, { cause });
}
