/** What the benchmark and its load generator, a process of its own, say to each other. */

/** Where a set of requests goes, and under which name the generator remembers it. */
export interface Target {
  readonly key: string;
  readonly port: number;
  readonly path: string;
  readonly contentType: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Sends each body once, one after another, and remembers the answers under `target.key`. */
export interface CollectJob {
  readonly kind: 'collect';
  readonly target: Target;
  readonly bodies: readonly (string | Uint8Array)[];
}

/** Sends the remembered bodies round and round; every answer must be the remembered one, as `isAlike` means it. */
export interface LoadJob {
  readonly kind: 'load';
  readonly key: string;
  readonly connections: number;
  readonly durationMs: number;
  readonly requestsMax: number;
  /** Whether an answer of status 503 is passed over, and counted. */
  readonly mayRefuse?: boolean;
}

/**
 * Sends the remembered bodies at a steady rate, whether answers come or not, over connections that are opened before.
 * An answer of status 200 must be the remembered one; any other is counted as refused.
 */
export interface PaceJob {
  readonly kind: 'pace';
  readonly key: string;
  readonly requestsPerSecond: number;
  readonly connections: number;
  readonly durationMs: number;
}

export interface CollectResult {
  readonly kind: 'collected';
  readonly answers: readonly Uint8Array[];
}

/** `elapsedMs` runs from the first request to the last answer. */
export interface LoadResult {
  readonly kind: 'loaded';
  /** Those that were answered. */
  readonly requests: number;
  readonly refused: number;
  readonly elapsedMs: number;
  readonly latencyMs: { readonly p50: number; readonly p95: number; readonly p99: number };
}

interface Percentiles {
  readonly p50: number;
  readonly p99: number;
}

export interface PaceResult {
  readonly kind: 'paced';
  readonly answered: number;
  readonly refused: number;
  /** Requests that had no free connection when their time came: then the server is behind by all connections. */
  readonly unsent: number;
  /** From the first request to the last answer. */
  readonly elapsedMs: number;
  /** From sending to the answer; null where there was none. */
  readonly answeredMs: Percentiles | null;
  readonly refusedMs: Percentiles | null;
}

interface JobFailure {
  readonly kind: 'failed';
  readonly message: string;
}

export type Job = CollectJob | LoadJob | PaceJob;
export type JobResult = CollectResult | LoadResult | PaceResult | JobFailure;
