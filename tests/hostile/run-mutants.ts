/**
 * Tries seeded mutants of every recorded model file in processes of their own, where a hang or a full memory ends one
 * of them and is reported with what it takes to see it again. By itself:
 *
 *     node tests/hostile/run-mutants.ts --count 1000000 [--seed 1] [--from 0] [--processes 2] [--check-indices]
 *     node tests/hostile/run-mutants.ts --seed 1 --mutant 4711 [--write mutant.pkl]
 */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { makeMutant } from './make-mutant.ts';

const CHILD = join(import.meta.dirname, 'mutants-child.ts');
const CHECKED_INDICES = join(import.meta.dirname, 'checked-indices.ts');
const HEAP_MEBIBYTES_MAX = 256;
/** One mutant takes milliseconds; a busy machine may make that seconds. */
const SILENCE_MS_MAX = 30_000;
/** A process is used for so many: what one leaves behind shall not be held against another. */
const MUTANTS_A_PROCESS = 2_000;
const FAULTS_MAX = 50;

export interface Fault {
  readonly seed: number;
  readonly mutant: number;
  readonly file: string;
  readonly what: string;
}

export interface Report {
  readonly tried: number;
  readonly outcomes: ReadonlyMap<string, number>;
  readonly faults: readonly Fault[];
  readonly slowestMs: number;
}

export interface RunOptions {
  readonly seed: number;
  readonly from: number;
  readonly count: number;
  readonly processes: number;
  /** Whether every index into an array is checked, which takes longer. */
  readonly checksIndices?: boolean;
}

interface Progress {
  tried: number;
  slowestMs: number;
  readonly outcomes: Map<string, number>;
  readonly faults: Fault[];
}

export async function runMutants(options: RunOptions, tell?: (report: Report) => void): Promise<Report> {
  const progress: Progress = { tried: 0, slowestMs: 0, outcomes: new Map(), faults: [] };
  const end = options.from + options.count;
  let next = options.from;
  const work = async (): Promise<void> => {
    while (next < end && progress.faults.length < FAULTS_MAX) {
      const from = next;
      next = Math.min(end, from + MUTANTS_A_PROCESS);
      await tryAll(options, from, next, progress);
      tell?.(progress);
    }
  };
  await Promise.all(Array.from({ length: options.processes }, work));
  return progress;
}

/** Starts another process behind each mutant that ends one. */
async function tryAll(options: RunOptions, from: number, to: number, progress: Progress): Promise<void> {
  for (let start = from; start < to; ) start = await tryInOneProcess(options, start, to, progress);
}

/** The number of the mutant to go on with. */
function tryInOneProcess(
  { seed, checksIndices }: RunOptions,
  from: number,
  to: number,
  progress: Progress,
): Promise<number> {
  const checks = checksIndices === true ? ['--import', CHECKED_INDICES] : [];
  const child = spawn(
    process.execPath,
    [
      `--max-old-space-size=${HEAP_MEBIBYTES_MAX}`,
      '--no-warnings',
      ...checks,
      CHILD,
      ...[seed, from, to].map(String),
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let running: { mutant: number; file: string } | null = null;
  let done = from;
  let errors = '';
  let isSilent = false;
  const silence = setTimeout(() => {
    isSilent = true;
    child.kill('SIGKILL');
  }, SILENCE_MS_MAX);
  child.stderr.on('data', (text: Buffer) => {
    errors = (errors + text).slice(-2_000);
  });
  createInterface({ input: child.stdout }).on('line', (line) => {
    silence.refresh();
    const said = JSON.parse(line) as {
      begins?: number;
      file: string;
      outcome: string;
      fault: string | null;
      processorMs: number;
    };
    if (said.begins !== undefined) {
      running = { mutant: said.begins, file: said.file };
      return;
    }
    const { mutant, file } = running!;
    done = mutant + 1;
    progress.tried++;
    progress.slowestMs = Math.max(progress.slowestMs, said.processorMs);
    progress.outcomes.set(said.outcome, (progress.outcomes.get(said.outcome) ?? 0) + 1);
    if (said.fault !== null) progress.faults.push({ seed, mutant, file, what: said.fault });
    running = null;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => {
      clearTimeout(silence);
      if (status === 0) return resolve(to);
      if (running === null) return reject(new Error(`The process ended between two mutants: ${errors}`));
      const what = isSilent ? 'It did not end.' : `It ended the process: ${errors}`;
      progress.tried++;
      progress.faults.push({ seed, ...running, what });
      resolve(done + 1);
    });
  });
}

/** What a fault is and how to see it again. */
export function describeFault({ seed, mutant, file, what }: Fault): string {
  return `mutant ${mutant} of seed ${seed}, of ${file} (node tests/hostile/run-mutants.ts --seed ${seed} --mutant ${mutant}):\n${what}`;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      count: { type: 'string', default: '20000' },
      seed: { type: 'string', default: '1' },
      from: { type: 'string', default: '0' },
      processes: { type: 'string', default: '2' },
      mutant: { type: 'string' },
      write: { type: 'string' },
      'check-indices': { type: 'boolean', default: false },
    },
  });
  const seed = Number(values.seed);
  if (values.mutant !== undefined && values.write !== undefined) {
    writeFileSync(values.write, (await makeMutant(seed, Number(values.mutant))).bytes);
  }
  const range =
    values.mutant === undefined
      ? { from: Number(values.from), count: Number(values.count) }
      : { from: Number(values.mutant), count: 1 };
  const started = performance.now();
  const report = await runMutants(
    { seed, ...range, processes: Number(values.processes) },
    ({ tried, faults }) => {
      if (tried % 100_000 < MUTANTS_A_PROCESS) console.error(`${tried} tried, ${faults.length} faults`);
    },
  );
  const seconds = Math.round((performance.now() - started) / 1_000);
  for (const fault of report.faults) console.log(describeFault(fault));
  const outcomes = [...report.outcomes].map(([outcome, count]) => `${outcome} ${count}`).join(', ');
  console.log(
    `${report.tried} mutants, seed ${seed}, ${seconds} s, slowest ${report.slowestMs} ms: ${outcomes}`,
  );
  console.log(`${report.faults.length} faults`);
  process.exitCode = report.faults.length === 0 ? 0 : 1;
}

if (import.meta.main) await main();
