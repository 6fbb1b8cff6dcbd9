/**
 * `npm run bench -- growth`: one site with more serving processes, models, connections and bytes, step by step, and
 * where it bends. Refuses answers that are wrong.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../../scripts/pinned-node.mjs';
import { startLoadGenerator } from '../load/load-generator.ts';
import { readMachineBusyMicroseconds, readTreeCpuMicroseconds } from '../measure/process-tree.ts';
import { prepare } from '../python/environment.ts';
import { describeMachine, readChamferVersion, roundNumbers } from '../report/results.ts';
import { parseRunOptions } from '../run-options.ts';
import { readCases } from '../tasks/cases.ts';
import { type Growth, growBodies, growConnections, growModels, growWorkers } from './growths.ts';
import { formatGrowthPage, formatGrowthTables, type GrowthResults } from './page.ts';
import type { Bench } from './site.ts';

const FULL_MS = 3000;
const QUICK_MS = 500;

const GROWTHS: Readonly<Record<string, (bench: Bench) => Promise<Growth>>> = {
  workers: growWorkers,
  models: growModels,
  connections: growConnections,
  json: (bench) => growBodies(bench, undefined),
  bytes: (bench) => growBodies(bench, 'open-inference-bytes'),
};

const HELP = `npm run bench -- growth [OPTION ...]

  --quick         under a minute; writes to bench/work instead of bench/results
  --only A,B      only these of: ${Object.keys(GROWTHS).join(', ')}; writes to bench/work
  --python PATH   the Python 3.11 or 3.12 to fit the models with
  --help          this text
`;

interface Run {
  readonly report: (line: string) => void;
  readonly interrupted: AbortSignal;
  readonly cleanUp: (() => unknown)[];
}

function chooseGrowths(only: string | undefined): ((bench: Bench) => Promise<Growth>)[] {
  const names = only === undefined ? Object.keys(GROWTHS) : only.split(',');
  return names.map((name) => {
    const growth = GROWTHS[name];
    if (growth === undefined)
      throw new Error(`There is no ${name}; there are ${Object.keys(GROWTHS).join(', ')}.`);
    return growth;
  });
}

async function measureAll(
  chosen: readonly ((bench: Bench) => Promise<Growth>)[],
  windowMs: number,
  python: string | undefined,
  run: Run,
): Promise<GrowthResults> {
  const benchFolder = join(repositoryRoot, 'bench');
  const workFolder = join(benchFolder, 'work');
  const prepared = await prepare({ benchFolder, workFolder, python, report: run.report });
  const generator = startLoadGenerator();
  run.cleanUp.push(generator.stop);
  const folder = join(workFolder, 'peers', 'growth');
  rmSync(folder, { recursive: true, force: true });
  const cases = readCases(prepared.casesPath);
  const bench: Bench = { ...run, prepared, cases, generator, folder, windowMs };
  const machine = describeMachine();

  const ownBefore = readTreeCpuMicroseconds(process.pid);
  const busyBefore = readMachineBusyMicroseconds();
  const startedAt = performance.now();
  const growths: Growth[] = [];
  for (const grow of chosen) growths.push(await grow(bench));
  const wallMicroseconds = (performance.now() - startedAt) * 1000;
  const own = readTreeCpuMicroseconds(process.pid) - ownBefore;
  const others = readMachineBusyMicroseconds() - busyBefore - own;
  return {
    date: new Date().toISOString().slice(0, 10),
    version: readChamferVersion(),
    machine,
    windowMs,
    othersShare: Math.max(0, others / (wallMicroseconds * machine.processors)),
    growths,
  };
}

export async function runGrowth(args: readonly string[], run: Run): Promise<void> {
  const options = parseRunOptions(args, HELP, ['only']);
  if (options === null) return;
  const windowMs = options.quick ? QUICK_MS : FULL_MS;
  const results = await measureAll(chooseGrowths(options.own.only), windowMs, options.python, run);
  const isWhole = !options.quick && options.own.only === undefined;
  const folder = join(repositoryRoot, 'bench', isWhole ? 'results' : 'work');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'growth.json'), `${JSON.stringify(results, roundNumbers, 1)}\n`);
  writeFileSync(join(folder, 'growth.md'), formatGrowthPage(results));
  process.stdout.write(`\n${formatGrowthTables(results)}\n\n`);
  run.report(`Written to ${join(folder, 'growth.md')} and growth.json.`);
}
