import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { concatBytes } from '../workers/byte-blocks.ts';
import { BodyBudget } from './body-budget.ts';
import { readBody } from './read-body.ts';
import { SpareBlocks } from './spare-blocks.ts';

const MEBIBYTE = 2 ** 20;

/** A request that carries these chunks. */
function requestOf(chunks: readonly Uint8Array[], announced?: number): IncomingMessage {
  const request = new IncomingMessage(new Socket());
  if (announced !== undefined) request.headers['content-length'] = String(announced);
  for (const chunk of chunks) request.push(Buffer.from(chunk));
  request.push(null);
  return request;
}

function noise(length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, at) => (at * 31 + (at >> 8)) & 255);
}

test.each([
  ['a small body', 1000, 1000],
  ['a body of several blocks', 2.5 * MEBIBYTE, 2.5 * MEBIBYTE],
  ['a body that does not announce its length', 1.5 * MEBIBYTE, undefined],
  ['no body', 0, undefined],
])('%s comes back whole, and its memory is given back', async (_, length, announced) => {
  const content = noise(length);
  const chunks = Array.from({ length: Math.ceil(length / 60_000) }, (_, at) =>
    content.subarray(at * 60_000, (at + 1) * 60_000),
  );
  const budget = new BodyBudget(4 * MEBIBYTE);
  const body = await readBody(requestOf(chunks, announced), 4 * MEBIBYTE, budget);
  expect(Buffer.from(concatBytes(body.blocks)).equals(content)).toBe(true);
  expect(Buffer.from(concatBytes(body.own())).equals(content)).toBe(true);
  for (const block of body.own()) expect(block.buffer.byteLength).toBeLessThanOrEqual(MEBIBYTE);
  body.release();
  body.release();
  expect(budget.heldBytes).toBe(0);
});

test('numbers behind a header of any length stand where typed arrays may begin', async () => {
  const content = noise(100_000);
  for (let alignedAt = 0; alignedAt < 17; alignedAt++) {
    const budget = new BodyBudget(MEBIBYTE);
    const body = await readBody(requestOf([content], content.length), MEBIBYTE, budget, { alignedAt });
    const [block] = body.blocks;
    expect(Buffer.from(block!).equals(content)).toBe(true);
    expect((block!.byteOffset + alignedAt) % 8).toBe(0);
    body.release();
    expect(budget.heldBytes).toBe(0);
  }
});

test('the memory of what was copied is free at once', async () => {
  const chunk = new Uint8Array(100_000);
  const request = requestOf([], chunk.length);
  const reading = readBody(request, MEBIBYTE, new BodyBudget(MEBIBYTE));
  request.emit('data', Buffer.from(chunk.buffer));
  expect(chunk.buffer.detached).toBe(true);
  const body = await reading;
  expect(concatBytes(body.blocks)).toEqual(new Uint8Array(100_000));
});

test('refuses what is too long, and what does not fit beside the others', async () => {
  const budget = new BodyBudget(3 * MEBIBYTE);
  const long = requestOf([noise(2 * MEBIBYTE)]);
  await expect(readBody(long, MEBIBYTE, budget)).rejects.toMatchObject({ code: 'BODY_TOO_LARGE' });
  const announced = requestOf([], 2 * MEBIBYTE);
  await expect(readBody(announced, MEBIBYTE, budget)).rejects.toMatchObject({ code: 'BODY_TOO_LARGE' });
  expect(budget.heldBytes).toBe(0);
  const first = await readBody(requestOf([noise(2 * MEBIBYTE)], 2 * MEBIBYTE), 4 * MEBIBYTE, budget);
  const second = readBody(requestOf([noise(2 * MEBIBYTE)], 2 * MEBIBYTE), 4 * MEBIBYTE, budget);
  await expect(second).rejects.toMatchObject({ code: 'OVERLOADED' });
  first.release();
  expect(budget.heldBytes).toBe(0);
});

test('memory is used again once it is given back, but for what is moved to another thread', async () => {
  const budget = new BodyBudget(64 * MEBIBYTE);
  const spare = new SpareBlocks();
  const read = (length: number) =>
    readBody(requestOf([noise(length)], length), 4 * MEBIBYTE, budget, { spare });
  const first = await read(200_000);
  const { buffer } = first.blocks[0]!;
  first.release();
  first.release();
  const [second, third] = await Promise.all([read(100_000), read(500_000)]);
  expect(second.blocks[0]!.buffer).toBe(buffer);
  expect(third.blocks[0]!.buffer).not.toBe(buffer);
  for (const [body, length] of [
    [second, 100_000],
    [third, 500_000],
  ] as const) {
    expect(Buffer.from(concatBytes(body.blocks)).equals(noise(length))).toBe(true);
  }
  expect(second.own()[0]!.buffer).toBe(buffer);
  second.release();
  const many = await Promise.all(Array.from({ length: 40 }, () => read(70_000)));
  expect(new Set(many.map(({ blocks }) => blocks[0]!.buffer)).size).toBe(40);
  expect(many.some(({ blocks }) => blocks[0]!.buffer === buffer)).toBe(false);
  for (const body of [third, ...many]) body.release();
  expect(budget.heldBytes).toBe(0);
});
