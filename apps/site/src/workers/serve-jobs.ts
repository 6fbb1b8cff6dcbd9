/** The worker's side: answers each job that arrives, and never dies of one that fails. */
import { parentPort, type Transferable } from 'node:worker_threads';
import { toSiteError } from '../errors.ts';
import { encodeFailure, type WorkerMessage } from './messages.ts';
import { shareNativeFlag } from './native-section.ts';

export interface JobAnswer<Result> {
  readonly value: Result;
  /** Buffers that move instead of being copied. */
  readonly transfer?: readonly Transferable[];
}

/** Call once, at the top of a worker's entry file. */
export function serveJobs<Job, Result>(
  perform: (job: Job) => JobAnswer<Result> | Promise<JobAnswer<Result>>,
): void {
  const port = parentPort;
  if (port === null) throw new Error('This file is the entry of a worker thread.');
  const send = (message: WorkerMessage<Result>, transfer: readonly Transferable[] = []): void =>
    port.postMessage(message, transfer);
  // The pool sends the flag before any job.
  port.once('message', (flag: Int32Array) => {
    shareNativeFlag(flag);
    port.on('message', (job: Job) => void answer(job));
  });
  const answer = async (job: Job): Promise<void> => {
    try {
      const { value, transfer } = await perform(job);
      send({ ready: false, ok: true, value }, transfer);
    } catch (error) {
      send({ ready: false, ok: false, failure: encodeFailure(toSiteError(error)) });
    }
  };
  send({ ready: true });
}
