/**
 * Reads NumPy's `.npy` files of float32 matrices. Source: NEP 1, https://numpy.org/neps/nep-0001-npy-format.html.
 * Refuses other types, Fortran order, and files that are longer or shorter than they say.
 */
import { SiteError } from '../errors.ts';

/** A header is one line of some 70 characters; version 2 allows 4 GiB, which nothing real needs. */
const HEADER_BYTES_MAX = 64 * 1024;

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

export interface FloatMatrix {
  readonly data: Float32Array;
  readonly rows: number;
  readonly columns: number;
}

/** `file` names the source in messages. */
export function readNpy(bytes: Uint8Array, file: string): FloatMatrix {
  const refuse = (what: string): never => {
    throw new SiteError('CATALOGUE_BROKEN', `${file} ${what}.`);
  };
  if (bytes.length < 12 || MAGIC.some((byte, at) => bytes[at] !== byte)) refuse('is no .npy file');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isVersion1 = bytes[6] === 1;
  const headerStart = isVersion1 ? 10 : 12;
  const headerLength = isVersion1 ? view.getUint16(8, true) : view.getUint32(8, true);
  const dataStart = headerStart + headerLength;
  if (headerLength > HEADER_BYTES_MAX || dataStart > bytes.length) refuse('ends inside its header');
  const header = new TextDecoder('latin1').decode(bytes.subarray(headerStart, dataStart));
  if (!/'descr': *'<f4'/.test(header)) refuse('does not hold float32 numbers (<f4)');
  if (!/'fortran_order': *False/.test(header)) refuse('is not in C order');
  const shape = /'shape': *\((\d{1,9}), (\d{1,9})\)/.exec(header);
  if (shape === null) return refuse('is no matrix');
  const [rows, columns] = [Number(shape[1]), Number(shape[2])];
  const stated = rows * columns * 4;
  if (bytes.length - dataStart !== stated) {
    refuse(
      `has ${bytes.length - dataStart} bytes of numbers; its shape (${rows}, ${columns}) needs ${stated}`,
    );
  }
  // Copied, because a typed array has to start at a multiple of its element's size.
  const data = new Float32Array(new Uint8Array(bytes.subarray(dataStart)).buffer);
  return { data, rows, columns };
}
