/** `chamfer describe FOLDER --output FILE.npz`: the descriptors of all mesh files of a folder, for training. */
import { readdir, stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join, relative, sep } from 'node:path';
import { DESCRIPTOR } from '@chamfer/geometry';
import type { DescribedPart, DescribeTask } from '../describe/describe-worker.ts';
import { encodeNpz } from '../describe/encode-npz.ts';
import {
  createProgress,
  printFailures,
  runCommand,
  threadCount,
  wholeNumber,
  writeWhole,
} from '../describe/run-command.ts';
import { runInThreads } from '../describe/run-in-threads.ts';

const WORKER = new URL('../describe/describe-worker.ts', import.meta.url);

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
export function describe(folder: string, options: DescribeOptions): Promise<number> {
  return runCommand((signal) => describeFolder(folder, options, signal));
}

async function describeFolder(
  folder: string,
  options: DescribeOptions,
  signal: AbortSignal,
): Promise<number> {
  const seed = wholeNumber('--seed', options.seed);
  const rotate = wholeNumber('--rotate', options.rotate);
  const jobs = threadCount(options.jobs, availableParallelism());
  const paths = await findMeshFiles(folder);
  if (paths.length === 0) throw new Error(`no .stl or .obj file below ${folder}`);
  const tasks = paths.map((path): DescribeTask => ({ file: join(folder, path), path, seed, rotate }));
  const started = performance.now();
  const { answers, failures } = await runInThreads<DescribeTask, DescribedPart>(WORKER, tasks, {
    jobs,
    signal,
    onProgress: createProgress(),
  });
  if (answers.length > 0) {
    const parts = answers.map(({ task, answer }) => ({ path: task.path, ...answer }));
    await writeWhole(options.output, encodeParts(parts), signal);
  }
  if (options.json === true) {
    const { name, version, length } = DESCRIPTOR;
    const summary = {
      output: options.output,
      described: answers.length,
      descriptor: { name, version, length },
      failures,
    };
    process.stdout.write(`${JSON.stringify(summary)}\n`);
  } else {
    printFailures(failures);
    const written =
      answers.length > 0 ? `${options.output} holds ${answers.length} descriptors` : 'nothing was written';
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    process.stdout.write(`${written}, ${failures.length} files failed, ${seconds} s\n`);
  }
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

function encodeParts(parts: readonly (DescribedPart & { path: string })[]): Uint8Array[] {
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
