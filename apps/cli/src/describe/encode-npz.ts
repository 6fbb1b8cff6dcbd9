/** NumPy's .npy and .npz files, written: little endian, C order; for the few kinds of arrays commands put out. */
import { crc32 } from 'node:zlib';

export interface NpyArray {
  readonly shape: readonly number[];
  readonly values: Float32Array | Float64Array | BigInt64Array | readonly string[];
}

/** One array as an .npy file, format 1.0 of NumPy's `numpy.lib.format`. */
export function encodeNpy({ shape, values }: NpyArray): Uint8Array {
  const { descr, data } = encodeValues(values);
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const dictionary = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${tuple}, }`;
  // Magic, version and length take 10 bytes; the data begins at a multiple of 64.
  const header = dictionary.padEnd(Math.ceil((dictionary.length + 11) / 64) * 64 - 11, ' ').concat('\n');
  const start = Buffer.alloc(10);
  start.write('\x93NUMPY\x01\x00', 'latin1');
  start.writeUInt16LE(header.length, 8);
  return Buffer.concat([start, Buffer.from(header, 'latin1'), data]);
}

function encodeValues(values: NpyArray['values']): { descr: string; data: Uint8Array } {
  if (values instanceof Float32Array) return { descr: '<f4', data: bytesOf(values) };
  if (values instanceof Float64Array) return { descr: '<f8', data: bytesOf(values) };
  if (values instanceof BigInt64Array) return { descr: '<i8', data: bytesOf(values) };
  const texts = (values as readonly string[]).map((text) =>
    Array.from(text, (letter) => letter.codePointAt(0)!),
  );
  const width = texts.reduce((longest, text) => Math.max(longest, text.length), 1);
  const letters = new Uint32Array(texts.length * width);
  texts.forEach((text, index) => {
    letters.set(text, index * width);
  });
  return { descr: `<U${width}`, data: bytesOf(letters) };
}

function bytesOf(values: Float32Array | Float64Array | BigInt64Array | Uint32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

/** 4 GiB less a little: what sizes and offsets of a plain ZIP can say; parts of a million parts fit twice. */
const NPZ_BYTES_MAX = 0xffff_0000;
/** 1 January 1980, the first date a ZIP can say: equal arrays give equal bytes. */
const ZIP_DATE = 0x0021;

/** Several arrays as an .npz file: a ZIP, stored, of one .npy each. Throws RangeError above 4 GiB. */
export function encodeNpz(arrays: Readonly<Record<string, NpyArray>>): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const [name, array] of Object.entries(arrays)) {
    const fileName = Buffer.from(`${name}.npy`);
    const data = encodeNpy(array);
    if (offset + data.length > NPZ_BYTES_MAX)
      throw new RangeError('the arrays exceed 4 GiB: describe fewer parts at once');
    const common = commonHeader(data, fileName.length);
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, fileName]);
    const central = Buffer.alloc(46);
    central.write('PK\x01\x02', 'latin1');
    central.writeUInt16LE(20, 4); // made by version 2.0
    common.copy(central, 6);
    central.writeUInt32LE(offset, 42);
    directory.push(central, fileName);
    chunks.push(local, data);
    offset += local.length + data.length;
  }
  const directoryLength = directory.reduce((sum, chunk) => sum + chunk.length, 0);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(directory.length / 2, 8);
  end.writeUInt16LE(directory.length / 2, 10);
  end.writeUInt32LE(directoryLength, 12);
  end.writeUInt32LE(offset, 16);
  return [...chunks, ...directory, end];
}

/** The 26 bytes that local and central headers share (APPNOTE.TXT 6.3.10, sections 4.3.7 and 4.3.12). */
function commonHeader(data: Uint8Array, nameLength: number): Buffer {
  const header = Buffer.alloc(26);
  header.writeUInt16LE(20, 0); // needs version 2.0
  header.writeUInt16LE(0x0800, 2); // names are UTF-8
  header.writeUInt16LE(ZIP_DATE, 8);
  header.writeUInt32LE(crc32(data), 10);
  header.writeUInt32LE(data.length, 14);
  header.writeUInt32LE(data.length, 18);
  header.writeUInt16LE(nameLength, 22);
  return header;
}
