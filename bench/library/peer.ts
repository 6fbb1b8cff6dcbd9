/**
 * A process that loads and runs models: one of them is scikit-learn, the other Chamfer. Each is told what to do by a
 * JSON line and answers with one. Refuses to go on when a process ends before it was told to.
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** `pkl` is written by pickle, `joblib` by joblib; both are read from memory. */
type Container = 'pkl' | 'joblib';

export type LibraryRequest =
  | {
      readonly do: 'load';
      readonly model: string;
      readonly container: Container;
      readonly milliseconds: number;
    }
  | { readonly do: 'time'; readonly model: string; readonly rows: number; readonly milliseconds: number }
  | { readonly do: 'answer'; readonly model: string; readonly rows: number; readonly path: string };

/** How often it was done, and the CPU time of each: user and system time of the whole process. */
export interface Timing {
  readonly calls: number;
  readonly cpuMicroseconds: number;
}

export interface LibraryPeer {
  readonly title: string;
  readonly ask: <T>(request: LibraryRequest) => Promise<T>;
  readonly stop: () => void;
}

/** BLAS and OpenMP on one thread, with what they choose for this processor and no one else's tuning. */
function quietEnvironment(): NodeJS.ProcessEnv {
  const { OPENBLAS_CORETYPE: _coreType, OPENBLAS_L2_SIZE: _cacheSize, ...rest } = process.env;
  return { ...rest, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1' };
}

export function startPeer(title: string, program: string, args: readonly string[]): LibraryPeer {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'], env: quietEnvironment() });
  const waiting: { resolve: (line: string) => void; reject: (error: Error) => void }[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => waiting.shift()?.resolve(line));
  const fail = (error: Error): void => {
    for (const one of waiting.splice(0)) one.reject(error);
  };
  child.once('error', fail);
  child.once('close', (status) => fail(new Error(`${title} ended with ${status}.`)));
  return {
    title,
    ask: async <T>(request: LibraryRequest): Promise<T> => {
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      waiting.push({ resolve, reject });
      child.stdin.write(`${JSON.stringify(request)}\n`);
      return JSON.parse(await promise) as T;
    },
    stop: () => child.kill(),
  };
}
