/**
 * Takes the ZipMap out of an ONNX file: converters append that operator to classifiers, and it turns the matrix of
 * probabilities into a list of maps, which nothing here can carry. The output keeps its name and becomes the matrix.
 */
import { SiteError } from '../../errors.ts';
import { concatBytes } from '../../workers/byte-blocks.ts';
import { encodeField, encodeNumberField, type ProtobufField, protobufFields } from './protobuf-fields.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** Field numbers of onnx.proto. */
const MODEL_GRAPH = 7;
const GRAPH_NODE = 1;
const GRAPH_OUTPUT = 12;
const NODE_INPUT = 1;
const NODE_OUTPUT = 2;
const NODE_OPERATOR = 4;
const NODE_ATTRIBUTE = 5;
const FLOAT = 1;

interface ZipMap {
  /** The matrix that it takes. */
  readonly input: Bytes;
  readonly output: string;
  readonly classes: number;
}

/** The file with every ZipMap of its main graph replaced. Throws `MODEL_BROKEN`. */
export function replaceZipMaps(file: Bytes): Bytes {
  try {
    return rewrite(file, (field) => (field.number === MODEL_GRAPH ? rewriteGraph(field.bytes) : null));
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new SiteError('MODEL_BROKEN', `The ONNX file cannot be used: ${cause.message}.`, { cause });
  }
}

function rewriteGraph(graph: Bytes): Bytes {
  const zipMaps = new Map<string, ZipMap>();
  const content = rewrite(graph, (field) => {
    if (field.number !== GRAPH_NODE) return null;
    const zipMap = readZipMap(field.bytes);
    if (zipMap === null) return null;
    zipMaps.set(zipMap.output, zipMap);
    return concatBytes([
      encodeField(NODE_INPUT, zipMap.input),
      encodeField(NODE_OUTPUT, utf8(zipMap.output)),
      encodeField(NODE_OPERATOR, utf8('Identity')),
    ]);
  });
  return rewrite(content, (field) => {
    if (field.number !== GRAPH_OUTPUT) return null;
    const zipMap = zipMaps.get(textOf(firstOf(field.bytes, 1) ?? new Uint8Array(0)));
    return zipMap === undefined ? null : encodeMatrix(zipMap);
  });
}

function readZipMap(node: Bytes): ZipMap | null {
  const operator = firstOf(node, NODE_OPERATOR);
  if (operator === null || textOf(operator) !== 'ZipMap') return null;
  const [input, output] = [firstOf(node, NODE_INPUT), firstOf(node, NODE_OUTPUT)];
  if (input === null || output === null) throw new RangeError('a ZipMap has no input or no output');
  let classes = 0;
  for (const attribute of protobufFields(node)) {
    if (attribute.number === NODE_ATTRIBUTE) classes = Math.max(classes, countLabels(attribute.bytes));
  }
  return { input, output: textOf(output), classes };
}

/** Of an attribute `classlabels_strings` or `classlabels_int64s`; integers stand alone or packed. */
function countLabels(attribute: Bytes): number {
  let count = 0;
  for (const { number, bytes } of protobufFields(attribute)) {
    if (number === 9) count += 1;
    if (number === 8) count += bytes.length === 0 ? 1 : bytes.filter((byte) => byte < 0x80).length;
  }
  return count;
}

/** A `ValueInfoProto`: rows of one float a class. */
function encodeMatrix({ output, classes }: ZipMap): Bytes {
  const rows = encodeField(1, encodeField(2, utf8('rows')));
  const columns = encodeField(1, encodeNumberField(1, classes));
  const shape = encodeField(2, concatBytes([rows, columns]));
  const tensor = encodeField(1, concatBytes([encodeNumberField(1, FLOAT), shape]));
  return concatBytes([encodeField(1, utf8(output)), encodeField(2, tensor)]);
}

/** The message with the contents of some fields replaced; null keeps a field as it is. */
function rewrite(message: Bytes, replace: (field: ProtobufField) => Bytes | null): Bytes {
  const parts: Bytes[] = [];
  for (const field of protobufFields(message)) {
    const content = replace(field);
    parts.push(content === null ? field.whole : encodeField(field.number, content));
  }
  return concatBytes(parts);
}

function firstOf(message: Bytes, number: number): Bytes | null {
  for (const field of protobufFields(message)) if (field.number === number) return field.bytes;
  return null;
}

function utf8(text: string): Bytes {
  return new TextEncoder().encode(text);
}

function textOf(bytes: Bytes): string {
  return new TextDecoder().decode(bytes);
}
