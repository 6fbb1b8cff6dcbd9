/**
 * Jobs that wait for a worker, by what they belong to (a model): each group has its share of the workers' time,
 * whatever the others send. Refuses a job that would wait too long, judged by what the jobs before it are expected to
 * take, and jobs beyond a number, with when to come back.
 */
import { SiteError } from '../errors.ts';

/** What a job is expected to take where nothing like it was measured yet. */
const FIRST_GUESS_MS = 20;
/** How much of a new measurement enters what a group's jobs are expected to take. */
const NEWEST_WEIGHT = 0.2;
/** How much of the jobs before counts beside the newest one, in what jobs take against what was expected. */
const OLDER_WEIGHT = 0.9;
/**
 * Jobs are sent together until they fill this time: then handing them over costs nothing beside it, and a worker is
 * not left without work while this thread is at something else.
 */
const BATCH_MS_MAX = 10;

export interface QueueLimits {
  /** What the jobs are, for messages: "the prediction". */
  readonly work: string;
  readonly workersMax: number;
  /** Workers that one group may have at once. */
  readonly groupWorkersMax: number;
  /** Jobs that may wait, in all. */
  readonly queueMax: number;
  /** Longest time that a job waits, or may be expected to. */
  readonly waitMsMax: number;
  /** Most rows in jobs that are computed together. */
  readonly batchRowsMax: number;
  /** How long a job waits for others to be sent with it, while its group is at work. */
  readonly batchMs: number;
}

export interface QueuedJob {
  readonly group: string;
  /** Whether it is sent to a worker by itself, and not with others of its group. */
  readonly goesAlone: boolean;
  /** Jobs of one group and the same key are computed together; null for one that is computed by itself. */
  readonly batchKey: string | null;
  readonly rows: number;
  /** Since when it waits, here and before: milliseconds from any fixed moment. */
  readonly queuedAtMs: number;
  /** What it is expected to take; null where nobody knows: then the queue says what its group's jobs take. */
  expectedMs: number | null;
}

interface Group<J> {
  /** In the order in which they came. */
  readonly jobs: J[];
  /** Of the jobs that wait. */
  waitingMs: number;
  /** Of the jobs that run. */
  runningMs: number;
  workers: number;
  /** Time that its jobs have had; a group that comes back starts with what the others have. */
  servedMs: number;
  /** What its jobs take, one by one. */
  jobMs: number;
  /** What its latest jobs took, and were expected to: handing them over takes time too, and processors may be busy. */
  tookMs: number;
  expectedMs: number;
}

export class JobQueue<J extends QueuedJob> {
  readonly #limits: QueueLimits;
  readonly #groups = new Map<string, Group<J>>();
  #length = 0;

  constructor(limits: QueueLimits) {
    this.#limits = limits;
  }

  get length(): number {
    return this.#length;
  }

