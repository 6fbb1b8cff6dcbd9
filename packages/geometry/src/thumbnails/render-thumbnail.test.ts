import { describe, expect, test } from 'vitest';
import { ball, box, bracket, insideOut, moved } from '../testing/shapes.ts';
import { renderThumbnail } from './render-thumbnail.ts';

const alphaAt = (rgba: Uint8Array, size: number, x: number, y: number): number =>
  rgba[(y * size + x) * 4 + 3]!;
const redAt = (rgba: Uint8Array, size: number, x: number, y: number): number => rgba[(y * size + x) * 4]!;

/** The rows and columns that hold anything. */
function extent({ rgba, width }: { rgba: Uint8Array; width: number }): {
  width: number;
  height: number;
  middle: number[];
} {
  const xs: number[] = [];
  const ys: number[] = [];
  for (let i = 0; i < width * width; i++) {
    if (rgba[i * 4 + 3] === 0) continue;
    xs.push(i % width);
    ys.push(Math.floor(i / width));
  }
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  return {
    width: right - left + 1,
    height: bottom - top + 1,
    middle: [(left + right) / 2, (top + bottom) / 2],
  };
}

describe('renderThumbnail', () => {
  test('fills the frame but for the margin, whatever the size and place of the part', () => {
    for (const mesh of [ball(10, 3), ball(0.01, 3), moved(ball(10, 3), (x, y, z) => [x + 500, y, z])]) {
      const { width, height, middle } = extent(renderThumbnail(mesh, { sizePx: 100 }));
      expect(Math.abs(width - 90)).toBeLessThanOrEqual(2);
      expect(Math.abs(height - 90)).toBeLessThanOrEqual(2);
      for (const place of middle) expect(Math.abs(place - 49.5)).toBeLessThanOrEqual(1);
    }
  });

  test('a ball is round: corners empty, middle full, lit from the upper left', () => {
    const { rgba } = renderThumbnail(ball(10, 4), { sizePx: 100 });
    for (const [x, y] of [
      [12, 12],
      [87, 12],
      [12, 87],
      [87, 87],
    ] as const)
      expect(alphaAt(rgba, 100, x, y)).toBe(0);
    expect(alphaAt(rgba, 100, 50, 50)).toBe(255);
    expect(redAt(rgba, 100, 33, 33)).toBeGreaterThan(redAt(rgba, 100, 66, 66) + 40);
  });

  test('the three faces of a box have three shades, the top the lightest', () => {
    const { rgba } = renderThumbnail(box(10, 10, 10), { sizePx: 100 });
    const [top, left, right] = [redAt(rgba, 100, 50, 25), redAt(rgba, 100, 32, 65), redAt(rgba, 100, 70, 65)];
    expect(top).toBeGreaterThan(left! + 10);
    expect(left).toBeGreaterThan(right! + 10);
  });

  test('a long part is laid down', () => {
    const { width, height } = extent(renderThumbnail(box(5, 5, 60), { sizePx: 100 }));
    expect(width).toBeGreaterThan(height * 1.2);
  });

  test('facets the wrong way round are seen all the same', () => {
    const { rgba } = renderThumbnail(insideOut(ball(10, 3)), { sizePx: 64 });
    expect(alphaAt(rgba, 64, 32, 32)).toBe(255);
  });

  test('has few enough colours for a palette, and the same pixels again', () => {
    const { rgba } = renderThumbnail(bracket(2));
    expect(new Set(new Uint32Array(rgba.buffer)).size).toBeLessThanOrEqual(256);
    expect(renderThumbnail(bracket(2)).rgba).toEqual(rgba);
  });

  test('a sheet seen edge on leaves an empty picture, not an error', () => {
    const flat = { positions: new Float32Array(9), triangles: Uint32Array.of(0, 1, 2) };
    expect(renderThumbnail(flat, { sizePx: 16 }).rgba.every((byte) => byte === 0)).toBe(true);
  });

  test.each([0, 15, 1025, 20.5, Number.NaN])('refuses the size %d', (sizePx) => {
    expect(() => renderThumbnail(box(1, 1, 1), { sizePx })).toThrow(RangeError);
  });

  test('refuses a mesh without triangles', () => {
    expect(() => renderThumbnail({ positions: new Float32Array(), triangles: new Uint32Array() })).toThrow(
      'no picture',
    );
  });
});
