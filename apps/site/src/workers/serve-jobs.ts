/** The worker's side: answers each job that arrives, and never dies of one that fails. */
import { parentPort, type Transferable } from 'node:worker_threads';
import { toSiteError } from '../errors.ts';
import {
  encodeFailure,
  type OpeningMessage,
  type Outcome,
  type WorkerMessage,
  type WorkerOrder,
} from './messages.ts';
import { shareNativeFlag } from './native-section.ts';

export interface JobAnswer<Result> {
  readonly value: Result;
  /** Buffers that move instead of being copied. */
  readonly transfer?: readonly Transferable[];
}

/**
 * Call once, at the top of a worker's entry file. `performTogether` answers the jobs of one part, one answer
 * a job in their order; null where they have to be performed one by one. `share` is called with what the pool shares:
 * before the first job, and whenever that changes, between two jobs and never during one.
 */
export function serveJobs<Job, Result, Shared = unknown>(
  perform: (job: Job) => JobAnswer<Result> | Promise<JobAnswer<Result>>,
  performTogether: (jobs: readonly Job[]) => Promise<readonly JobAnswer<Result>[] | null> = async () => null,
  share: (shared: Shared) => void = () => undefined,
): void {
  const port = parentPort;
  if (port === null) throw new Error('This file is the entry of a worker thread.');
  const send = (message: WorkerMessage<Result>, transfer: readonly Transferable[] = []): void =>
    port.postMessage(message, transfer);
  const answerOne = async (job: Job, transfer: Transferable[]): Promise<Outcome<Result>> => {
    try {
      const { value, transfer: moved = [] } = await perform(job);
      transfer.push(...moved);
      return { ok: true, value };
    } catch (error) {
      return { ok: false, failure: encodeFailure(toSiteError(error)) };
    }
  };
  const answerPart = async (jobs: readonly Job[], transfer: Transferable[]): Promise<Outcome<Result>[]> => {
    const together = jobs.length > 1 ? await performTogether(jobs).catch(() => null) : null;
    if (together === null) {
      const outcomes: Outcome<Result>[] = [];
      for (const job of jobs) outcomes.push(await answerOne(job, transfer));
      return outcomes;
    }
    transfer.push(...together.flatMap((one) => one.transfer ?? []));
    return together.map(({ value }) => ({ ok: true, value }));
  };
  const answer = async (parts: readonly (readonly Job[])[]): Promise<void> => {
    const transfer: Transferable[] = [];
    const outcomes: Outcome<Result>[] = [];
    for (const part of parts) outcomes.push(...(await answerPart(part, transfer)));
    send({ ready: false, outcomes }, transfer);
  };
  let last: Promise<void> = Promise.resolve();
  port.once('message', ({ native, shared }: OpeningMessage) => {
    shareNativeFlag(native);
    share(shared as Shared);
    port.on('message', (order: WorkerOrder) => {
      last = last.then(() =>
        order.kind === 'jobs'
          ? answer(order.parts as readonly (readonly Job[])[])
          : share(order.shared as Shared),
      );
    });
  });
  send({ ready: true });
}
