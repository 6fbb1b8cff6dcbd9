import { expect, test } from 'vitest';
import { assembleJsonKernel } from '../../kernels/json-kernel.ts';
import { openJsonKernel } from './json-kernel.ts';
import { JSON_KERNEL_BYTES } from './json-kernel-bytes.ts';
import { NUMBERS_ADDRESS, PAGES, TEXT_BYTES } from './json-layout.ts';

test('the bytes are what the source assembles to: `node scripts/build-kernels.ts` writes them', () => {
  expect(JSON_KERNEL_BYTES.replaceAll('\n', '')).toBe(Buffer.from(assembleJsonKernel()).toString('base64'));
});

test('the memory has one size for ever, and room for as many numbers as a piece of text can have', () => {
  const { buffer } = openJsonKernel().text;
  expect(buffer.byteLength).toBe(PAGES * 2 ** 16);
  expect(buffer.byteLength - NUMBERS_ADDRESS).toBeGreaterThan(8 * (TEXT_BYTES / 2 + 1));
});
