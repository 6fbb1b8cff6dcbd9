/** The statistics extension: what each model version has answered since the site started, and how long it took. */

/** Parts of one call, in milliseconds. */
export interface CallTimes {
  readonly queueMs: number;
  readonly inputMs: number;
  readonly inferMs: number;
  readonly outputMs: number;
}

export interface DurationSum {
  readonly count: number;
  readonly ns: number;
}

const PARTS = [
  'success',
  'fail',
  'queue',
  'compute_input',
  'compute_infer',
  'compute_output',
  'cache_hit',
  'cache_miss',
] as const;
type Part = (typeof PARTS)[number];

export interface ModelStatistics {
  readonly name: string;
  readonly version: string;
  /** Milliseconds since 1970; 0 where there was none. */
  readonly lastInferenceMs: number;
  /** Rows computed. */
  readonly inferenceCount: number;
  /** Runs of the model: fewer than rows where calls have several. */
  readonly executionCount: number;
  readonly durations: Readonly<Record<Part, DurationSum>>;
}

const NS_PER_MS = 1e6;

class Entry {
  lastInferenceMs = 0;
  inferenceCount = 0;
  executionCount = 0;
  readonly sums: Record<Part, { count: number; ns: number }>;

  constructor() {
    this.sums = Object.fromEntries(PARTS.map((part) => [part, { count: 0, ns: 0 }])) as Entry['sums'];
  }

  add(part: Part, ms: number): void {
    const sum = this.sums[part];
    sum.count += 1;
    sum.ns += Math.round(ms * NS_PER_MS);
  }
}

export class Statistics {
  /** By name and version. */
  readonly #entries = new Map<string, Map<string, Entry>>();
  readonly #epochMs: () => number;

  /** `epochMs` gives milliseconds since 1970. */
  constructor(epochMs: () => number) {
    this.#epochMs = epochMs;
  }

  /** `runs` of the model: fewer than calls where some were computed together. */
  succeeded(
    name: string,
    version: string,
    { rows, runs }: { readonly rows: number; readonly runs: number },
    times: CallTimes,
  ): void {
    const entry = this.#entryOf(name, version);
    entry.lastInferenceMs = this.#epochMs();
    entry.inferenceCount += rows;
    entry.executionCount += runs;
    const { queueMs, inputMs, inferMs, outputMs } = times;
    entry.add('success', queueMs + inputMs + inferMs + outputMs);
    entry.add('queue', queueMs);
    entry.add('compute_input', inputMs);
    entry.add('compute_infer', inferMs);
    entry.add('compute_output', outputMs);
  }

  /** A call whose answer was known. */
  remembered(name: string, version: string, times: { queueMs: number; lookupMs: number }): void {
    const { queueMs, lookupMs } = times;
    const entry = this.#entryOf(name, version);
    entry.lastInferenceMs = this.#epochMs();
    entry.add('success', queueMs + lookupMs);
    entry.add('queue', queueMs);
    entry.add('cache_hit', lookupMs);
  }

  /** A call whose answer could have been known; it is computed, and counted as such, too. */
  missed(name: string, version: string, lookupMs: number): void {
    this.#entryOf(name, version).add('cache_miss', lookupMs);
  }

  failed(name: string, version: string, ms: number): void {
    this.#entryOf(name, version).add('fail', ms);
  }

  of(name: string, version: string): ModelStatistics {
    const { lastInferenceMs, inferenceCount, executionCount, sums } = this.#entryOf(name, version);
    const durations = Object.fromEntries(PARTS.map((part) => [part, { ...sums[part] }]));
    return {
      name,
      version,
      lastInferenceMs,
      inferenceCount,
      executionCount,
      durations: durations as ModelStatistics['durations'],
    };
  }

  #entryOf(name: string, version: string): Entry {
    let versions = this.#entries.get(name);
    if (versions === undefined) {
      versions = new Map();
      this.#entries.set(name, versions);
    }
    let entry = versions.get(version);
    if (entry === undefined) {
      entry = new Entry();
      versions.set(version, entry);
    }
    return entry;
  }
}
