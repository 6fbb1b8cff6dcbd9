/**
 * `npm run bench -- overload`: what a site does with more calls than it can answer, sent at a steady rate whether it
 * answers or not, and what a model that is asked too much does to another one. Refuses answers that are wrong.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../../scripts/pinned-node.mjs';
import { type LoadGenerator, startLoadGenerator } from '../load/load-generator.ts';
import type { PaceResult } from '../load/messages.ts';
import { type LoopDelay, probeEnvironment, readLoopDelay } from '../measure/loop-delay.ts';
import { readMachineBusyMicroseconds, readTreeCpuMicroseconds } from '../measure/process-tree.ts';
import { checkTask, keyOf } from '../measure/rounds.ts';
import { type Server, startServer } from '../measure/server.ts';
import { chamfer } from '../peers/chamfer/peer.ts';
import type { Peer, Rows } from '../peers/peer.ts';
import { prepare } from '../python/environment.ts';
import { describeMachine, type Results, readChamferVersion, roundNumbers } from '../report/results.ts';
import { parseRunOptions } from '../run-options.ts';
import { batchesOf, type Cases, readCases } from '../tasks/cases.ts';
import type { Task } from '../tasks/task.ts';
import { formatOverloadPage, formatOverloadTables } from './page.ts';

const QUEUE_MS_MAX = 250;
const FACTORS = [0.5, 1, 2, 3];
/** Enough to keep every thread busy, and too few for anything to be refused. */
const PEAK_CONNECTIONS = 4;
/** Enough that none is missing where a site refuses what it cannot answer in time. */
const CONNECTIONS = 1024;
const NEIGHBOUR_PER_SECOND = 100;
const NEIGHBOUR_CONNECTIONS = 64;

const FULL = { windowMs: 5000, peakMs: 3000 };
const QUICK = { windowMs: 1500, peakMs: 700 };

const TASKS: readonly Task[] = [
  { name: 'pca-knn-16', title: 'PCA(16) + kNN, 16 rows', model: 'pca-knn', rows: 16, digits: 'short' },
  { name: 'pca-knn-256', title: 'PCA(16) + kNN, 256 rows', model: 'pca-knn', rows: 256, digits: 'short' },
  // As cheap as its reading; the neighbour's calls are of the same model here.
  { name: 'logreg-256', title: 'logistic regression, 256 rows', model: 'logreg', rows: 256, digits: 'short' },
];
const NEIGHBOUR: Task = {
  name: 'logreg-1',
  title: 'logistic regression, 1 row',
  model: 'logreg',
  rows: 1,
  digits: 'short',
};

const HELP = `npm run bench -- overload [OPTION ...]

  --quick         under a minute; writes to bench/work instead of bench/results
  --python PATH   the Python 3.11 or 3.12 to fit the models with
  --help          this text
`;

export interface Step {
  /** Of the peak before it. */
  readonly factor: number;
  /** Measured before and after, because the machine is not ours alone. */
  readonly peaksPerSecond: readonly [number, number];
  readonly paced: PaceResult;
  readonly answeredPerSecond: number;
  readonly loopDelayMs: LoopDelay;
  /** The other model's calls, sent beside. */
  readonly neighbour: PaceResult;
}

export interface OverloadTask {
  readonly title: string;
  readonly steps: readonly Step[];
}

export interface OverloadResults {
  readonly date: string;
  readonly version: string;
  readonly machine: Results['machine'];
  readonly queueMsMax: number;
  readonly windowMs: number;
  /** Share of the machine that other programs took meanwhile. */
  readonly othersShare: number;
  readonly neighbour: { readonly title: string; readonly perSecond: number; readonly alone: PaceResult };
  readonly tasks: readonly OverloadTask[];
}

interface Bench {
  readonly server: Server;
  readonly delayPath: string;
  readonly generator: LoadGenerator;
  readonly neighbours: LoadGenerator;
  readonly cases: Cases;
  readonly settings: typeof FULL;
  readonly report: (line: string) => void;
}

/** Chamfer with a short bound of waiting, and a probe of its event loop. */
function probed(delayPath: string): Peer {
  return {
    ...chamfer,
    start(context) {
      const command = chamfer.start(context);
      const bound = ['--queue-milliseconds-max', String(QUEUE_MS_MAX)];
      return {
        ...command,
        arguments: [...command.arguments, ...bound],
        environment: probeEnvironment(delayPath),
      };
    },
  };
}

function paceNeighbour({ neighbours, server }: Bench, durationMs: number): Promise<PaceResult> {
  return neighbours.pace({
    key: keyOf(server, NEIGHBOUR),
    requestsPerSecond: NEIGHBOUR_PER_SECOND,
    connections: NEIGHBOUR_CONNECTIONS,
    durationMs,
  });
}

