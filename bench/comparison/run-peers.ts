/**
 * `npm run bench -- peers`: Chamfer beside the Python system, tuned and not, other servers of small models, and a bare
 * echo, in one run. Refuses peers whose predictions differ from what their own scikit-learn answers.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../../scripts/pinned-node.mjs';
import { type LoadGenerator, startLoadGenerator } from '../load/load-generator.ts';
import { readTreeMemoryMegabytes } from '../measure/process-tree.ts';
import { type CheckedTask, checkAll, type Measurement, runRounds } from '../measure/rounds.ts';
import { type StartedPeer, startPeer } from '../measure/start-peer.ts';
import { ALL_PEERS, BASELINE, LAST_SERVERS, OTHER_SERVERS } from '../peers/all-peers.ts';
import { bundleChamfer, CHAMFER_FILES, chamferBundled } from '../peers/chamfer/bundled.ts';
import { chamfer } from '../peers/chamfer/peer.ts';
import { fastapi } from '../peers/fastapi/peer.ts';
import type { Peer } from '../peers/peer.ts';
import { type Prepared, prepare } from '../python/environment.ts';
import { describeMachine, type PeerResult, roundNumbers, summariseTasks } from '../report/results.ts';
import { spreadOf } from '../report/statistics.ts';
import { parseRunOptions } from '../run-options.ts';
import { batchesOf, type Cases, readCases } from '../tasks/cases.ts';
import { formatChart } from './chart.ts';
import { readFolderMegabytes } from './disk.ts';
import { judgeGoals, listSlower } from './goals.ts';
import { type ComparisonResults, formatComparisonPage, formatGoals } from './page.ts';
import { COMPARISON_TASKS } from './tasks.ts';
import { readVersions } from './versions.ts';

const CONNECTIONS = 16;
const FULL = { rounds: 5, windowMs: 400, warmUpMs: 200, starts: 3 };
const QUICK = { rounds: 1, windowMs: 200, warmUpMs: 100, starts: 1 };

const HELP = `npm run bench -- peers [OPTION ...]

  --quick         about three minutes; writes to bench/work instead of bench/results
  --python PATH   the Python 3.11 or 3.12 to make the peers' environments with
  --help          this text
`;

interface Run {
  readonly report: (line: string) => void;
  readonly interrupted: AbortSignal;
  readonly cleanUp: (() => unknown)[];
}

/** What the peers of one environment are started with, and what the scikit-learn in it answers. */
interface Environment {
  readonly prepared: Prepared;
  readonly cases: Cases;
}

interface Bench {
  readonly environmentOf: (peer: Peer) => Environment;
  readonly generator: LoadGenerator;
  readonly settings: typeof FULL;
  readonly run: Run;
}

const benchFolder = join(repositoryRoot, 'bench');
const workFolder = join(benchFolder, 'work');

async function prepareAll(
  peers: readonly Peer[],
  python: string | undefined,
  report: Run['report'],
): Promise<Bench['environmentOf']> {
  const made = new Map<string | undefined, Environment>();
  for (const { environment } of peers) {
    if (made.has(environment)) continue;
    const prepared = await prepare({ benchFolder, workFolder, python, environment, report });
    made.set(environment, { prepared, cases: readCases(prepared.casesPath) });
  }
  return (peer) => made.get(peer.environment)!;
}

async function start({ environmentOf, settings, run }: Bench, peer: Peer): Promise<StartedPeer> {
  run.report(`Starting ${peer.title} ...`);
  const { prepared, cases } = environmentOf(peer);
  const [task] = COMPARISON_TASKS;
  const rows = { model: task!.model, method: 'predict', ...batchesOf(cases, task!, 'predict')[0]! };
  const started = await startPeer(peer, settings.starts, prepared, workFolder, rows, run.interrupted);
  run.cleanUp.push(started.server.stop);
  return started;
}

interface Phase {
  readonly checked: readonly CheckedTask[];
  readonly measurements: readonly Measurement[];
}

/** Rounds of these alone; they are numbered from `firstRound`, so that each is compared with Chamfer in its own. */
async function runPhase(bench: Bench, started: readonly StartedPeer[], firstRound: number): Promise<Phase> {
  const { generator, settings, environmentOf, run } = bench;
  const servers = started.map(({ server }) => server);
  run.report(`Comparing the predictions of ${servers.map(({ peer }) => peer.title).join(', ')} ...`);
  const casesOf = ({ peer }: StartedPeer['server']): Cases => environmentOf(peer).cases;
  const checked = await checkAll(servers, COMPARISON_TASKS, casesOf, generator);
  const { processors } = describeMachine();
  const rounds = { ...settings, connections: CONNECTIONS, processors, report: run.report };
  return {
    checked,
    measurements: await runRounds(servers, COMPARISON_TASKS, generator, rounds, firstRound),
  };
}

