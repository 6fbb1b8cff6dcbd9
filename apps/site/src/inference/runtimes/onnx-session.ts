/**
 * One session of ONNX Runtime, called synchronously on one thread of its own caller. Loads the native library with
 * the first model, never with the process, and with its telemetry off. Throws typed errors only.
 */
import { createRequire } from 'node:module';
import { isMainThread } from 'node:worker_threads';
import type { Datatype } from '@chamfer/contracts';
import type { Binding } from 'onnxruntime-node/dist/binding.js';
import { messageOf, SiteError } from '../../errors.ts';
import { runNative } from '../../workers/native-section.ts';
import { type BytesElement, makeTensor, type Tensor, type TensorData } from '../tensor.ts';

/** What a model or a call is refused for is thrown; the log would repeat it, with values of the caller. */
const LOG_LEVEL_FATAL = 4;
/** What a caller needs to know comes first; the rest repeats the source lines of ONNX Runtime. */
const MESSAGE_LENGTH_MAX = 400;

/** By the numbers of `TensorProto.DataType`; what is missing has no counterpart in the protocol. */
const DATATYPES: Readonly<Record<number, readonly [Datatype, string]>> = {
  1: ['FP32', 'float32'],
  2: ['UINT8', 'uint8'],
  3: ['INT8', 'int8'],
  4: ['UINT16', 'uint16'],
  5: ['INT16', 'int16'],
  6: ['INT32', 'int32'],
  7: ['INT64', 'int64'],
  8: ['BYTES', 'string'],
  9: ['BOOL', 'bool'],
  10: ['FP16', 'float16'],
  11: ['FP64', 'float64'],
  12: ['UINT32', 'uint32'],
  13: ['UINT64', 'uint64'],
};
const TYPES = new Map(Object.values(DATATYPES));
const DATATYPE_OF = new Map(Object.values(DATATYPES).map(([datatype, type]) => [type, datatype]));

export interface OnnxTensor {
  readonly name: string;
  readonly datatype: Datatype;
  /** -1 for what the model leaves open. */
  readonly shape: number[];
}

/** What crosses into the library and back. `location` is how it tells a tensor from anything else. */
class NativeTensor {
  readonly type: string;
  readonly data: unknown;
  readonly dims: readonly number[];
  readonly location = 'cpu';

  constructor(type: string, data: unknown, dims: readonly number[]) {
    this.type = type;
    this.data = data;
    this.dims = dims;
  }
}

type Library = typeof import('onnxruntime-node/dist/binding.js')['binding'];

const require = createRequire(import.meta.url);

let library: Library | undefined;

/** Required, not imported: every step in native code is to be within `runNative`. */
function loadLibrary(): Library {
  // Read by the library when it is set up, and by no one before: it would else send what it is used for.
  process.env.ORT_DISABLE_TELEMETRY = '1';
  return runNative(() => {
    const { binding } = require('onnxruntime-node/dist/binding.js') as { binding: Library };
    binding.initOrtOnce(LOG_LEVEL_FATAL, NativeTensor as never, isMainThread);
    return binding;
  });
}

export class OnnxSession {
  readonly inputs: readonly OnnxTensor[];
  /** Those that are tensors: others (sequences, maps) cannot be answered. */
  readonly outputs: readonly OnnxTensor[];
  readonly #session: Binding.InferenceSession;

  /** Throws `MODEL_BROKEN`. */
  constructor(bytes: Uint8Array<ArrayBuffer>) {
    try {
      library ??= loadLibrary();
    } catch (cause) {
      throw broken(`ONNX Runtime does not run on this machine: ${messageOf(cause)}`, cause);
    }
    const { InferenceSession } = library;
    const { session, inputs, outputs } = this.#load(() => new InferenceSession(), bytes);
    this.#session = session;
    this.inputs = inputs.map(toOnnxTensor);
    this.outputs = outputs.filter((one) => one.isTensor).map(toOnnxTensor);
    if (this.outputs.length === 0) throw broken('none of its outputs is a tensor');
  }

