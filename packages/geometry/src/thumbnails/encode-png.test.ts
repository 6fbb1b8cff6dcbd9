import { crc32, inflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { bracket } from '../testing/shapes.ts';
import { encodePng } from './encode-png.ts';
import { renderThumbnail } from './render-thumbnail.ts';

/** Pixels of a PNG of 8 bits without filters, palette or RGBA; checks every chunk's checksum. */
function decodePng(png: Uint8Array): { width: number; height: number; rgba: Uint8Array } {
  const bytes = Buffer.from(png);
  expect(bytes.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
  const chunks = new Map<string, Buffer>();
  for (let at = 8; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    expect(bytes.readUInt32BE(at + 8 + length)).toBe(crc32(bytes.subarray(at + 4, at + 8 + length)));
    chunks.set(bytes.toString('latin1', at + 4, at + 8), bytes.subarray(at + 8, at + 8 + length));
    at += length + 12;
  }
  expect([...chunks.keys()].at(-1)).toBe('IEND');
  const header = chunks.get('IHDR')!;
  const [width, height, palette] = [header.readUInt32BE(0), header.readUInt32BE(4), header[9] === 3];
  const rows = inflateSync(chunks.get('IDAT')!);
  const stride = palette ? width : width * 4;
  const values = Array.from({ length: height }, (_, y) => {
    expect(rows[y * (stride + 1)]).toBe(0);
    return [...rows.subarray(y * (stride + 1) + 1, (y + 1) * (stride + 1))];
  }).flat();
  if (!palette) return { width, height, rgba: Uint8Array.from(values) };
  const [rgb, alpha] = [chunks.get('PLTE')!, chunks.get('tRNS')!];
  const rgba = values.flatMap((number) => [
    ...rgb.subarray(number * 3, number * 3 + 3),
    alpha[number] ?? 255,
  ]);
  return { width, height, rgba: Uint8Array.from(rgba) };
}

describe('encodePng', () => {
  test('few colours come back through a palette', () => {
    const rgba = Uint8Array.of(
      1,
      2,
      3,
      255,
      0,
      0,
      0,
      0,
      200,
      100,
      50,
      128,
      1,
      2,
      3,
      255,
      9,
      9,
      9,
      255,
      0,
      0,
      0,
      0,
    );
    expect(decodePng(encodePng(rgba, 3, 2))).toEqual({ width: 3, height: 2, rgba });
  });

  test('many colours come back without', () => {
    const rgba = Uint8Array.from({ length: 20 * 20 * 4 }, (_, i) => (i * 7919) % 251);
    expect(decodePng(encodePng(rgba, 20, 20))).toEqual({ width: 20, height: 20, rgba });
  });

  test('a thumbnail comes back, in under 6 kB', () => {
    const { rgba, width, height } = renderThumbnail(bracket(2));
    const png = encodePng(rgba, width, height);
    expect(decodePng(png).rgba).toEqual(rgba);
    expect(png.length).toBeLessThan(6000);
  });

  test('refuses pixels that do not fill the picture', () => {
    expect(() => encodePng(new Uint8Array(15), 2, 2)).toThrow('2 x 2 pixels take 16 bytes, not 15');
  });
});
