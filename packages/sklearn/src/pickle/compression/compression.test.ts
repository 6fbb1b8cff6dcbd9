/** Every format in the variants that its own library writes: read exactly, or refused with a typed error. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readPickle } from '../read-pickle.ts';

const FIXTURES = new URL('../../../fixtures/pickles/', import.meta.url);
const REFUSED = ['compressed-sha256.xz', 'compressed-delta.xz'];
const FILES = readdirSync(FIXTURES).filter(
  (name) => name.startsWith('compressed') && !REFUSED.includes(name),
);
const bytesOf = (name: string): Uint8Array => new Uint8Array(readFileSync(new URL(name, FIXTURES)));
const { root: expected } = await readPickle(bytesOf('compressed-none.xz'));

/** `runs` of fixtures/pickles/make_compressed.py. */
const RUNS = [1, 3, 4, 5, 258, 259, 260, 70_000, 4, 4].flatMap((length, k) => new Array(length).fill(k));

test('there are files of every format', () => {
  expect(FILES.map((name) => name.split('.')[1])).toEqual(
    expect.arrayContaining(['bz2', 'xz', 'lzma', 'lz4']),
  );
  expect(expected).toMatchObject({ kind: 'list' });
  const { items } = expected as { items: readonly unknown[] };
  expect(items[2]).toEqual(Uint8Array.from(RUNS));
  expect(items[3]).toEqual(Uint8Array.from({ length: 20_000 }, (_, i) => (i * i) % 251));
  expect(items[4]).toEqual(items[1]);
});

describe.each(FILES)('%s', (name) => {
  const whole = bytesOf(name);

  test('holds the same', async () => {
    expect((await readPickle(whole)).root).toEqual(expected);
  });

  test('cuts and additions are refused', async () => {
    const longer = new Uint8Array(whole.length + 1);
    longer.set(whole);
    const cuts = [1, 2, 5, 9, 13, 40].map((count) => whole.slice(0, -count));
    const starts = [8, 12, 14, 20, 30].map((count) => whole.slice(0, count));
    for (const bytes of [longer, ...cuts, ...starts]) {
      await expect(readPickle(bytes)).rejects.toMatchObject({ code: 'PICKLE_MALFORMED' });
    }
  });

  test('any one wrong byte gives a typed error or the same', async () => {
    for (let at = 4; at < whole.length; at += 397) {
      const wrong = whole.slice();
      wrong[at]! ^= 1 << (at % 8);
      const outcome = await readPickle(wrong).then(
        ({ protocol }) => String(protocol),
        (error) => error.code,
      );
      expect(outcome).toMatch(/^(4|PICKLE_\w+|COMPRESSION_UNSUPPORTED)$/);
    }
  });

  test('what it may become is bounded', async () => {
    await expect(readPickle(whole, { limits: { decompressedBytesMax: 150_000 } })).rejects.toMatchObject({
      code: 'PICKLE_LIMIT_EXCEEDED',
      message: expect.stringContaining('decompressedBytesMax'),
    });
  });
});

test.each(REFUSED)('%s is refused by name', async (name) => {
  await expect(readPickle(bytesOf(name))).rejects.toMatchObject({
    code: 'COMPRESSION_UNSUPPORTED',
    message: expect.stringContaining('xz'),
  });
});
