/**
 * The measuring: both processes answer and the answers are compared, then they take turns at every cell, round after
 * round. Refuses to time a model whose answers differ.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readMachineBusyMicroseconds, readTreeCpuMicroseconds } from '../measure/process-tree.ts';
import { type Spread, spreadOf } from '../report/statistics.ts';
import type { LibraryPeer, LibraryRequest, Timing } from './peer.ts';
import type { LibraryTask } from './tasks.ts';

/** Relative to the value or to the root mean square of the answer, whichever is larger. */
const RELATIVE_DIFFERENCE_MAX = 1e-9;

const BATCHES = [1, 16, 256, 4096] as const;

/** One column of the tables: loading from a file of one kind, or predicting so many rows. */
export type Cell = 'pkl' | 'joblib' | (typeof BATCHES)[number];
const CELLS: readonly Cell[] = ['pkl', 'joblib', ...BATCHES];

export interface LibrarySettings {
  readonly rounds: number;
  /** How long each repeats one cell in one round. */
  readonly windowMs: number;
  readonly warmUpMs: number;
}

export interface CellResult {
  readonly cell: Cell;
  /** CPU time of one call. */
  readonly chamferMicroseconds: Spread;
  readonly sklearnMicroseconds: Spread;
  /** scikit-learn's over Chamfer's in the same round: how many times faster Chamfer is. */
  readonly ratio: Spread;
}

export interface LibraryTaskResult {
  readonly task: LibraryTask;
  readonly worstDifference: number;
  readonly cells: readonly CellResult[];
}

export interface LibraryRun {
  readonly tasks: readonly LibraryTaskResult[];
  /** Share of the machine that other programs took, task by task and round by round. */
  readonly othersShare: Spread;
}

interface Peers {
  readonly chamfer: LibraryPeer;
  readonly sklearn: LibraryPeer;
}

function requestOf({ name }: LibraryTask, cell: Cell, milliseconds: number): LibraryRequest {
  return typeof cell === 'number'
    ? { do: 'time', model: name, rows: cell, milliseconds }
    : { do: 'load', model: name, container: cell, milliseconds };
}

/** Asks both for the first batch of every size. */
async function compareTask({ chamfer, sklearn }: Peers, task: LibraryTask, folder: string): Promise<number> {
  let worst = 0;
  for (const rows of BATCHES) {
    const numbers: Float64Array[] = [];
    for (const [i, peer] of [chamfer, sklearn].entries()) {
      const path = join(folder, `answer-${i}.f64`);
      await peer.ask({ do: 'answer', model: task.name, rows, path });
      const bytes = readFileSync(path);
      numbers.push(new Float64Array(bytes.buffer, bytes.byteOffset, bytes.length / 8));
    }
    const difference = worstDifference(numbers[0]!, numbers[1]!);
    if (!(difference <= RELATIVE_DIFFERENCE_MAX))
      throw new Error(`${task.name}, ${rows} rows: the answers differ by ${difference}.`);
    worst = Math.max(worst, difference);
  }
  return worst;
}

function worstDifference(actual: Float64Array, expected: Float64Array): number {
  if (actual.length !== expected.length || actual.length === 0) return Number.POSITIVE_INFINITY;
  const meanSquare = expected.reduce((sum, value) => sum + value * value, 0) / expected.length;
  const scale = Math.sqrt(meanSquare);
  let worst = 0;
  for (const [i, value] of expected.entries()) {
    if (Object.is(actual[i], value) || actual[i] === value) continue;
    const difference = Math.abs(actual[i]! - value) / Math.max(Math.abs(value), scale);
    if (!(difference <= worst)) worst = difference;
  }
  return worst;
}

/** Runs all rounds; the one who begins changes from round to round. */
export async function runLibraryRounds(
  peers: Peers,
  tasks: readonly LibraryTask[],
  settings: LibrarySettings & {
    readonly folder: string;
    readonly processors: number;
    readonly report: (line: string) => void;
  },
): Promise<LibraryRun> {
  const { rounds, windowMs, warmUpMs, folder, processors, report } = settings;
  const results: LibraryTaskResult[] = [];
  const others: number[] = [];
  report('Comparing the answers ...');
  const differences = new Map<LibraryTask, number>();
  for (const task of tasks) differences.set(task, await compareTask(peers, task, folder));
  for (const task of tasks) {
    report(`${task.name} ...`);
    const timings = new Map(
      CELLS.map((cell) => [cell, { chamfer: [] as number[], sklearn: [] as number[] }]),
    );
    const time = async (name: keyof Peers, cell: Cell, milliseconds: number): Promise<number> => {
      const timing = await peers[name].ask<Timing>(requestOf(task, cell, milliseconds));
      return timing.cpuMicroseconds;
    };
    const busyBefore = readMachineBusyMicroseconds();
    const ownBefore = readTreeCpuMicroseconds(process.pid);
    const startedAt = performance.now();
    for (const cell of CELLS) {
      const { chamfer, sklearn } = timings.get(cell)!;
      await time('chamfer', cell, warmUpMs);
      await time('sklearn', cell, warmUpMs);
      for (let round = 0; round < rounds; round++) {
        if (round % 2 === 1) sklearn.push(await time('sklearn', cell, windowMs));
        chamfer.push(await time('chamfer', cell, windowMs));
        if (round % 2 === 0) sklearn.push(await time('sklearn', cell, windowMs));
      }
    }
    const own = readTreeCpuMicroseconds(process.pid) - ownBefore;
    const busy = readMachineBusyMicroseconds() - busyBefore;
    others.push(Math.max(0, (busy - own) / ((performance.now() - startedAt) * 1000 * processors)));
    results.push({
      task,
      worstDifference: differences.get(task)!,
      cells: CELLS.map((cell) => summarise(cell, timings.get(cell)!)),
    });
  }
  return { tasks: results, othersShare: spreadOf(others) };
}

function summarise(
  cell: Cell,
  { chamfer, sklearn }: { readonly chamfer: readonly number[]; readonly sklearn: readonly number[] },
): CellResult {
  return {
    cell,
    chamferMicroseconds: spreadOf(chamfer),
    sklearnMicroseconds: spreadOf(sklearn),
    ratio: spreadOf(chamfer.map((microseconds, round) => sklearn[round]! / microseconds)),
  };
}
