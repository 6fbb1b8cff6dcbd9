/**
 * Remembers the last answers, up to a size: the same rows to the same version of a model are answered without being
 * computed again. Off where its size is 0. Keeps no rows, only their digest.
 */
import { createHash } from 'node:crypto';
import type { AnswerCacheCounts, ModelInfo } from '@chamfer/contracts';
import { Table } from '@chamfer/sklearn';
import type { PreparedCall } from './predict-call.ts';

/** Beside the answer: its key, and what the map needs. */
const ENTRY_BYTES = 256;

export class AnswerCache<Answer extends { readonly length: number }> {
  readonly #bytesMax: number;
  /** The one that was asked for longest ago comes first. */
  readonly #answers = new Map<string, Answer>();
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

  /** Null where nothing is kept: the cache is off, or the rows are more than numbers. */
  keyOf({ name, version, sha256 }: ModelInfo, { method, X }: PreparedCall): string | null {
    if (!this.isOn || X instanceof Table) return null;
    const { data, rows } = X;
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    const digest = createHash('sha256').update(bytes).digest('base64');
    // Two versions may have the same file; an answer says its name and version.
    return `${name} ${version} ${sha256} ${method} ${rows} ${digest}`;
  }

  get(key: string): Answer | undefined {
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

  set(key: string, answer: Answer): void {
    const bytes = sizeOf(answer);
    if (bytes > this.#bytesMax || this.#answers.has(key)) return;
    this.#answers.set(key, answer);
    this.#bytes += bytes;
    for (const [oldest, old] of this.#answers) {
      if (this.#bytes <= this.#bytesMax) break;
      this.#answers.delete(oldest);
      this.#bytes -= sizeOf(old);
    }
  }
}

function sizeOf(answer: { readonly length: number }): number {
  return answer.length + ENTRY_BYTES;
}
