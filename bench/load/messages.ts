/** What the benchmark and its load generator, a process of its own, say to each other. */

/** Where a set of requests goes, and under which name the generator remembers it. */
export interface Target {
  readonly key: string;
  readonly port: number;
  readonly path: string;
  readonly contentType: string;
}

/** Sends each body once, one after another, and remembers the answers under `target.key`. */
export interface CollectJob {
  readonly kind: 'collect';
  readonly target: Target;
  readonly bodies: readonly string[];
}

/** Sends the remembered bodies round and round; every answer must be the remembered one, byte for byte. */
export interface LoadJob {
  readonly kind: 'load';
  readonly key: string;
  readonly connections: number;
  readonly durationMs: number;
  readonly requestsMax: number;
}

export interface CollectResult {
  readonly kind: 'collected';
  readonly answers: readonly string[];
}

/** `elapsedMs` runs from the first request to the last answer. */
export interface LoadResult {
  readonly kind: 'loaded';
  readonly requests: number;
  readonly elapsedMs: number;
  readonly latencyMs: { readonly p50: number; readonly p95: number; readonly p99: number };
}

interface JobFailure {
  readonly kind: 'failed';
  readonly message: string;
}

export type Job = CollectJob | LoadJob;
export type JobResult = CollectResult | LoadResult | JobFailure;
