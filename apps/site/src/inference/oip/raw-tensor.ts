/**
 * Elements of a tensor as the bytes that the Open Inference Protocol sends: row-major, little-endian, without gaps;
 * of `BYTES` each element after its length in four bytes. Refuses bytes that are too few or too many for the shape.
 */
import { endianness } from 'node:os';
import type { Datatype } from '@chamfer/contracts';
import { SiteError } from '../../errors.ts';
import { ARRAYS, type BytesElement, type NumericData, type Tensor, type TensorData } from '../tensor.ts';

/** The runtimes of this machine's kind are all little-endian; on another one every tensor would be wrong. */
if (endianness() !== 'LE') throw new Error('Tensors need a little-endian machine.');

const LENGTH_BYTES = 4;

/** `path` is where the bytes belong in the request. Throws `INPUT_INVALID`. The bytes are not copied where aligned. */
export function decodeRaw(
  datatype: Datatype,
  elements: number,
  bytes: Uint8Array<ArrayBuffer>,
  path: string,
): TensorData {
  if (datatype === 'BYTES') return decodeElements(elements, bytes, path);
  const array = ARRAYS[datatype];
  if (bytes.length !== elements * array.BYTES_PER_ELEMENT) {
    const needs = `${elements} elements of ${datatype} need ${elements * array.BYTES_PER_ELEMENT}`;
    throw new SiteError('INPUT_INVALID', `"${path}" has ${bytes.length} bytes; ${needs}.`, { path });
  }
  const isAligned = bytes.byteOffset % array.BYTES_PER_ELEMENT === 0;
  const { buffer, byteOffset } = isAligned ? bytes : new Uint8Array(bytes);
  const data = new array(buffer, byteOffset, elements);
  if (datatype === 'BOOL') requireBooleans(data as Uint8Array, path);
  return data;
}

export function encodeRaw({ datatype, data }: Tensor): Uint8Array {
  if (datatype === 'BYTES') return encodeElements(data);
  const { buffer, byteOffset, byteLength } = data as NumericData;
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function requireBooleans(data: Uint8Array, path: string): void {
  const at = data.findIndex((value) => value > 1);
  if (at === -1) return;
  throw new SiteError('INPUT_INVALID', `Element ${at} of "${path}" is ${data[at]}; BOOL is 0 or 1.`, {
    path,
  });
}

function decodeElements(count: number, bytes: Uint8Array<ArrayBuffer>, path: string): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const refuse = (what: string): SiteError =>
    new SiteError('INPUT_INVALID', `"${path}" holds ${what}; its shape has ${count} elements.`, { path });
  // Each element has its length before it: a shape cannot ask for more than the bytes that came.
  if (count > bytes.length / LENGTH_BYTES) throw refuse('too few bytes');
  const elements: Uint8Array[] = new Array(count);
  let at = 0;
  for (let element = 0; element < count; element++) {
    if (at + LENGTH_BYTES > bytes.length) throw refuse(`only ${element} elements`);
    const length = view.getUint32(at, true);
    at += LENGTH_BYTES;
    if (at + length > bytes.length) throw refuse(`too few bytes for element ${element}`);
    elements[element] = bytes.subarray(at, at + length);
    at += length;
  }
  if (at !== bytes.length) throw refuse(`${bytes.length - at} bytes too many`);
  return elements;
}

function encodeElements(elements: readonly BytesElement[]): Uint8Array {
  const encoder = new TextEncoder();
  const encoded = elements.map((one) => (typeof one === 'string' ? encoder.encode(one) : one));
  const size = encoded.reduce((sum, one) => sum + LENGTH_BYTES + one.length, 0);
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const element of encoded) {
    view.setUint32(at, element.length, true);
    bytes.set(element, at + LENGTH_BYTES);
    at += LENGTH_BYTES + element.length;
  }
  return bytes;
}