  /** Throws `OVERLOADED`. */
  push(job: J, nowMs: number = job.queuedAtMs): void {
    this.requireRoom(job.group, nowMs - job.queuedAtMs);
    const group = this.#groupOf(job.group);
    if (group.jobs.length === 0 && group.workers === 0)
      group.servedMs = Math.max(group.servedMs, this.#leastServedMs());
    job.expectedMs ??= group.jobMs;
    group.jobs.push(job);
    group.waitingMs += job.expectedMs;
    this.#length++;
  }

  /** Throws `OVERLOADED` where a job of this group that came now, and has waited so long elsewhere, is refused. */
  requireRoom(name: string, waitedMs: number): void {
    const { queueMax, waitMsMax } = this.#limits;
    const group = this.#groups.get(name);
    const waitMs = group === undefined ? 0 : this.#expectedWaitMs(group);
    const isFirst = group === undefined || group.jobs.length === 0;
    // One may always wait behind jobs that are longer than any wait.
    if (this.#length >= queueMax || (waitedMs + waitMs > waitMsMax && !isFirst))
      throw this.refusal(name, waitMs);
  }

  refusal(group: string, retryAfterMs: number): SiteError {
    const by = group === '' ? '' : ` by ${group}`;
    const what = `Too many requests wait for ${this.#limits.work}${by}. Try again in a moment.`;
    return new SiteError('OVERLOADED', what, { retryAfterMs });
  }

  /** Takes away those that have waited too long since then, because others took longer than was expected. */
  removeLate(nowMs: number, sinceMs: number): J[] {
    const late: J[] = [];
    for (const { jobs } of this.#groups.values()) {
      for (const job of jobs) {
        if (nowMs - Math.max(job.queuedAtMs, sinceMs) <= this.#limits.waitMsMax) break;
        late.push(job);
      }
    }
    for (const job of late) this.remove(job);
    return late;
  }

  /** Says that these, which followed others at a worker, were not begun; then they wait again. */
  giveBack(batch: readonly J[]): void {
    this.#settle(this.#groupOf(batch[0]!.group), batch, 0);
    this.putBack(batch);
  }

  /** Back to the front. */
  putBack(jobs: readonly J[]): void {
    for (const job of jobs.toReversed()) {
      const group = this.#groupOf(job.group);
      group.jobs.unshift(job);
      group.waitingMs += job.expectedMs!;
      this.#length++;
    }
  }

  /**
   * The jobs whose turn it is, in the order in which they came; none where all groups have their share for now. Such
   * as are to follow others at their worker are of the same group and no long ones: else they could be done elsewhere
   * before it is their turn there.
   */
  take(nowMs: number, others?: readonly J[]): J[] {
    if (others !== undefined && expectedMsOf(others) > BATCH_MS_MAX) return [];
    const following = others === undefined ? null : this.#groupOf(others[0]!.group);
    let next: Group<J> | null = null;
    for (const group of this.#groups.values()) {
      if (group.jobs.length === 0) continue;
      if (group.workers >= this.#limits.groupWorkersMax && group !== following) continue;
      if (this.#isGathering(group, nowMs)) continue;
      if (next === null || group.servedMs < next.servedMs) next = group;
    }
    if (next === null) return [];
    if (following !== null && (next !== following || next.jobs[0]!.goesAlone)) return [];
    const batch = this.#takeBatch(next);
    const ms = expectedMsOf(batch);
    next.waitingMs = next.jobs.length === 0 ? 0 : Math.max(0, next.waitingMs - ms);
    next.runningMs += ms;
    next.servedMs += ms;
    if (following === null) next.workers++;
    this.#length -= batch.length;
    return batch;
  }

  #isGathering({ jobs, workers }: Group<J>, nowMs: number): boolean {
    const { batchMs, batchRowsMax } = this.#limits;
    const first = jobs[0]!;
    if (workers === 0 || first.batchKey === null || nowMs - first.queuedAtMs >= batchMs) return false;
    return jobs.reduce((sum, { rows }) => sum + rows, 0) < batchRowsMax;
  }

  #takeBatch({ jobs }: Group<J>): J[] {
    const first = jobs.shift()!;
    const batch = [first];
    if (first.goesAlone) return batch;
    let ms = first.expectedMs!;
    for (let next = jobs[0]; next?.goesAlone === false; next = jobs[0]) {
      ms += next.expectedMs!;
      if (ms > BATCH_MS_MAX) break;
      batch.push(jobs.shift()!);
    }
    return batch;
  }

  /** Jobs that were taken together, by those that are computed together. */
  partsOf(batch: readonly J[]): J[][] {
    const parts: J[][] = [];
    let rows = 0;
    let key: string | null = null;
    for (const job of batch) {
      const isNext =
        job.batchKey !== null && job.batchKey === key && rows + job.rows <= this.#limits.batchRowsMax;
      if (isNext) parts.at(-1)!.push(job);
      else parts.push([job]);
      rows = isNext ? rows + job.rows : job.rows;
      key = job.batchKey;
    }
    return parts;
  }

  /** Says that jobs which were taken together are over, what they took, and whether others follow them. */
  finish(batch: readonly J[], ms: number, isFollowed = false): void {
    const group = this.#groupOf(batch[0]!.group);
    const expectedMs = this.#settle(group, batch, ms);
    if (!isFollowed) group.workers--;
    group.tookMs = OLDER_WEIGHT * group.tookMs + ms;
    group.expectedMs = OLDER_WEIGHT * group.expectedMs + expectedMs;
    group.jobMs += NEWEST_WEIGHT * (ms / batch.length - group.jobMs);
  }

  #settle(group: Group<J>, batch: readonly J[], ms: number): number {
    const expectedMs = expectedMsOf(batch);
    group.runningMs = Math.max(0, group.runningMs - expectedMs);
    group.servedMs += ms - expectedMs;
    return expectedMs;
  }

  /** False where it does not wait here. */
  remove(job: J): boolean {
    const group = this.#groupOf(job.group);
    const at = group.jobs.indexOf(job);
    if (at === -1) return false;
    group.jobs.splice(at, 1);
    group.waitingMs = Math.max(0, group.waitingMs - job.expectedMs!);
    this.#length--;
    return true;
  }

  clear(): J[] {
    const jobs = [...this.#groups.values()].flatMap((group) => group.jobs.splice(0));
    this.#length = 0;
    return jobs;
  }

  /** Each group that has work gets the same share of the workers, up to its limit. */
  #expectedWaitMs(group: Group<J>): number {
    if (group.workers < this.#limits.groupWorkersMax && group.jobs.length === 0 && this.#hasFreeWorker())
      return 0;
    let busy = 0;
    for (const one of this.#groups.values())
      if (one === group || one.jobs.length > 0 || one.workers > 0) busy++;
    const workers = Math.min(this.#limits.groupWorkersMax, this.#limits.workersMax / busy);
    const stretch = group.expectedMs === 0 ? 1 : group.tookMs / group.expectedMs;
    return ((group.waitingMs + group.runningMs) * stretch) / workers;
  }

  #hasFreeWorker(): boolean {
    let workers = 0;
    for (const group of this.#groups.values()) workers += group.workers;
    return workers < this.#limits.workersMax;
  }

  #leastServedMs(): number {
    let least = Number.POSITIVE_INFINITY;
    for (const { jobs, workers, servedMs } of this.#groups.values()) {
      if (jobs.length > 0 || workers > 0) least = Math.min(least, servedMs);
    }
    return Number.isFinite(least) ? least : 0;
  }

  #groupOf(name: string): Group<J> {
    let group = this.#groups.get(name);
    if (group === undefined) {
      const nothing = { waitingMs: 0, runningMs: 0, workers: 0, servedMs: 0, tookMs: 0, expectedMs: 0 };
      group = { ...nothing, jobs: [], jobMs: FIRST_GUESS_MS };
      this.#groups.set(name, group);
    }
    return group;
  }
}

function expectedMsOf(batch: readonly QueuedJob[]): number {
  return batch.reduce((sum, job) => sum + job.expectedMs!, 0);
}
