/** What commands over many files have in common: Ctrl-C, exit codes, progress, whole files, numbers of options. */
import { rename, rm, writeFile } from 'node:fs/promises';
import type { FileFailure } from './run-in-threads.ts';

const PROGRESS_EVERY_MS = { terminal: 200, log: 5000 } as const;
const CANNOT_RUN = 2;
const INTERRUPTED = 130; // what shells report for a process stopped with Ctrl-C

/** Runs a command until it ends or Ctrl-C; an error becomes one line on standard error and exit code 2. */
export async function runCommand(command: (signal: AbortSignal) => Promise<number>): Promise<number> {
  const interrupt = new AbortController();
  const onInterrupt = (): void => interrupt.abort(new Error('interrupted'));
  process.on('SIGINT', onInterrupt);
  try {
    return await command(interrupt.signal);
  } catch (error) {
    if (interrupt.signal.aborted) {
      process.stderr.write('\ninterrupted\n');
      return INTERRUPTED;
    }
    if (!(error instanceof Error)) throw error;
    process.stderr.write(`${error.message}\n`);
    return CANNOT_RUN;
  } finally {
    process.off('SIGINT', onInterrupt);
  }
}

/** Writes under another name first, so that a file of the wanted name is always whole. */
export async function writeWhole(path: string, chunks: Uint8Array[], signal: AbortSignal): Promise<void> {
  const unfinished = `${path}.${process.pid}.unfinished`;
  try {
    await writeFile(unfinished, chunks, { signal });
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

/** How far it is, on standard error: one line that changes on a terminal, a line now and then in a log. */
export function createProgress(): (done: number, total: number, failed: number) => void {
  const every = process.stderr.isTTY ? PROGRESS_EVERY_MS.terminal : PROGRESS_EVERY_MS.log;
  let shownAt = -Infinity;
  return (done, total, failed) => {
    const now = performance.now();
    if (done < total && now - shownAt < every) return;
    shownAt = now;
    const line = `${done} of ${total} files${failed > 0 ? `, ${failed} failed` : ''}`;
    process.stderr.write(process.stderr.isTTY ? `\r${line}${done === total ? '\n' : ''}` : `${line}\n`);
  };
}

export function printFailures(failures: readonly FileFailure[]): void {
  for (const { path, code, message } of failures) process.stdout.write(`${path}: ${code}: ${message}\n`);
}

/** The value of an option that takes a whole number of 32 bits. */
export function wholeNumber(name: string, value: string | number | undefined): number | undefined {
  if (value === undefined) return undefined;
  const number = Number(value);
  if (value === '' || !Number.isInteger(number) || number < 0 || number > 0xffffffff) {
    throw new Error(`${name} must be a whole number from 0 to 4294967295, not ${JSON.stringify(value)}`);
  }
  return number;
}

/** The value of `--jobs`: worker threads. */
export function threadCount(value: string | number | undefined, fallback: number): number {
  const jobs = wholeNumber('--jobs', value) ?? fallback;
  if (jobs < 1) throw new Error('--jobs must be 1 or more');
  return jobs;
}
