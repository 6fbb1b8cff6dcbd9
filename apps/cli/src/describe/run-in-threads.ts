/** Many files through worker threads: answers in the order of the tasks, failures listed beside them, not thrown. */
import { parentPort, Worker } from 'node:worker_threads';
import { GeometryError } from '@chamfer/geometry';

/** What went wrong with one file. */
export interface FileFailure {
  readonly path: string;
  readonly code: string;
  readonly message: string;
  readonly line?: number | undefined;
  readonly offsetBytes?: number | undefined;
}

export interface RunInThreadsOptions {
  readonly jobs: number;
  readonly signal: AbortSignal;
  onProgress(done: number, total: number, failed: number): void;
}

/** Every task names its file, for the list of failures. */
export interface FileTask {
  readonly path: string;
}

interface Message<Answer> {
  readonly index: number;
  readonly answer?: Answer;
  readonly failure?: FileFailure;
}

/**
 * Runs the tasks in threads of the module at `worker`, which calls `serveTasks`. Rejects with the signal's
 * reason when aborted, and with any error that is neither a GeometryError nor an unreadable file: a mistake.
 */
export async function runInThreads<Task extends FileTask, Answer>(
  worker: URL,
  tasks: readonly Task[],
  options: RunInThreadsOptions,
): Promise<{ answers: { task: Task; answer: Answer }[]; failures: FileFailure[] }> {
  const messages = new Array<Message<Answer>>(tasks.length);
  const stopped = new AbortController(); // the caller's signal, or a thread that broke
  const signal = AbortSignal.any([options.signal, stopped.signal]);
  let next = 0;
  let done = 0;
  let failed = 0;

  const runThread = async (): Promise<void> => {
    const thread = new Worker(worker);
    try {
      await new Promise<void>((resolve, reject) => {
        const give = (): void => {
          const task = tasks[next];
          if (task === undefined) resolve();
          else thread.postMessage({ index: next++, task });
        };
        signal.throwIfAborted();
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
        thread.on('error', reject);
        thread.on('message', (message: Message<Answer>) => {
          messages[message.index] = message;
          done++;
          if (message.failure !== undefined) failed++;
          options.onProgress(done, tasks.length, failed);
          give();
        });
        give();
      });
    } catch (error) {
      stopped.abort(error);
      throw error;
    } finally {
      await thread.terminate();
    }
  };
  await Promise.all(Array.from({ length: Math.min(options.jobs, tasks.length) }, runThread));

  return {
    answers: messages.flatMap(({ index, answer }) =>
      answer === undefined ? [] : [{ task: tasks[index]!, answer }],
    ),
    failures: messages.flatMap(({ failure }) => (failure === undefined ? [] : [failure])),
  };
}

/** The worker's side: answers every task that arrives. */
export function serveTasks<Task extends FileTask, Answer>(answerTask: (task: Task) => Answer): void {
  parentPort?.on('message', ({ index, task }: { index: number; task: Task }) => {
    parentPort!.postMessage({ index, ...tryTask(task, answerTask) } satisfies Message<Answer>);
  });
}

function tryTask<Task extends FileTask, Answer>(
  task: Task,
  answerTask: (task: Task) => Answer,
): { answer: Answer } | { failure: FileFailure } {
  try {
    return { answer: answerTask(task) };
  } catch (error) {
    if (error instanceof GeometryError) {
      const { code, message, line, offsetBytes } = error;
      return { failure: { path: task.path, code, message, line, offsetBytes } };
    }
    const { code, syscall, message } = error as NodeJS.ErrnoException;
    if (code !== undefined && syscall !== undefined) return { failure: { path: task.path, code, message } };
    throw error;
  }
}