async function measurePeak({ generator, server, settings }: Bench, task: Task): Promise<number> {
  const job = {
    key: keyOf(server, task),
    connections: PEAK_CONNECTIONS,
    requestsMax: 1_000_000,
    mayRefuse: true,
  };
  const { requests, elapsedMs } = await generator.load({ ...job, durationMs: settings.peakMs });
  return (requests / elapsedMs) * 1000;
}

async function measureStep(bench: Bench, task: Task, factor: number): Promise<Step> {
  const { server, generator, delayPath, settings, report } = bench;
  const before = await measurePeak(bench, task);
  report(`${task.title}: ${factor} times the peak of ${before.toFixed(0)} a second ...`);
  await readLoopDelay(server.pid, delayPath);
  const [paced, neighbour] = await Promise.all([
    generator.pace({
      key: keyOf(server, task),
      requestsPerSecond: before * factor,
      connections: CONNECTIONS,
      durationMs: settings.windowMs,
    }),
    paceNeighbour(bench, settings.windowMs),
  ]);
  const loopDelayMs = await readLoopDelay(server.pid, delayPath);
  const after = await measurePeak(bench, task);
  const answeredPerSecond = (paced.answered / paced.elapsedMs) * 1000;
  return { factor, peaksPerSecond: [before, after], paced, answeredPerSecond, loopDelayMs, neighbour };
}

async function measureTask(bench: Bench, task: Task): Promise<OverloadTask> {
  await measurePeak(bench, task);
  const steps: Step[] = [];
  for (const factor of FACTORS) steps.push(await measureStep(bench, task, factor));
  return { title: task.title, steps };
}

async function startBench(
  settings: typeof FULL,
  python: string | undefined,
  { report, interrupted, cleanUp }: Run,
): Promise<Bench> {
  const benchFolder = join(repositoryRoot, 'bench');
  const workFolder = join(benchFolder, 'work');
  const prepared = await prepare({ benchFolder, workFolder, python, report });
  const cases = readCases(prepared.casesPath);
  const folder = join(workFolder, 'peers', 'overload');
  const delayPath = join(folder, 'loop-delay.json');
  const firstRows: Rows = {
    model: NEIGHBOUR.model,
    method: 'predict',
    ...batchesOf(cases, NEIGHBOUR, 'predict')[0]!,
  };
  report('Starting Chamfer ...');
  const server = await startServer(probed(delayPath), { ...prepared, folder }, firstRows, interrupted);
  cleanUp.push(server.stop);
  const [generator, neighbours] = [startLoadGenerator(), startLoadGenerator()];
  cleanUp.push(generator.stop, neighbours.stop);
  for (const task of TASKS) await checkTask(server, task, cases, generator);
  await checkTask(server, NEIGHBOUR, cases, neighbours);
  return { server, delayPath, generator, neighbours, cases, settings, report };
}

interface Run {
  readonly report: (line: string) => void;
  readonly interrupted: AbortSignal;
  readonly cleanUp: (() => unknown)[];
}

export async function runOverload(args: readonly string[], run: Run): Promise<void> {
  const options = parseRunOptions(args, HELP);
  if (options === null) return;
  const settings = options.quick ? QUICK : FULL;
  const bench = await startBench(settings, options.python, run);
  const startedAt = performance.now();
  const busyBefore = readMachineBusyMicroseconds();
  const ownBefore = readTreeCpuMicroseconds(process.pid);
  const alone = await paceNeighbour(bench, settings.windowMs);
  const tasks: OverloadTask[] = [];
  for (const task of TASKS) tasks.push(await measureTask(bench, task));
  const others =
    readMachineBusyMicroseconds() - busyBefore - (readTreeCpuMicroseconds(process.pid) - ownBefore);
  const machine = describeMachine();
  const wholeMicroseconds = (performance.now() - startedAt) * 1000 * machine.processors;
  const results: OverloadResults = {
    date: new Date().toISOString().slice(0, 10),
    version: readChamferVersion(),
    machine,
    othersShare: Math.max(0, others / wholeMicroseconds),
    queueMsMax: QUEUE_MS_MAX,
    windowMs: settings.windowMs,
    neighbour: { title: NEIGHBOUR.title, perSecond: NEIGHBOUR_PER_SECOND, alone },
    tasks,
  };
  const folder = join(repositoryRoot, 'bench', options.quick ? 'work' : 'results');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'overload.json'), `${JSON.stringify(results, roundNumbers, 1)}\n`);
  writeFileSync(join(folder, 'overload.md'), formatOverloadPage(results));
  process.stdout.write(`\n${formatOverloadTables(results)}\n\n`);
  run.report(`Written to ${join(folder, 'overload.md')} and overload.json.`);
}
