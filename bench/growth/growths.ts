/** The four ways in which a site grows, a function each: a row of numbers a step. Refuses answers that are wrong. */
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Format } from '../peers/peer.ts';
import { type Batch, batchesOf } from '../tasks/cases.ts';
import type { Task } from '../tasks/task.ts';
import { type Bench, collect, type Load, load, SINGLE_ROW, startSite } from './site.ts';

/** One line of a table. */
export interface Step {
  readonly size: number;
  readonly load: Load;
  readonly readySeconds: number;
  readonly bodyBytes: number;
}

export interface Growth {
  /** What grows, as the first column calls it. */
  readonly what: string;
  readonly title: string;
  readonly steps: readonly Step[];
  /** The first size at which it bends, and how; null where it does not. */
  readonly bends: { readonly size: number; readonly how: string } | null;
}

const WORKERS = [1, 2, 4];
const MODELS = [1, 10, 100];
const CONNECTIONS = [1, 16, 256, 1024, 4096, 10_000];
const MEGABYTES = [1, 4, 16, 64];
const USUAL_CONNECTIONS = 16;
const MANY_CONNECTIONS = 64;
/** Large bodies take turns by their bytes; more of them at once wait for memory, not for the processor. */
const LARGE_BODY_CONNECTIONS = 2;
/** Descriptors that a process has open besides its connections. */
const SPARE_DESCRIPTORS = 500;

const logregBatches = ({ cases }: Bench): (Batch & { model: string })[] =>
  batchesOf(cases, SINGLE_ROW, 'predict').map((batch) => ({ ...batch, model: SINGLE_ROW.model }));

/** The first step that has less than `share` of the best before it. */
function findBend(
  steps: readonly Step[],
  goodness: (step: Step) => number,
  share: number,
  how: string,
): Growth['bends'] {
  let best = 0;
  for (const step of steps) {
    if (goodness(step) < share * best) return { size: step.size, how };
    best = Math.max(best, goodness(step));
  }
  return null;
}

export async function growWorkers(bench: Bench): Promise<Growth> {
  const steps: Step[] = [];
  for (const processes of WORKERS) {
    bench.report(`${processes} serving processes ...`);
    const site = await startSite(bench, { options: ['--workers', String(processes)], processes });
    const { bodyBytes } = await collect(bench, site, logregBatches(bench));
    const { readySeconds } = site;
    steps.push({ size: processes, readySeconds, bodyBytes, load: await load(bench, site, MANY_CONNECTIONS) });
    await site.stop();
  }
  const last = steps.find((step, index) => {
    const before = steps[index - 1];
    return before !== undefined && step.load.requestsPerSecond < 1.25 * before.load.requestsPerSecond;
  });
  return {
    what: 'processes',
    title: `--workers: ${SINGLE_ROW.title}, ${MANY_CONNECTIONS} connections`,
    steps,
    bends:
      last === undefined
        ? null
        : { size: last.size, how: 'twice the processes answer less than a quarter more requests a second' },
  };
}

export async function growModels(bench: Bench): Promise<Growth> {
  const { prepared, cases, folder } = bench;
  const forest = prepared.modelPaths.find((path) => basename(path) === 'forest.pkl')!;
  const models = join(folder, 'models');
  mkdirSync(models, { recursive: true });
  const batches = batchesOf(cases, { ...SINGLE_ROW, model: 'forest' }, 'predict');
  const steps: Step[] = [];
  for (const size of MODELS) {
    bench.report(`${size} models ...`);
    const names = Array.from({ length: size }, (_, index) => `forest-${index}`);
    const modelPaths = names.map((name) => join(models, `${name}.pkl`));
    for (const path of modelPaths) cpSync(forest, path);
    const site = await startSite(bench, { modelPaths, firstModel: names[0]! });
    // Every model is asked as often as the others, and at least 64 different rows are.
    const asked = Array.from({ length: Math.max(size, batches.length) }, (_, index) => ({
      ...batches[index % batches.length]!,
      model: names[index % size]!,
    }));
    const { bodyBytes } = await collect(bench, site, asked);
    const { readySeconds } = site;
    steps.push({ size, readySeconds, bodyBytes, load: await load(bench, site, USUAL_CONNECTIONS) });
    await site.stop();
  }
  return {
    what: 'models',
    title: `Models, all asked in turn: forest(100), 1 row, ${USUAL_CONNECTIONS} connections`,
    steps,
    bends: findBend(
      steps,
      (step) => 1 / step.load.cpuMicroseconds,
      0.8,
      'a request takes a quarter more CPU time',
    ),
  };
}

/** Files that a process may have open (getrlimit(2)); Node.js raises its own limit to the hard one. */
function readDescriptorsMax(): number {
  return Number(/^Max open files +\d+ +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1] ?? 1024);
}

export async function growConnections(bench: Bench): Promise<Growth> {
  const site = await startSite(bench, {});
  const { bodyBytes } = await collect(bench, site, logregBatches(bench));
  const { readySeconds } = site;
  const steps: Step[] = [];
  for (const size of CONNECTIONS.filter((one) => one <= readDescriptorsMax() - SPARE_DESCRIPTORS)) {
    bench.report(`${size} connections ...`);
    steps.push({ size, readySeconds, bodyBytes, load: await load(bench, site, size) });
  }
  await site.stop();
  return {
    what: 'connections',
    title: `Connections, each sending the next request as soon as it has an answer: ${SINGLE_ROW.title}`,
    steps,
    bends: findBend(
      steps,
      (step) => step.load.requestsPerSecond,
      0.8,
      'fewer than four fifths of the most requests a second are answered',
    ),
  };
}

export async function growBodies(bench: Bench, format: Format | undefined): Promise<Growth> {
  const site = await startSite(bench, { options: ['--predict-body-mebibytes-max', '64'] });
  const { readySeconds } = site;
  const perRow = batchesOf(bench.cases, SINGLE_ROW, 'predict')[0]!.inputs[0]!;
  const rowBytes =
    format === undefined ? JSON.stringify(perRow).length + 1 : perRow.length * Float64Array.BYTES_PER_ELEMENT;
  const steps: Step[] = [];
  for (const size of MEGABYTES) {
    bench.report(`Bodies of ${size} MB${format === undefined ? '' : ' in bytes'} ...`);
    const task: Task = { ...SINGLE_ROW, rows: Math.floor((size * 1e6) / rowBytes) };
    const batch = { ...batchesOf(bench.cases, task, 'predict')[0]!, model: SINGLE_ROW.model };
    const { bodyBytes } = await collect(bench, site, [batch], format);
    steps.push({ size, readySeconds, bodyBytes, load: await load(bench, site, LARGE_BODY_CONNECTIONS) });
  }
  await site.stop();
  return {
    what: 'MB',
    title: `Bodies ${format === undefined ? 'of JSON' : 'in bytes'}: logistic regression, ${LARGE_BODY_CONNECTIONS} connections`,
    steps,
    bends: findBend(
      steps,
      (step) => step.load.requestsPerSecond * step.bodyBytes,
      0.8,
      'fewer than four fifths of the most bytes a second are answered',
    ),
  };
}