const describe = ({ server, readySeconds, readyMegabytes }: StartedPeer): PeerResult => ({
  name: server.peer.name,
  title: server.peer.title,
  readySeconds,
  memoryMegabytes: { ready: readyMegabytes, afterLoad: readTreeMemoryMegabytes(server.pid) },
});

/** Started, looked at and ended, before anything else runs. */
async function measureBundled(bench: Bench): Promise<PeerResult> {
  await bundleChamfer();
  const started = await start(bench, chamferBundled);
  await started.server.stop();
  const { name, title } = chamferBundled;
  const memoryMegabytes = { ready: started.readyMegabytes, afterLoad: null };
  return { name, title, readySeconds: started.readySeconds, memoryMegabytes };
}

function mergeChecked(first: readonly CheckedTask[], second: readonly CheckedTask[]): CheckedTask[] {
  return first.map((one, index) => ({
    ...one,
    worstDifference: Math.max(one.worstDifference, second[index]!.worstDifference),
  }));
}

function readDisk({ environmentOf }: Bench): ComparisonResults['diskMegabytes'] {
  const python = [fastapi, ...OTHER_SERVERS, ...LAST_SERVERS].map(
    (peer) => [peer.title, readFolderMegabytes(environmentOf(peer).prepared.environmentFolder)] as const,
  );
  const own = CHAMFER_FILES.reduce((sum, path) => sum + readFolderMegabytes(path), 0);
  return Object.fromEntries([[chamfer.title, own], ...python]);
}

async function measureAll(python: string | undefined, settings: typeof FULL, run: Run) {
  const first = [...ALL_PEERS, ...OTHER_SERVERS];
  const environmentOf = await prepareAll([...first, ...LAST_SERVERS], python, run.report);
  const generator = startLoadGenerator();
  run.cleanUp.push(generator.stop);
  const bench: Bench = { environmentOf, generator, settings, run };
  const bundled = await measureBundled(bench);

  const started: StartedPeer[] = [];
  for (const peer of first) started.push(await start(bench, peer));
  const together = await runPhase(bench, started, 0);
  const described = started.map(describe);
  for (const { server } of started) if (server.peer !== BASELINE) await server.stop();

  const last: StartedPeer[] = [];
  for (const peer of LAST_SERVERS) last.push(await start(bench, peer));
  const ours = started.find(({ server }) => server.peer === BASELINE)!;
  const afterwards = await runPhase(bench, [ours, ...last], settings.rounds);

  const measurements = [...together.measurements, ...afterwards.measurements];
  const peers = [...described, ...last.map(describe)];
  const names = peers.map(({ name }) => name);
  const checked = mergeChecked(together.checked, afterwards.checked);
  const tasks = summariseTasks(checked, measurements, names, BASELINE.name);
  const results: ComparisonResults = {
    date: new Date().toISOString().slice(0, 10),
    machine: describeMachine(),
    versions: readVersions(environmentOf),
    settings: { ...settings, connections: CONNECTIONS },
    baseline: BASELINE.name,
    othersShare: spreadOf(measurements.map((one) => one.othersShare)),
    peers: [bundled, ...peers],
    diskMegabytes: readDisk(bench),
    goals: judgeGoals(tasks, [bundled, ...peers]),
    slower: listSlower(tasks),
    tasks,
  };
  return results;
}

export async function runPeers(args: readonly string[], run: Run): Promise<void> {
  const options = parseRunOptions(args, HELP);
  if (options === null) return;
  const results = await measureAll(options.python, options.quick ? QUICK : FULL, run);
  const folder = join(benchFolder, options.quick ? 'work' : 'results');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'peers.json'), `${JSON.stringify(results, roundNumbers, 1)}\n`);
  writeFileSync(join(folder, 'peers.md'), formatComparisonPage(results));
  writeFileSync(join(folder, 'peers.svg'), formatChart(results));
  process.stdout.write(`\n${formatGoals(results)}\n\n`);
  run.report(`Written to ${join(folder, 'peers.md')}, peers.json and peers.svg.`);
}
