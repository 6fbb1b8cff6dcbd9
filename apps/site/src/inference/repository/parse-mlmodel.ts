/**
 * Reads the `MLmodel` file of a folder that MLflow saved: which flavours it has, and in which file the model is.
 * Understands the plain mappings that MLflow writes and looks past everything else; refuses what is no model of ours.
 */
import { SiteError } from '../../errors.ts';
import type { RuntimeName } from '../load-model.ts';

/** MLflow writes a few kilobytes; signatures of wide tables some hundred. */
export const MLMODEL_BYTES_MAX: number = 4 * 2 ** 20;
const FILE_NAME = /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/;

export interface ModelFile {
  readonly runtime: RuntimeName;
  readonly file: string;
}

/** Throws `MODEL_BROKEN`; `path` is for messages. */
export function parseMlModel(text: string, path: string): ModelFile {
  const values = readMappings(text);
  const flavour = (name: string, key: string): string | undefined => values.get(`flavors/${name}/${key}`);
  const refuse = (what: string): SiteError => new SiteError('MODEL_BROKEN', `${path}: ${what}.`);
  const onnx = flavour('onnx', 'data');
  const pickle = flavour('sklearn', 'pickled_model');
  const file = onnx ?? pickle;
  if (file === undefined) throw refuse('it has neither the flavour onnx nor the flavour sklearn');
  if (!FILE_NAME.test(file))
    throw refuse(`${JSON.stringify(file.slice(0, 100))} is no name of a file beside it`);
  const format = flavour('sklearn', 'serialization_format');
  if (onnx === undefined && format !== undefined && format !== 'pickle' && format !== 'cloudpickle') {
    throw refuse(
      `its serialization format is ${format.slice(0, 40)}; save it with serialization_format="pickle"`,
    );
  }
  return { runtime: onnx === undefined ? 'sklearn' : 'onnx', file };
}

/** Scalars of nested block mappings, by their path; lists and long texts are looked past. */
function readMappings(text: string): Map<string, string> {
  const values = new Map<string, string>();
  const open: { readonly indent: number; readonly path: string }[] = [];
  for (const line of text.split(/\r?\n/)) {
    const match = /^( *)([\w.-]+):(?:\s+(.*))?$/.exec(line);
    if (match === null) continue;
    const indent = match[1]!.length;
    while (open.length > 0 && open.at(-1)!.indent >= indent) open.pop();
    const path = [...open.map((one) => one.path), match[2]!].join('/');
    const value = (match[3] ?? '').trim();
    if (value === '') open.push({ indent, path: match[2]! });
    else if (!values.has(path)) values.set(path, unquote(value));
  }
  return values;
}

function unquote(value: string): string {
  const quoted = /^(['"])(.*)\1$/.exec(value);
  return quoted === null ? value : quoted[2]!;
}
