/**
 * Named tensors as the Open Inference Protocol (v2) has them, whatever carries them: what goes into a runtime and
 * what comes out. Refuses data whose length is not that of its shape, and inputs that do not fit a signature.
 */
import type { Datatype, TensorSignature } from '@chamfer/contracts';
import { SiteError } from '../errors.ts';

/** One element of a `BYTES` tensor: a string stands for its UTF-8. */
export type BytesElement = string | Uint8Array;

/** Row-major elements by datatype; `BOOL` is 0 or 1. */
interface DataOf {
  readonly BOOL: Uint8Array;
  readonly UINT8: Uint8Array;
  readonly UINT16: Uint16Array;
  readonly UINT32: Uint32Array;
  readonly UINT64: BigUint64Array;
  readonly INT8: Int8Array;
  readonly INT16: Int16Array;
  readonly INT32: Int32Array;
  readonly INT64: BigInt64Array;
  readonly FP16: Float16Array;
  readonly FP32: Float32Array;
  readonly FP64: Float64Array;
  readonly BYTES: readonly BytesElement[];
}

export interface TensorOf<D extends Datatype> {
  readonly name: string;
  readonly datatype: D;
  /** The first entry is the number of rows, where the model has rows. */
  readonly shape: readonly number[];
  readonly data: DataOf[D];
}

/** Narrowing on `datatype` narrows `data`. */
export type Tensor = { readonly [D in Datatype]: TensorOf<D> }[Datatype];
export type TensorData = Tensor['data'];

/** Tensors with elements of fixed size: all but `BYTES`. */
export type NumericDatatype = Exclude<Datatype, 'BYTES'>;
export type NumericData = DataOf[NumericDatatype];

interface NumericArray {
  readonly BYTES_PER_ELEMENT: number;
  new (length: number): NumericData;
  new (buffer: ArrayBuffer, offsetBytes?: number, length?: number): NumericData;
}

/** What holds the elements of each datatype, in this machine's (little-endian) order. */
export const ARRAYS: Readonly<Record<NumericDatatype, NumericArray>> = {
  BOOL: Uint8Array,
  UINT8: Uint8Array,
  UINT16: Uint16Array,
  UINT32: Uint32Array,
  UINT64: BigUint64Array,
  INT8: Int8Array,
  INT16: Int16Array,
  INT32: Int32Array,
  INT64: BigInt64Array,
  FP16: Float16Array,
  FP32: Float32Array,
  FP64: Float64Array,
} as Readonly<Record<NumericDatatype, NumericArray>>;

/** What a model takes and gives, as the protocol describes it; -1 in a shape stands for any size. */
export interface TensorInterface {
  readonly inputs: readonly TensorSignature[];
  readonly outputs: readonly TensorSignature[];
}

/** The only place that puts a datatype and its array together; the caller has made the array of that datatype. */
export function makeTensor(
  name: string,
  datatype: Datatype,
  shape: readonly number[],
  data: TensorData,
): Tensor {
  return { name, datatype, shape, data } as Tensor;
}

export function elementsOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Every number rounded to the nearest double, as NumPy's `astype(float64)` does; a tensor of doubles is not copied. */
export function toFloat64(tensor: Exclude<Tensor, TensorOf<'BYTES'>>): Float64Array {
  const { data } = tensor;
  if (data instanceof Float64Array) return data;
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) return Float64Array.from(data, Number);
  return Float64Array.from(data);
}

export function toText(element: BytesElement): string {
  return typeof element === 'string'
    ? element
    : Buffer.from(element.buffer, element.byteOffset, element.byteLength).toString();
}

/**
 * The inputs in the order of the signature. Throws `INPUT_INVALID` for a name that is unknown, missing or given
 * twice, for a shape that does not fit, and for another datatype unless `anyNumeric` lets numbers stand for numbers.
 */
export function matchInputs(
  inputs: readonly Tensor[],
  signatures: readonly TensorSignature[],
  { anyNumeric = false }: { readonly anyNumeric?: boolean } = {},
): Tensor[] {
  const names = signatures.map(({ name }) => name).join(', ');
  const byName = new Map<string, Tensor>();
  for (const [at, input] of inputs.entries()) {
    const { name, datatype, shape } = input;
    const shown = JSON.stringify(name.slice(0, 100));
    const signature = signatures.find((one) => one.name === name);
    if (signature === undefined)
      throw refuse(at, '.name', `there is no input ${shown}; the inputs are ${names}`);
    if (byName.has(name)) throw refuse(at, '.name', `the input ${shown} is given twice`);
    const isNumeric = datatype !== 'BYTES' && signature.datatype !== 'BYTES';
    if (datatype !== signature.datatype && !(anyNumeric && isNumeric)) {
      throw refuse(
        at,
        '.datatype',
        `the input ${shown} is ${datatype}; this model takes ${signature.datatype}`,
      );
    }
    if (!fits(shape, signature.shape)) {
      const what = `the input ${shown} has the shape [${shape}]; this model takes [${signature.shape}]`;
      throw refuse(at, '.shape', what);
    }
    byName.set(name, input);
  }
  return signatures.map(({ name }) => {
    const input = byName.get(name);
    if (input !== undefined) return input;
    const what = `The input ${JSON.stringify(name)} is missing; the inputs are ${names}.`;
    throw new SiteError('INPUT_INVALID', what, { path: 'inputs' });
  });
}

/** Throws `INPUT_INVALID` for the name of an output that the model does not have. */
export function requireOutputs(names: readonly string[], signatures: readonly TensorSignature[]): void {
  for (const [at, name] of names.entries()) {
    if (signatures.some((one) => one.name === name)) continue;
    const has = signatures.map((one) => one.name).join(', ');
    const what = `There is no output ${JSON.stringify(name.slice(0, 100))}; the outputs are ${has}.`;
    throw new SiteError('INPUT_INVALID', what, { path: `outputs[${at}].name` });
  }
}

function fits(shape: readonly number[], stated: readonly number[]): boolean {
  return shape.length === stated.length && stated.every((size, axis) => size === -1 || size === shape[axis]);
}

function refuse(at: number, field: string, what: string): SiteError {
  return new SiteError('INPUT_INVALID', `Input ${at}: ${what}.`, { path: `inputs[${at}]${field}` });
}
