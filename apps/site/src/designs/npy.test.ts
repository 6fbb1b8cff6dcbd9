import { describe, expect, test } from 'vitest';
import { SiteError } from '../errors.ts';
import { readNpy } from './npy.ts';

/** A file as `numpy.save` writes it. */
function npyOf(header: string, data: Uint8Array, version = 1): Uint8Array {
  const text = Buffer.from(`${header.padEnd(117, ' ')}\n`, 'latin1');
  const head = Buffer.alloc(version === 1 ? 10 : 12);
  head.write('\x93NUMPY', 'latin1');
  head[6] = version;
  if (version === 1) head.writeUInt16LE(text.length, 8);
  else head.writeUInt32LE(text.length, 8);
  return Buffer.concat([head, text, data]);
}

const HEADER = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";
const NUMBERS = new Float32Array([1, 2, 3, 4, 5, -0.5]);
const DATA = new Uint8Array(NUMBERS.buffer);

test.each([1, 2])('reads a matrix of float32, header version %i', (version) => {
  expect(readNpy(npyOf(HEADER, DATA, version), 'd.npy')).toEqual({ data: NUMBERS, rows: 2, columns: 3 });
});

describe('refuses', () => {
  test.each([
    ['another file', Buffer.from('hello, this is text'), 'is no .npy file'],
    ['nothing', new Uint8Array(0), 'is no .npy file'],
    ['float64', npyOf(HEADER.replace('<f4', '<f8'), DATA), 'does not hold float32'],
    ['big-endian numbers', npyOf(HEADER.replace('<f4', '>f4'), DATA), 'does not hold float32'],
    ['Fortran order', npyOf(HEADER.replace('False', 'True'), DATA), 'is not in C order'],
    ['a vector', npyOf(HEADER.replace('(2, 3)', '(6,)'), DATA), 'is no matrix'],
    ['a shape that lies', npyOf(HEADER.replace('(2, 3)', '(9, 3)'), DATA), 'needs 108'],
    ['a shape beyond all memory', npyOf(HEADER.replace('(2, 3)', '(999999999, 999999999)'), DATA), 'needs'],
    ['a header that ends too late', npyOf(HEADER, DATA).subarray(0, 60), 'ends inside its header'],
  ])('%s', (_, bytes, complaint) => {
    try {
      readNpy(bytes, 'd.npy');
      throw new Error('accepted');
    } catch (error) {
      expect(error).toBeInstanceOf(SiteError);
      expect((error as SiteError).code).toBe('CATALOGUE_BROKEN');
      expect((error as SiteError).message).toContain(
        `d.npy ${complaint.startsWith('needs') ? 'has' : complaint}`,
      );
      expect((error as SiteError).message).toContain(complaint);
    }
  });
});