  #load(
    create: () => Binding.InferenceSession,
    bytes: Uint8Array<ArrayBuffer>,
  ): {
    session: Binding.InferenceSession;
    inputs: Binding.ValueMetadata[];
    outputs: Binding.ValueMetadata[];
  } {
    const options = { intraOpNumThreads: 1, interOpNumThreads: 1, executionProviders: ['cpu'] };
    try {
      return runNative(() => {
        const session = create();
        session.loadModel(bytes.buffer, bytes.byteOffset, bytes.byteLength, options);
        return { session, inputs: session.inputMetadata, outputs: session.outputMetadata };
      });
    } catch (cause) {
      throw broken(shorten(messageOf(cause)), cause);
    }
  }

  /** Inputs that fit; answers the named outputs in their order. Throws `INPUT_INVALID` for what the graph refuses. */
  run(inputs: readonly Tensor[], outputs: readonly string[]): Tensor[] {
    const feeds = Object.fromEntries(inputs.map((input) => [input.name, toNative(input)]));
    const fetches = Object.fromEntries(outputs.map((name) => [name, null]));
    const answers = this.#call(feeds, fetches);
    return outputs.map((name) => toTensor(name, answers[name] as unknown as NativeTensor));
  }

  #call(feeds: Record<string, NativeTensor>, fetches: Record<string, null>): Record<string, unknown> {
    try {
      return runNative(() => this.#session.run(feeds as never, fetches, {}));
    } catch (cause) {
      const message = shorten(messageOf(cause));
      if (/bad_alloc|allocate/i.test(message)) {
        throw new SiteError('MEMORY_LIMIT_EXCEEDED', `Not enough memory for this: ${message}`, { cause });
      }
      throw new SiteError('INPUT_INVALID', `The model refuses these values: ${message}`, {
        path: 'inputs',
        cause,
      });
    }
  }

  /** Gives its memory back; nothing may be run afterwards. */
  close(): void {
    runNative(() => this.#session.dispose());
  }
}

function toOnnxTensor({ name, isTensor, type, shape }: Binding.ValueMetadata): OnnxTensor {
  const known = isTensor ? DATATYPES[type] : undefined;
  if (known === undefined) {
    const what = isTensor ? 'holds elements of a kind' : 'is a sequence or a map, which is nothing';
    throw broken(`${JSON.stringify(name.slice(0, 100))} ${what} that the protocol has no name for`);
  }
  return { name, datatype: known[0], shape: [...shape] };
}

function toNative({ datatype, data, shape }: Tensor): NativeTensor {
  if (datatype === 'BYTES') return new NativeTensor('string', data.map(requireText), shape);
  // The library was made before there was a Float16Array: it takes the bits.
  const bits =
    datatype === 'FP16' ? new Uint16Array(data.buffer, data.byteOffset, data.length) : (data as unknown);
  return new NativeTensor(TYPES.get(datatype)!, bits, shape);
}

function toTensor(name: string, { type, data, dims }: NativeTensor): Tensor {
  const bits = data as Uint16Array<ArrayBuffer>;
  const elements = type === 'float16' ? new Float16Array(bits.buffer, bits.byteOffset, bits.length) : data;
  return makeTensor(name, DATATYPE_OF.get(type)!, [...dims], elements as TensorData);
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function requireText(element: BytesElement, at: number): string {
  if (typeof element === 'string') return element;
  try {
    return utf8.decode(element);
  } catch (cause) {
    const what = `Element ${at} of a string input is no UTF-8; this model takes text.`;
    throw new SiteError('INPUT_INVALID', what, { path: 'inputs', cause });
  }
}

function shorten(message: string): string {
  const line = message.replace(/\s+/g, ' ').trim();
  return line.length > MESSAGE_LENGTH_MAX ? `${line.slice(0, MESSAGE_LENGTH_MAX)}...` : line;
}

function broken(what: string, cause?: unknown): SiteError {
  return new SiteError('MODEL_BROKEN', `The ONNX file cannot be used: ${what}.`, { cause });
}
