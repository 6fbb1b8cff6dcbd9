/**
 * Reads `config.pbtxt`, the configuration of a model in a Triton repository: which file it is, which versions are
 * served, what it takes and gives. Refuses models of other backends.
 */
import { DATATYPES, type Datatype } from '@chamfer/contracts/datatypes';
import { SiteError } from '../../errors.ts';
import type { TensorInterface } from '../tensor.ts';
import { parseTextFormat, type TextMessage, type TextValue } from './text-format.ts';

/** Long lists of labels aside, configurations have a few kilobytes. */
export const CONFIG_BYTES_MAX: number = 2 ** 20;
const FILE_NAME = /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/;
const BACKENDS = ['onnxruntime', 'onnxruntime_onnx'];

interface StatedTensor {
  readonly name: string;
  readonly datatype: Datatype;
  /** With the batch in front where there is one; -1 for any size. */
  readonly shape: readonly number[];
}

export interface TritonConfig {
  readonly file: string;
  /** Which versions may be served: so many of the newest, these ones, or all. */
  readonly versions: { readonly latest: number } | { readonly specific: readonly string[] } | 'all';
  readonly inputs: readonly StatedTensor[];
  readonly outputs: readonly StatedTensor[];
}

/** Throws `MODEL_BROKEN`; `path` is for messages. */
export function parseTritonConfig(text: string, path: string): TritonConfig {
  const refuse = (what: string): SiteError => new SiteError('MODEL_BROKEN', `${path}: ${what}.`);
  let config: TextMessage;
  try {
    config = parseTextFormat(text);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw refuse(cause.message);
  }
  const backend = textOf(config, 'backend') || textOf(config, 'platform');
  if (backend !== '' && !BACKENDS.includes(backend)) {
    throw refuse(`its backend is ${backend.slice(0, 40)}; this site runs ${BACKENDS[0]}`);
  }
  const file = textOf(config, 'default_model_filename') || 'model.onnx';
  if (!FILE_NAME.test(file))
    throw refuse(`${JSON.stringify(file.slice(0, 100))} is no name of a file in a version`);
  const batch = Number(textOf(config, 'max_batch_size') || '0') > 0 ? [-1] : [];
  const tensors = (field: string): StatedTensor[] =>
    messagesOf(config, field).map((one) => {
      const type = textOf(one, 'data_type')
        .replace(/^TYPE_/, '')
        .replace('STRING', 'BYTES');
      const datatype = DATATYPES.find((known) => known === type);
      if (datatype === undefined)
        throw refuse(`the ${field} ${textOf(one, 'name')} has no data type known here`);
      const dims = (one.dims ?? []).map(Number);
      if (!dims.every((size) => Number.isSafeInteger(size) && size >= -1)) {
        throw refuse(`the ${field} ${textOf(one, 'name')} has dims that are no sizes`);
      }
      return { name: textOf(one, 'name'), datatype, shape: [...batch, ...dims] };
    });
  return { file, versions: policyOf(config), inputs: tensors('input'), outputs: tensors('output') };
}

function policyOf(config: TextMessage): TritonConfig['versions'] {
  const [policy] = messagesOf(config, 'version_policy');
  if (policy?.all !== undefined) return 'all';
  const [specific] = policy === undefined ? [] : messagesOf(policy, 'specific');
  if (specific !== undefined) return { specific: (specific.versions ?? []).filter(isText) };
  const [latest] = policy === undefined ? [] : messagesOf(policy, 'latest');
  return { latest: Math.max(1, Number(latest === undefined ? 1 : textOf(latest, 'num_versions')) || 1) };
}

/** The configuration may say less than the graph; it must not contradict it. Throws `MODEL_BROKEN`. */
export function requireStated(config: TritonConfig, actual: TensorInterface, path: string): void {
  for (const side of ['inputs', 'outputs'] as const) {
    for (const { name, datatype, shape } of config[side]) {
      const found = actual[side].find((one) => one.name === name);
      const fits =
        found !== undefined &&
        found.datatype === datatype &&
        (found.shape.length !== shape.length ||
          found.shape.every((size, axis) => size === -1 || shape[axis] === -1 || size === shape[axis]));
      if (fits) continue;
      const has = actual[side].map((one) => `${one.name} ${one.datatype} [${one.shape}]`).join(', ');
      const what = `it states ${name} ${datatype} [${shape}] under ${side}; the model has ${has}`;
      throw new SiteError('MODEL_BROKEN', `${path}: ${what}.`);
    }
  }
}

function isText(value: TextValue): value is string {
  return typeof value === 'string';
}

/** The last one counts, as in protobuf; empty where there is none. */
function textOf(message: TextMessage, field: string): string {
  const value = message[field]?.at(-1);
  return value !== undefined && isText(value) ? value : '';
}

function messagesOf(message: TextMessage, field: string): TextMessage[] {
  return (message[field] ?? []).filter((value): value is TextMessage => !isText(value));
}
