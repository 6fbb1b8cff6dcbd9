/**
 * `npm run bench -- library`: packages/sklearn side by side with scikit-learn, each in a process of its own on one
 * core: loading a model, and predicting 1, 16, 256 and 4,096 rows. Refuses answers that differ.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { repositoryRoot } from '../../scripts/pinned-node.mjs';
import { makeLibraryModels, preparePython } from '../python/environment.ts';
import { describeMachine, readChamferVersion, roundNumbers } from '../report/results.ts';
import { formatLibraryPage, formatLibrarySummary, type LibraryResults } from './page.ts';
import { startPeer } from './peer.ts';
import { runLibraryRounds } from './rounds.ts';
import { readTasks } from './tasks.ts';

const FULL = { rounds: 5, windowMs: 20, warmUpMs: 80 };
const QUICK = { rounds: 1, windowMs: 10, warmUpMs: 40 };

const HELP = `npm run bench -- library [OPTION ...]

  --quick         one short round; writes to bench/work instead of bench/results
  --tasks A,B     only these models or families; writes to bench/work
  --python PATH   the Python 3.11 or 3.12 to make scikit-learn's environment with
  --help          this text
`;

export async function runLibrary(
  args: readonly string[],
  report: (line: string) => void,
  cleanUp: (() => unknown)[],
): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      tasks: { type: 'string' },
      python: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const benchFolder = join(repositoryRoot, 'bench');
  const workFolder = join(benchFolder, 'work');
  const python = await preparePython({ benchFolder, workFolder, python: values.python, report });
  const folder = await makeLibraryModels(python.pythonPath, benchFolder, workFolder, report);
  const { tasks: all, versions } = readTasks(folder);
  const wanted = values.tasks?.split(',');
  const tasks = all.filter(
    ({ name, family }) => wanted?.some((one) => one === name || one === family) ?? true,
  );
  if (tasks.length === 0) throw new Error(`There is no ${values.tasks}.`);

  const chamferPath = fileURLToPath(new URL('chamfer-peer.ts', import.meta.url));
  const chamfer = startPeer('Chamfer', process.execPath, [chamferPath, folder]);
  cleanUp.push(chamfer.stop);
  const sklearn = startPeer('scikit-learn', python.pythonPath, [
    join(import.meta.dirname, 'scikit_learn_peer.py'),
    folder,
  ]);
  cleanUp.push(sklearn.stop);

  const machine = describeMachine();
  const settings = values.quick ? QUICK : FULL;
  const { processors } = machine;
  const run = await runLibraryRounds({ chamfer, sklearn }, tasks, {
    ...settings,
    folder,
    processors,
    report,
  });
  const results: LibraryResults = {
    date: new Date().toISOString().slice(0, 10),
    machine,
    versions: {
      Chamfer: readChamferVersion(),
      'Node.js': process.versions.node,
      Python: python.pythonVersion.replace('Python ', ''),
      ...versions,
    },
    settings,
    ...run,
  };
  const to = join(benchFolder, values.quick || wanted !== undefined ? 'work' : 'results');
  mkdirSync(to, { recursive: true });
  writeFileSync(join(to, 'library.json'), `${JSON.stringify(results, roundNumbers, 1)}\n`);
  writeFileSync(join(to, 'library.md'), formatLibraryPage(results));
  process.stdout.write(`\n${formatLibrarySummary(run.tasks)}\n\n`);
  report(`Written to ${join(to, 'library.md')} and library.json.`);
}
