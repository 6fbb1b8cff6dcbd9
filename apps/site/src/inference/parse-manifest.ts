/** `manifest.json` of a model version, field by field; what is missing or of another kind is named with its path. */
import type {
  ColumnSignature,
  DescriptorReference,
  MethodOutput,
  ModelManifest,
  ModelSignature,
  TensorSignature,
} from '@chamfer/contracts';
import { DATATYPES } from '@chamfer/contracts/datatypes';
import { COLUMN_KINDS, ROW_KINDS } from '@chamfer/contracts/row-kinds';
import type { JsonReader } from '../storage/json-reader.ts';
import { parseRemoteReference } from './runtimes/remote-reference.ts';

export function parseManifest(document: JsonReader): ModelManifest {
  const runtime = document.field('runtime').oneOf(['onnx', 'remote', 'sklearn']);
  const manifest: ModelManifest = {
    name: document.field('name').text(/^[a-z0-9][a-z0-9._-]{0,63}$/),
    version: document.field('version').text(/^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/),
    description: document.field('description').text(),
    runtime,
    licence: document.field('licence').text(),
  };
  if (runtime === 'remote') manifest.remote = parseRemoteReference(document.field('remote'));
  else manifest.artifact = parseArtifact(document.field('artifact'));
  const descriptor = document.optional('descriptor', parseDescriptorReference);
  const signature = document.optional('signature', parseSignature);
  const chain = document.optional('chain', (list) => list.list().map(parseArtifact));
  if (chain !== undefined) manifest.chain = chain;
  if (descriptor !== undefined) manifest.descriptor = descriptor;
  if (signature !== undefined) manifest.signature = signature;
  return manifest;
}

function parseArtifact(field: JsonReader): NonNullable<ModelManifest['artifact']> {
  const members = field.optional('members', (list) => list.list().map((one) => one.text()));
  return {
    file: field.field('file').text(/^[A-Za-z0-9_-][A-Za-z0-9._-]*$/),
    sizeBytes: field.field('sizeBytes').integer(1),
    sha256: field.field('sha256').text(/^[0-9a-f]{64}$/),
    ...(members !== undefined && { members }),
  };
}

export function parseDescriptorReference(field: JsonReader): DescriptorReference {
  return {
    name: field.field('name').text(),
    version: field.field('version').integer(1),
    length: field.field('length').integer(1),
  };
}

function parseSignature(field: JsonReader): ModelSignature {
  const methods = field.field('methods').entries();
  if (methods.length === 0) field.field('methods').refuse('should name at least one method');
  const signature: ModelSignature = {
    input: parseTensor(field.field('input')),
    methods: Object.fromEntries(methods.map(([name, output]) => [name, parseMethodOutput(output)])),
    defaultMethod: field.field('defaultMethod').oneOf(methods.map(([name]) => name)),
  };
  const classes = field.optional('classes', (list) => list.list().map((one) => one.any()));
  const rows = field.optional('rows', (one) => one.oneOf(ROW_KINDS));
  const columnKinds = field.optional('columnKinds', (list) => list.list().map(parseColumn));
  if (rows !== undefined) signature.rows = rows;
  if (columnKinds !== undefined) signature.columnKinds = columnKinds;
  if (classes !== undefined) signature.classes = classes as (string | number | boolean)[];
  return signature;
}

function parseColumn(field: JsonReader): ColumnSignature {
  const kind = field.field('kind').oneOf(COLUMN_KINDS);
  const categories = field.optional('categories', (list) => list.list().map((one) => one.any()));
  return {
    kind,
    ...(categories !== undefined && { categories: categories as (string | number | boolean | null)[] }),
  };
}

function parseMethodOutput(field: JsonReader): MethodOutput {
  const output: MethodOutput = parseTensor(field);
  const parts = field.optional('parts', (list) => list.list().map(parseTensor));
  const inputColumns = field.optional('inputColumns', (one) => one.integer(1));
  if (parts !== undefined) output.parts = parts;
  if (inputColumns !== undefined) output.inputColumns = inputColumns;
  return output;
}

function parseTensor(field: JsonReader): TensorSignature {
  const tensor: TensorSignature = {
    name: field.field('name').text(),
    datatype: field.field('datatype').oneOf(DATATYPES),
    shape: field
      .field('shape')
      .list()
      .map((size) => size.integer(-1)),
  };
  const unit = field.optional('unit', (one) => one.text());
  const description = field.optional('description', (one) => one.text());
  const columns = field.optional('columns', (list) => list.list().map((one) => one.text()));
  if (unit !== undefined) tensor.unit = unit;
  if (description !== undefined) tensor.description = description;
  if (columns !== undefined) tensor.columns = columns;
  return tensor;
}
