/**
 * Reads a request's body into blocks of its own, decompressed where it is compressed, up to a limit. Refuses longer bodies before reading them where
 * their length is announced, and as soon as they pass the limit where it is not.
 */
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { createGunzip, createInflate } from 'node:zlib';
import { SiteError } from '../errors.ts';
import type { ByteBlocks } from '../workers/byte-blocks.ts';
import type { BodyBudget } from './body-budget.ts';
import type { SpareBlocks } from './spare-blocks.ts';

/** A block is allocated, and copied into, in well under a millisecond. */
const BLOCK_BYTES = 1024 * 1024;
/** Bodies up to this size arrive in one or two pieces, which are kept as they are. */
const SMALL_BYTES_MAX = 64 * 1024;

export interface Body extends ByteBlocks {
  /** Call once when the bytes are no longer needed. */
  release(): void;
}

/** How a body may be compressed (RFC 9110, section 8.4.1); `deflate` is the zlib format of RFC 1950. */
export const BODY_ENCODINGS = ['identity', 'gzip', 'deflate'] as const;
export type BodyEncoding = (typeof BODY_ENCODINGS)[number];

/** Of the largest elements of typed arrays. */
const ALIGNMENT = 8;

const DECODER_CHUNK_BYTES = 64 * 1024;

interface BodyForm {
  readonly encoding?: BodyEncoding;
  /** Where bytes begin that are read as numbers: in one block they stand where typed arrays may begin. */
  readonly alignedAt?: number;
  /** Memory to read into: then nothing may be kept of the body when it is released. */
  readonly spare?: SpareBlocks;
}

/** Rejects with `BODY_TOO_LARGE`, `BODY_INCOMPLETE`, `ENCODING_MALFORMED`, `OVERLOADED`. The limit is of what comes out. */
export function readBody(
  request: IncomingMessage,
  bytesMax: number,
  budget: BodyBudget,
  form: BodyForm = {},
): Promise<Body> {
  const { encoding = 'identity' } = form;
  const announced = announcedBytes(request);
  const isSmall = announced !== null && announced <= Math.min(SMALL_BYTES_MAX, bytesMax);
  // At once, with no promise around that of its end.
  if (isSmall && encoding === 'identity') return readSmall(request);
  if (announced !== null && announced > bytesMax) return Promise.reject(tooLarge(bytesMax, announced));
  if (encoding !== 'identity') return readCompressed(request, bytesMax, budget, encoding);
  return readLarge(request, announced, bytesMax, budget, form);
}

async function readLarge(
  request: IncomingMessage,
  announced: number | null,
  bytesMax: number,
  budget: BodyBudget,
  { alignedAt = 0, spare }: BodyForm,
): Promise<Body> {
  const body = new LargeBody(announced, bytesMax, budget, alignedAt, spare);
  try {
    await collect(request, body, letGo);
    return body;
  } catch (error) {
    body.release();
    throw error;
  }
}

async function readCompressed(
  request: IncomingMessage,
  bytesMax: number,
  budget: BodyBudget,
  encoding: 'gzip' | 'deflate',
): Promise<Body> {
  const create = encoding === 'gzip' ? createGunzip : createInflate;
  const decoder = create({ chunkSize: DECODER_CHUNK_BYTES });
  const onClose = (): void => {
    if (!request.complete) decoder.destroy();
  };
  request.once('close', onClose);
  const body = new LargeBody(null, bytesMax, budget);
  try {
    await collect(request.pipe(decoder), body);
    return body;
  } catch (error) {
    body.release();
    throw error;
  } finally {
    request.off('close', onClose).unpipe(decoder);
    decoder.destroy();
  }
}

/** Node.js has checked that it is a number. */
export function announcedBytes(request: IncomingMessage): number | null {
  const header = request.headers['content-length'];
  return header === undefined ? null : Number(header);
}

function tooLarge(bytesMax: number, announced?: number): SiteError {
  const size = announced === undefined ? 'The body is larger' : `The body has ${announced} bytes, more`;
  return new SiteError('BODY_TOO_LARGE', `${size} than the ${bytesMax} bytes allowed here.`);
}

/** The way of nearly all requests: Node.js takes care that a body is not longer than it announces. */
function readSmall(request: IncomingMessage): Promise<Body> {
  return new Promise((resolve, reject) => {
    const body = new SmallBody();
    request.on('data', (chunk: Buffer<ArrayBuffer>) => body.blocks.push(chunk));
    request.on('end', () => resolve(body));
    request.on('close', () => {
      if (!request.complete) reject(incomplete());
    });
  });
}

