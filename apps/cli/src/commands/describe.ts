/** `chamfer describe FOLDER --output FILE.npz`: the descriptors of all mesh files of a folder, for training. */
import { readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join, relative, sep } from 'node:path';
import { DESCRIPTOR } from '@chamfer/geometry';
import { type DescribedPart, describeFiles } from '../describe/describe-files.ts';
import type { DescribeFailure } from '../describe/describe-worker.ts';
import { encodeNpz } from '../describe/encode-npz.ts';

const PROGRESS_EVERY_MS = 500;
const INTERRUPTED = 130; // what shells report for a process stopped with Ctrl-C

/** As the command line gives them. */
export interface DescribeOptions {
  readonly output: string;
  /** Samples the surfaces anew; left out, every part has its one canonical descriptor. */
  readonly seed?: string | number;
  /** Turns every part by a random rotation of this seed. */
  readonly rotate?: string | number;
  readonly jobs?: string | number;
  /** One JSON object on standard output in place of sentences. */
  readonly json?: boolean;
}

/**
 * Writes arrays `descriptors` [n, d], `paths` [n], `sizes_mm` [n, 3], `descriptor_name` and
 * `descriptor_version`. Returns the exit code: 1 where a file could not be described (the others are
 * written all the same), 2 where nothing could be done, 130 where Ctrl-C stopped it (nothing is written).
 */
export async function describe(folder: string, options: DescribeOptions): Promise<number> {
  const interrupt = new AbortController();
  const onInterrupt = (): void => interrupt.abort(new Error('interrupted'));
  process.on('SIGINT', onInterrupt);
  try {
    return await describeFolder(folder, options, interrupt.signal);
  } catch (error) {
    if (interrupt.signal.aborted) {
      process.stderr.write('\ninterrupted: nothing was written\n');
      return INTERRUPTED;
    }
    if (!(error instanceof Error)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 2;
  } finally {
    process.off('SIGINT', onInterrupt);
  }
}

async function describeFolder(
  folder: string,
  options: DescribeOptions,
  signal: AbortSignal,
): Promise<number> {
  const seed = wholeNumber('--seed', options.seed);
  const rotate = wholeNumber('--rotate', options.rotate);
  const jobs = wholeNumber('--jobs', options.jobs) ?? availableParallelism();
  if (jobs < 1) throw new Error('--jobs must be 1 or more');
  const paths = await findMeshFiles(folder);
  if (paths.length === 0) throw new Error(`no .stl or .obj file below ${folder}`);
  const inputs = paths.map((path) => ({ file: join(folder, path), path, seed, rotate }));
  const started = performance.now();
  const { parts, failures } = await describeFiles(inputs, { jobs, signal, onProgress: createProgress() });
  if (parts.length > 0) await writeWhole(options.output, encodeParts(parts), signal);
  report(parts, failures, performance.now() - started, options);
  return failures.length > 0 ? 1 : 0;
}

/** Paths below the folder with `/` between names, sorted by code unit: the same order on every machine. */
async function findMeshFiles(folder: string): Promise<string[]> {
  const found = await stat(folder).catch(() => undefined);
  if (!found?.isDirectory()) throw new Error(`${folder} is not a folder`);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory() && /\.(stl|obj)$/i.test(entry.name))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort((a, b) => (a < b ? -1 : 1));
}

function encodeParts(parts: readonly DescribedPart[]): Uint8Array[] {
  const descriptors = new Float32Array(parts.length * DESCRIPTOR.length);
  const sizes = new Float64Array(parts.length * 3);
  parts.forEach((part, index) => {
    descriptors.set(part.descriptor, index * DESCRIPTOR.length);
    sizes.set(part.sizeMm, index * 3);
  });
  return encodeNpz({
    descriptors: { shape: [parts.length, DESCRIPTOR.length], values: descriptors },
    paths: { shape: [parts.length], values: parts.map((part) => part.path) },
    sizes_mm: { shape: [parts.length, 3], values: sizes },
    descriptor_name: { shape: [], values: [DESCRIPTOR.name] },
    descriptor_version: { shape: [], values: BigInt64Array.of(BigInt(DESCRIPTOR.version)) },
  });
}

/** Under another name first, so that a file of the wanted name is always whole. */
async function writeWhole(output: string, chunks: Uint8Array[], signal: AbortSignal): Promise<void> {
  const unfinished = `${output}.${process.pid}.unfinished`;
  try {
    await writeFile(unfinished, chunks, { signal });
    await rename(unfinished, output);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

function report(
  parts: readonly DescribedPart[],
  failures: readonly DescribeFailure[],
  elapsedMs: number,
  { output, json }: DescribeOptions,
): void {
  if (json === true) {
    const { name, version, length } = DESCRIPTOR;
    const summary = { output, described: parts.length, descriptor: { name, version, length }, failures };
    process.stdout.write(`${JSON.stringify(summary)}\n`);
    return;
  }
  for (const { path, code, message } of failures) process.stdout.write(`${path}: ${code}: ${message}\n`);
  const written = parts.length > 0 ? `${output} holds ${parts.length} descriptors` : 'nothing was written';
  process.stdout.write(`${written}, ${failures.length} files failed, ${(elapsedMs / 1000).toFixed(1)} s\n`);
}

function createProgress(): (done: number, total: number, failed: number) => void {
  let shownAt = 0;
  return (done, total, failed) => {
    const now = performance.now();
    if (done < total && now - shownAt < PROGRESS_EVERY_MS) return;
    shownAt = now;
    const line = `${done} of ${total} files${failed > 0 ? `, ${failed} failed` : ''}`;
    process.stderr.write(process.stderr.isTTY ? `\r${line}${done === total ? '\n' : ''}` : `${line}\n`);
  };
}

function wholeNumber(name: string, value: string | number | undefined): number | undefined {
  if (value === undefined) return undefined;
  const number = Number(value);
  if (value === '' || !Number.isInteger(number) || number < 0 || number > 0xffffffff) {
    throw new Error(`${name} must be a whole number from 0 to 4294967295, not ${JSON.stringify(value)}`);
  }
  return number;
}
