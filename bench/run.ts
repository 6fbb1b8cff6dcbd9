/**
 * `npm run bench`: predictions side by side with the Python system that Chamfer replaces, in one run on one machine.
 * Refuses machines without Linux's /proc, and peers whose predictions differ. README.md says how to read the results.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../scripts/pinned-node.mjs';
import { runPeers } from './comparison/run-peers.ts';
import { runGrowth } from './growth/run-growth.ts';
import { runLibrary } from './library/run-library.ts';
import { startLoadGenerator } from './load/load-generator.ts';
import { readTreeMemoryMegabytes } from './measure/process-tree.ts';
import { checkAll, type RoundSettings, runRounds } from './measure/rounds.ts';
import { type StartedPeer, startPeer } from './measure/start-peer.ts';
import { runOverload } from './overload/run-overload.ts';
import { ALL_PEERS, BASELINE } from './peers/all-peers.ts';
import type { Peer, Rows } from './peers/peer.ts';
import { type Prepared, prepare } from './python/environment.ts';
import { formatPage, formatPeers, formatSummary } from './report/markdown.ts';
import {
  describeMachine,
  type PeerResult,
  type Results,
  readChamferVersion,
  roundNumbers,
  summariseTasks,
} from './report/results.ts';
import { spreadOf } from './report/statistics.ts';
import { parseRunOptions } from './run-options.ts';
import { batchesOf, type Cases, readCases } from './tasks/cases.ts';
import { PREDICT_TASKS } from './tasks/predict-tasks.ts';
import type { Task } from './tasks/task.ts';

const CONNECTIONS = 16;
const FULL = { rounds: 5, windowMs: 1000, warmUpMs: 500, starts: 3 };
const QUICK = { rounds: 2, windowMs: 250, warmUpMs: 150, starts: 1 };

const HELP = `npm run bench [-- OPTION ...]
npm run bench -- library [OPTION ...]     packages/sklearn alone, against scikit-learn; has a --help of its own
npm run bench -- overload [OPTION ...]    more calls than a site can answer; has a --help of its own
npm run bench -- peers [OPTION ...]       beside MLServer, BentoML and LitServe too; has a --help of its own
npm run bench -- growth [OPTION ...]      more processes, models, connections and bytes; has a --help of its own

  --quick         under a minute, two short rounds; writes to bench/work instead of bench/results
  --peers A,B     only these of: ${ALL_PEERS.map(({ name }) => name).join(', ')}; writes to bench/work
  --tasks A,B     only these of: ${PREDICT_TASKS.map(({ name }) => name).join(', ')}; writes to bench/work
  --python PATH   the Python 3.11 or 3.12 to make the peers' environment with
  --help          this text
`;

interface Plan {
  readonly peers: readonly Peer[];
  readonly tasks: readonly Task[];
  readonly settings: RoundSettings & { readonly starts: number };
  readonly python: string | undefined;
  /** Only a whole run is worth committing. */
  readonly isWhole: boolean;
}

function choose<T extends { readonly name: string }>(
  all: readonly T[],
  wanted: string | undefined,
): readonly T[] {
  if (wanted === undefined) return all;
  const names = wanted.split(',');
  const unknown = names.filter((name) => !all.some((one) => one.name === name));
  if (unknown.length > 0) {
    throw new Error(
      `There is no ${unknown.join(', ')}; there are ${all.map(({ name }) => name).join(', ')}.`,
    );
  }
  return all.filter(({ name }) => names.includes(name));
}

function parsePlan(args: readonly string[]): Plan | null {
  const options = parseRunOptions(args, HELP, ['peers', 'tasks']);
  if (options === null) return null;
  const { quick, python, own } = options;
  return {
    peers: choose(ALL_PEERS, own.peers),
    tasks: choose(PREDICT_TASKS, own.tasks),
    settings: { ...(quick ? QUICK : FULL), connections: CONNECTIONS },
    python,
    isWhole: !quick && own.peers === undefined && own.tasks === undefined,
  };
}

