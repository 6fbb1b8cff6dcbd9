/**
 * The part that is looked at: its picture in this browser and the site's answer about it, side by side.
 * There is one part at a time; opening another forgets the one before, whatever arrives later for it.
 */
import type { Design, RecommendationResponse } from '@chamfer/contracts';
import { describeFailure, type Failure } from './failure.ts';

export type Pending<Value> =
  | { readonly status: 'waiting' }
  | { readonly status: 'ready'; readonly value: Value }
  | { readonly status: 'failed'; readonly failure: Failure };

export interface Part<Picture> {
  readonly name: string;
  /** Unknown until it is loaded. */
  readonly sizeBytes: number | undefined;
  /** Set at once where a design of the catalogue serves as the part. */
  readonly designId: string | undefined;
  /** That design, once it is loaded. */
  readonly design: Design | undefined;
  readonly picture: Pending<Picture>;
  readonly answer: Pending<RecommendationResponse>;
}

export interface LoadedPart {
  readonly name: string;
  readonly file: Blob;
  readonly design?: Design;
}

export interface PartSource {
  /** What it is called until it is loaded. */
  readonly name: string;
  readonly designId?: string;
  load(signal: AbortSignal): Promise<LoadedPart>;
}

/** What the store needs from outside: the worker that draws, and the site that answers. */
export interface PartStoreNeeds<Picture> {
  drawFile(file: Blob, name: string, signal: AbortSignal): Promise<Picture>;
  recommend(file: Blob, name: string, signal: AbortSignal): Promise<RecommendationResponse>;
}

export interface PartStore<Picture> {
  getPart(): Part<Picture> | undefined;
  /** Calls `listener` after each change; returns what ends that. */
  subscribe(listener: () => void): () => void;
  open(source: PartSource): void;
  /** Forgets the part and stops what is under way for it. */
  close(): void;
  /** Opens the same part once more, after a failure. */
  retry(): void;
}

const WAITING = { status: 'waiting' } as const;

export function createPartStore<Picture>(needs: PartStoreNeeds<Picture>): PartStore<Picture> {
  const listeners = new Set<() => void>();
  let part: Part<Picture> | undefined;
  let lastSource: PartSource | undefined;
  let running = new AbortController();

  function set(next: Part<Picture> | undefined): void {
    part = next;
    for (const listener of listeners) listener();
  }

  /** Waits for `promise` and puts its outcome into the part, unless another part was opened meanwhile. */
  async function settle<Key extends 'picture' | 'answer'>(
    key: Key,
    promise: Promise<Key extends 'picture' ? Picture : RecommendationResponse>,
    signal: AbortSignal,
  ): Promise<void> {
    let outcome: Pending<unknown>;
    try {
      outcome = { status: 'ready', value: await promise };
    } catch (error) {
      outcome = { status: 'failed', failure: describeFailure(error) };
    }
    if (!signal.aborted && part !== undefined) set({ ...part, [key]: outcome });
  }

  function open(source: PartSource): void {
    running.abort();
    running = new AbortController();
    const { signal } = running;
    lastSource = source;
    set({
      name: source.name,
      sizeBytes: undefined,
      designId: source.designId,
      design: undefined,
      picture: WAITING,
      answer: WAITING,
    });
    const loading = source.load(signal).then((loaded) => {
      const { name, file, design } = loaded;
      if (!signal.aborted && part !== undefined) set({ ...part, name, sizeBytes: file.size, design });
      return loaded;
    });
    const drawing = loading.then(({ file, name }) => needs.drawFile(file, name, signal));
    const answering = loading.then(({ file, name }) => needs.recommend(file, name, signal));
    void settle('picture', drawing, signal);
    void settle('answer', answering, signal);
  }

  return {
    getPart: () => part,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    open,
    close() {
      running.abort();
      set(undefined);
    },
    retry() {
      if (lastSource !== undefined) open(lastSource);
    },
  };
}