function incomplete(): SiteError {
  return new SiteError('BODY_INCOMPLETE', 'The connection closed inside the body.');
}

/**
 * Frees the memory of a chunk that was copied. Left to the garbage collector, a few hundred large bodies a second have
 * it look through the whole heap many times a second, which costs more than all else.
 */
function letGo({ buffer, length }: Buffer<ArrayBuffer>): void {
  if (buffer.byteLength === length) buffer.transfer(0);
}

function collect(
  stream: Readable,
  body: LargeBody,
  afterCopy?: (chunk: Buffer<ArrayBuffer>) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (error?: SiteError): void => {
      stream.off('data', onData).off('end', onEnd).off('error', onError).off('close', onLost);
      if (error === undefined) resolve();
      else reject(error);
    };
    const onData = (chunk: Buffer<ArrayBuffer>): void => {
      const refusal = body.add(chunk);
      afterCopy?.(chunk);
      if (refusal !== null) settle(refusal);
    };
    const onEnd = (): void => settle();
    const onLost = (): void => settle(incomplete());
    const onError = (error: Error & { code?: string }): void => {
      if (!error.code?.startsWith('Z_')) {
        onLost();
        return;
      }
      const what = `The body is not compressed as its content encoding says: ${error.message}.`;
      settle(new SiteError('ENCODING_MALFORMED', what, { cause: error }));
    };
    stream.on('data', onData).on('end', onEnd).on('error', onError).on('close', onLost);
  });
}

class SmallBody implements Body {
  readonly blocks: Uint8Array<ArrayBuffer>[] = [];

  own(): Uint8Array<ArrayBuffer>[] {
    return this.blocks.map((block) => new Uint8Array(block));
  }

  release(): void {}
}

class LargeBody implements Body {
  readonly #bytesMax: number;
  readonly #budget: BodyBudget;
  readonly #full: Uint8Array<ArrayBuffer>[] = [];
  #block: Uint8Array<ArrayBuffer>;
  #used = 0;
  #total = 0;
  #taken = 0;
  readonly #spare: SpareBlocks | null;
  /** The block, where it is one of those. */
  #lent: Uint8Array<ArrayBuffer> | null = null;

  constructor(
    announced: number | null,
    bytesMax: number,
    budget: BodyBudget,
    alignedAt = 0,
    spare: SpareBlocks | null = null,
  ) {
    this.#bytesMax = bytesMax;
    this.#budget = budget;
    this.#spare = announced === null ? null : spare;
    const gap = (ALIGNMENT - (alignedAt % ALIGNMENT)) % ALIGNMENT;
    this.#block = this.#allocate(gap + Math.min(announced ?? SMALL_BYTES_MAX, BLOCK_BYTES)).subarray(gap);
  }

  /** The refusal, where the chunk does not fit any more. */
  add(chunk: Uint8Array): SiteError | null {
    this.#total += chunk.length;
    if (this.#total > this.#bytesMax) return tooLarge(this.#bytesMax);
    for (let from = 0; from < chunk.length; ) {
      if (this.#used === this.#block.length) {
        this.#full.push(this.#block);
        try {
          this.#block = this.#allocate(BLOCK_BYTES);
        } catch (error) {
          return error as SiteError;
        }
        this.#used = 0;
      }
      const count = Math.min(chunk.length - from, this.#block.length - this.#used);
      this.#block.set(count === chunk.length ? chunk : chunk.subarray(from, from + count), this.#used);
      this.#used += count;
      from += count;
    }
    return null;
  }

  get blocks(): Uint8Array<ArrayBuffer>[] {
    return [...this.#full, this.#block.subarray(0, this.#used)];
  }

  own(): Uint8Array<ArrayBuffer>[] {
    if (this.#lent !== null) this.#spare!.lose();
    this.#lent = null;
    return this.blocks;
  }

  release(): void {
    this.#budget.give(this.#taken);
    this.#taken = 0;
    if (this.#lent !== null) this.#spare!.give(this.#lent);
    this.#lent = null;
  }

  #allocate(bytes: number): Uint8Array<ArrayBuffer> {
    this.#budget.take(bytes);
    this.#taken += bytes;
    this.#lent = this.#spare?.take(bytes) ?? null;
    return this.#lent ?? new Uint8Array(bytes);
  }
}