function readVersions(cases: Cases, prepared: Prepared, requirements: string): Record<string, string> {
  const pinned = (name: string): string =>
    new RegExp(`^${name}(?:\\[\\w+\\])?==(\\S+)$`, 'm').exec(requirements)?.[1] ?? 'unknown';
  return {
    Chamfer: readChamferVersion(),
    'Node.js': process.versions.node,
    Python: prepared.pythonVersion.replace('Python ', ''),
    FastAPI: pinned('fastapi'),
    'uvicorn[standard]': pinned('uvicorn'),
    pydantic: pinned('pydantic'),
    orjson: pinned('orjson'),
    'scikit-learn': cases.sklearn,
    NumPy: cases.numpy,
  };
}

interface Run {
  readonly report: (line: string) => void;
  readonly interrupted: AbortSignal;
  /** What must be stopped at the end, however it ends. */
  readonly cleanUp: (() => unknown)[];
}

async function measureAll(plan: Plan, { report, interrupted, cleanUp }: Run): Promise<Results> {
  const benchFolder = join(repositoryRoot, 'bench');
  const workFolder = join(benchFolder, 'work');
  const prepared = await prepare({ benchFolder, workFolder, python: plan.python, report });
  const cases = readCases(prepared.casesPath);
  const machine = describeMachine();
  const { starts, ...settings } = plan.settings;

  const firstTask = plan.tasks[0]!;
  const firstRows: Rows = {
    model: firstTask.model,
    method: 'predict',
    ...batchesOf(cases, firstTask, 'predict')[0]!,
  };
  const started: StartedPeer[] = [];
  for (const peer of plan.peers) {
    report(`Starting ${peer.title} ...`);
    const one = await startPeer(peer, starts, prepared, workFolder, firstRows, interrupted);
    cleanUp.push(one.server.stop);
    started.push(one);
  }
  const servers = started.map(({ server }) => server);
  const generator = startLoadGenerator();
  cleanUp.push(generator.stop);

  report('Comparing the predictions ...');
  const checked = await checkAll(servers, plan.tasks, () => cases, generator);
  const processors = machine.processors;
  const measurements = await runRounds(servers, plan.tasks, generator, { ...settings, processors, report });
  const peers = started.map(
    ({ server, readySeconds, readyMegabytes }): PeerResult => ({
      name: server.peer.name,
      title: server.peer.title,
      readySeconds,
      memoryMegabytes: { ready: readyMegabytes, afterLoad: readTreeMemoryMegabytes(server.pid) },
    }),
  );
  const names = peers.map(({ name }) => name);
  return {
    date: new Date().toISOString().slice(0, 10),
    machine,
    versions: readVersions(cases, prepared, readFileSync(join(benchFolder, 'requirements.txt'), 'utf8')),
    settings,
    baseline: BASELINE.name,
    othersShare: spreadOf(measurements.map((one) => one.othersShare)),
    peers,
    tasks: summariseTasks(checked, measurements, names, BASELINE.name),
  };
}

async function runServers(args: readonly string[], run: Run): Promise<void> {
  const plan = parsePlan(args);
  if (plan === null) return;
  const results = await measureAll(plan, run);
  const folder = join(repositoryRoot, 'bench', plan.isWhole ? 'results' : 'work');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'predict.json'), `${JSON.stringify(results, roundNumbers, 1)}\n`);
  writeFileSync(join(folder, 'predict.md'), formatPage(results));
  process.stdout.write(`\n${formatSummary(results)}\n\n${formatPeers(results)}\n\n`);
  run.report(`Written to ${join(folder, 'predict.md')} and predict.json.`);
}

async function main(): Promise<number> {
  if (process.platform !== 'linux')
    throw new Error(`CPU time is read from Linux's /proc; this is ${process.platform}.`);
  const startedAt = performance.now();
  const report = (line: string): void => {
    process.stderr.write(`${((performance.now() - startedAt) / 1000).toFixed(0).padStart(4)} s  ${line}\n`);
  };
  const interruption = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(name, () => {
      interruption.abort();
      process.exit(1);
    });
  }
  const cleanUp: (() => unknown)[] = [];
  try {
    const [first, ...rest] = process.argv.slice(2);
    const run = { report, interrupted: interruption.signal, cleanUp };
    if (first === 'library') await runLibrary(rest, report, cleanUp);
    else if (first === 'overload') await runOverload(rest, run);
    else if (first === 'peers') await runPeers(rest, run);
    else if (first === 'growth') await runGrowth(rest, run);
    else await runServers(process.argv.slice(2), run);
  } finally {
    await Promise.all(cleanUp.map((stop) => stop()));
  }
  return 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
