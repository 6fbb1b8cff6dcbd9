import { expect, test } from 'vitest';
import { readLines } from './read-lines.ts';

async function lines(...chunks: readonly (string | Uint8Array)[]): Promise<string[]> {
  const bytes = async function* () {
    for (const chunk of chunks) yield typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk;
  };
  const found: string[] = [];
  for await (const line of readLines(bytes())) found.push(line);
  return found;
}

test('lines end where they end, however the bytes arrive', async () => {
  expect(await lines('a\r\nb', 'c\n', '\nd')).toEqual(['a', 'bc', '', 'd']);
  const umlaut = new TextEncoder().encode('\ufeffä,ö\n1');
  expect(await lines(...Array.from(umlaut, (byte) => Uint8Array.of(byte)))).toEqual(['ä,ö', '1']);
  expect(await lines()).toEqual([]);
});

test('bytes that are no UTF-8 are refused with the line', async () => {
  await expect(lines('a\n', Uint8Array.of(0xff))).rejects.toThrow(
    'line 2 or soon after: the text is not UTF-8',
  );
  await expect(lines('a\n', Uint8Array.of(0xc3))).rejects.toThrow('not UTF-8');
});

test('a line without an end is refused before it fills the memory', async () => {
  const megabytes = Array.from({ length: 65 }, () => new Uint8Array(2 ** 20).fill(0x20));
  await expect(lines(...megabytes)).rejects.toThrow('line 1 is longer than');
});
