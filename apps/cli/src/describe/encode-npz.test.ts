import { crc32 } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { encodeNpy, encodeNpz } from './encode-npz.ts';

const headerOf = (npy: Uint8Array): string =>
  Buffer.from(npy).toString('latin1', 10, 10 + Buffer.from(npy).readUInt16LE(8));

describe('encodeNpy', () => {
  test('writes the header that numpy.lib.format describes, data from a multiple of 64', () => {
    const npy = encodeNpy({ shape: [2, 3], values: Float32Array.of(1, 2, 3, 4, 5, 6) });
    expect(Buffer.from(npy).toString('latin1', 0, 8)).toBe('\x93NUMPY\x01\x00');
    expect(headerOf(npy).trimEnd()).toBe("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }");
    expect(headerOf(npy).endsWith('\n')).toBe(true);
    expect((npy.length - 24) % 64).toBe(0);
    expect(Buffer.from(npy).readFloatLE(npy.length - 4)).toBe(6);
  });

  test.each([
    [[3], Float64Array.of(1, 2, 3), "'<f8'", '(3,)', 24],
    [[], BigInt64Array.of(7n), "'<i8'", '()', 8],
    [[2], ['ab', 'é🙂x'], "'<U3'", '(2,)', 24],
    [[1], [''], "'<U1'", '(1,)', 4],
  ] as const)('shape %j of %o', (shape, values, descr, tuple, bytes) => {
    const npy = encodeNpy({ shape, values });
    expect(headerOf(npy)).toContain(`'descr': ${descr}, 'fortran_order': False, 'shape': ${tuple}, }`);
    expect((npy.length - bytes) % 64).toBe(0);
  });

  test('texts are code points, padded with zeros', () => {
    const npy = Buffer.from(encodeNpy({ shape: [2], values: ['ab', 'é🙂x'] }));
    const letters = Array.from({ length: 6 }, (_, i) => npy.readUInt32LE(npy.length - 24 + i * 4));
    expect(letters).toEqual([97, 98, 0, 233, 0x1f642, 120]);
  });
});

describe('encodeNpz', () => {
  test('writes a ZIP whose directory leads to every array', () => {
    const zip = Buffer.concat(
      encodeNpz({ a: { shape: [1], values: Float32Array.of(1) }, b: { shape: [], values: ['x'] } }),
    );
    const end = zip.length - 22;
    expect(zip.toString('latin1', end, end + 4)).toBe('PK\x05\x06');
    expect(zip.readUInt16LE(end + 10)).toBe(2);
    let at = zip.readUInt32LE(end + 16);
    for (const name of ['a.npy', 'b.npy']) {
      expect(zip.toString('latin1', at, at + 4)).toBe('PK\x01\x02');
      const [crc, size, nameLength, offset] = [
        zip.readUInt32LE(at + 16),
        zip.readUInt32LE(at + 24),
        zip.readUInt16LE(at + 28),
        zip.readUInt32LE(at + 42),
      ];
      expect(zip.toString('latin1', at + 46, at + 46 + nameLength)).toBe(name);
      expect(zip.toString('latin1', offset, offset + 4)).toBe('PK\x03\x04');
      const start = offset + 30 + zip.readUInt16LE(offset + 26) + zip.readUInt16LE(offset + 28);
      expect(crc32(zip.subarray(start, start + size))).toBe(crc);
      at += 46 + nameLength;
    }
    expect(at).toBe(end);
  });
});

test('texts may be as many as there are', () => {
  const values = Array.from({ length: 200_000 }, () => 'a');
  expect(encodeNpy({ shape: [values.length], values }).length).toBe(128 + 4 * values.length);
});
