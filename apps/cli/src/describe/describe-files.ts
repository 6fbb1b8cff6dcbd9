/** Describes many mesh files in worker threads; what fails is listed, not thrown. */
import { Worker } from 'node:worker_threads';
import type { DescribeAnswer, DescribeFailure, DescribeTask } from './describe-worker.ts';

export interface DescribedPart {
  readonly path: string;
  readonly descriptor: Float32Array;
  readonly sizeMm: readonly number[];
}

export interface DescribeFilesOptions {
  readonly jobs: number;
  readonly signal: AbortSignal;
  onProgress(done: number, total: number, failed: number): void;
}

export type DescribeInput = Omit<DescribeTask, 'index'>;

/** Answers in the order of the input, whichever thread was faster. Rejects with the signal's reason when aborted. */
export async function describeFiles(
  inputs: readonly DescribeInput[],
  options: DescribeFilesOptions,
): Promise<{ parts: DescribedPart[]; failures: DescribeFailure[] }> {
  const answers = new Array<DescribeAnswer | undefined>(inputs.length);
  const stopped = new AbortController(); // the caller's signal, or a thread that broke
  const signal = AbortSignal.any([options.signal, stopped.signal]);
  let next = 0;
  let done = 0;
  let failed = 0;

  const runWorker = (): Promise<void> => {
    const worker = new Worker(new URL('./describe-worker.ts', import.meta.url));
    return new Promise<void>((resolve, reject) => {
      const abort = (): void => reject(signal.reason);
      const give = (): void => {
        const input = inputs[next];
        if (input === undefined) resolve();
        else worker.postMessage({ index: next++, ...input } satisfies DescribeTask);
      };
      signal.addEventListener('abort', abort, { once: true });
      worker.on('error', reject);
      worker.on('message', (answer: DescribeAnswer) => {
        answers[answer.index] = answer;
        done++;
        if (answer.failure !== undefined) failed++;
        options.onProgress(done, inputs.length, failed);
        give();
      });
      signal.throwIfAborted();
      give();
    })
      .catch((error: unknown) => {
        stopped.abort(error);
        throw error;
      })
      .finally(() => worker.terminate());
  };
  await Promise.all(Array.from({ length: Math.min(options.jobs, inputs.length) }, runWorker));

  const parts: DescribedPart[] = [];
  const failures: DescribeFailure[] = [];
  answers.forEach((answer, index) => {
    if (answer?.described !== undefined) parts.push({ path: inputs[index]!.path, ...answer.described });
    if (answer?.failure !== undefined) failures.push(answer.failure);
  });
  return { parts, failures };
}
