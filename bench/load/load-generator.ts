/** Starts the load generator and hands it one job at a time; a job that does not end in time fails the benchmark. */
import { fork } from 'node:child_process';
import type {
  CollectJob,
  CollectResult,
  Job,
  JobResult,
  LoadJob,
  LoadResult,
  PaceJob,
  PaceResult,
} from './messages.ts';

/** Beyond what a job states itself: connecting, and the answers still under way when its time is over. */
const GRACE_MS = 30_000;

export interface LoadGenerator {
  readonly pid: number;
  collect(job: Omit<CollectJob, 'kind'>): Promise<CollectResult>;
  load(job: Omit<LoadJob, 'kind'>): Promise<LoadResult>;
  pace(job: Omit<PaceJob, 'kind'>): Promise<PaceResult>;
  stop(): void;
}

export function startLoadGenerator(): LoadGenerator {
  const child = fork(new URL('./generator.ts', import.meta.url), { serialization: 'advanced' });

  async function run(job: Job, timeoutMs: number): Promise<JobResult> {
    const { promise, resolve, reject } = Promise.withResolvers<JobResult>();
    const onExit = (): void => reject(new Error('The load generator ended by itself.'));
    const timer = setTimeout(
      () => reject(new Error(`No end of ${job.kind} within ${timeoutMs} ms.`)),
      timeoutMs,
    );
    child.once('message', resolve);
    child.once('exit', onExit);
    try {
      child.send(job);
      const result = await promise;
      if (result.kind === 'failed') throw new Error(result.message);
      return result;
    } finally {
      clearTimeout(timer);
      child.off('message', resolve);
      child.off('exit', onExit);
    }
  }

  return {
    pid: child.pid!,
    collect: async (job) => (await run({ kind: 'collect', ...job }, GRACE_MS)) as CollectResult,
    load: async (job) => (await run({ kind: 'load', ...job }, job.durationMs + GRACE_MS)) as LoadResult,
    pace: async (job) => (await run({ kind: 'pace', ...job }, job.durationMs + GRACE_MS)) as PaceResult,
    stop: () => child.kill(),
  };
}
