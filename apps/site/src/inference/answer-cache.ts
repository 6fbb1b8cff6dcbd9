/**
 * Remembers the last answers, up to a size: the same rows or tensors to the same version of a model are answered
 * without being computed again. Off where its size is 0. Keeps nothing of a call but its digest.
 */
import { createHash } from 'node:crypto';
import type { AnswerCacheCounts, ModelInfo } from '@chamfer/contracts';
import { toOwnBytes } from '../workers/byte-blocks.ts';
import type { EncodedAnswer } from './encoded-answer.ts';

/** Beside the answer: its key, and what the map needs. */
const ENTRY_BYTES = 256;

export class AnswerCache {
  readonly #bytesMax: number;
  /** The one that was asked for longest ago comes first. */
  readonly #answers = new Map<string, EncodedAnswer>();
  #bytes = 0;
  #hits = 0;
  #misses = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  get isOn(): boolean {
    return this.#bytesMax > 0;
  }

  get counts(): AnswerCacheCounts {
    const sizes = { entries: this.#answers.size, bytes: this.#bytes, bytesMax: this.#bytesMax };
    return { hits: this.#hits, misses: this.#misses, ...sizes };
  }

  /** `words` are all that the answer depends on beside the model and the values of `data`. */
  keyOf(
    { name, version, sha256 }: ModelInfo,
    words: string,
    data: readonly NodeJS.ArrayBufferView[],
  ): string {
    const hash = createHash('sha256').update(words).update('\0');
    for (const view of data) hash.update(view);
    // Two versions may have the same file; an answer says its name and version.
    return `${name} ${version} ${sha256} ${hash.digest('base64')}`;
  }

  get(key: string): EncodedAnswer | undefined {
    const answer = this.#answers.get(key);
    if (answer === undefined) {
      this.#misses++;
      return undefined;
    }
    this.#hits++;
    this.#answers.delete(key);
    this.#answers.set(key, answer);
    return answer;
  }

  set(key: string, answer: EncodedAnswer): void {
    const bytes = sizeOf(answer);
    if (bytes > this.#bytesMax || this.#answers.has(key)) return;
    const { body, headerBytes } = answer;
    this.#answers.set(key, { body: typeof body === 'string' ? body : toOwnBytes(body), headerBytes });
    this.#bytes += bytes;
    for (const [oldest, old] of this.#answers) {
      if (this.#bytes <= this.#bytesMax) break;
      this.#answers.delete(oldest);
      this.#bytes -= sizeOf(old);
    }
  }
}

function sizeOf({ body }: EncodedAnswer): number {
  return body.length + ENTRY_BYTES;
}
