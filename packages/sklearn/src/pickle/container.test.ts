/** Compressed files: bounded, whole, and nothing after them. */
import { deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { DECOMPRESSED_BYTES_ALWAYS_ALLOWED } from './limits.ts';
import { readPickle } from './read-pickle.ts';

const pickle = Uint8Array.from('\x80\x04\x8c\x05hello.', (character) => character.charCodeAt(0));
const join = (...parts: Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

describe.each([
  ['zlib', deflateSync],
  ['gzip', gzipSync],
] as const)('%s', (compression, compress) => {
  test.each([1, 6, 9] as const)('level %i is recognised by content', async (level) => {
    const document = await readPickle(compress(pickle, { level }));
    expect(document).toMatchObject({ root: 'hello', compression, container: 'pickle', protocol: 4 });
  });

  test('damage, cuts and additions are refused', async () => {
    const whole = new Uint8Array(compress(pickle));
    const damaged = whole.slice();
    damaged[damaged.length - 6]! ^= 1;
    for (const bytes of [damaged, whole.slice(0, -1), join(whole, new Uint8Array(1)), join(whole, whole)]) {
      await expect(readPickle(bytes)).rejects.toMatchObject({
        code: 'PICKLE_MALFORMED',
        message: expect.stringContaining(compression),
      });
    }
  });

  test('trailing data inside is refused too', async () => {
    await expect(readPickle(compress(join(pickle, pickle)))).rejects.toMatchObject({
      code: 'PICKLE_TRAILING_DATA',
    });
  });

  test('what it may become is bounded', async () => {
    const bytes = compress(join(pickle, new Uint8Array(100_000)));
    await expect(readPickle(bytes, { limits: { decompressedBytesMax: 1_000 } })).rejects.toMatchObject({
      code: 'PICKLE_LIMIT_EXCEEDED',
      message: expect.stringContaining('decompressedBytesMax'),
    });
  });
});

test('a bomb stops at the ratio, not at its end', async () => {
  const bomb = deflateSync(new Uint8Array(DECOMPRESSED_BYTES_ALWAYS_ALLOWED + 2 ** 20), { level: 1 });
  await expect(readPickle(bomb)).rejects.toMatchObject({
    code: 'PICKLE_LIMIT_EXCEEDED',
    message: expect.stringContaining('decompressionRatioMax'),
  });
});

test.each([
  ['zstandard', '(\xb5/\xfd'],
  ['joblib 0.9 zlib', 'ZF0x10'],
])('%s is refused by name', async (name, magic) => {
  const bytes = Uint8Array.from(magic, (character) => character.charCodeAt(0));
  await expect(readPickle(bytes)).rejects.toMatchObject({
    code: 'COMPRESSION_UNSUPPORTED',
    message: expect.stringContaining(name),
  });
});
