/**
 * Makes what the Python peers need inside `bench/work`: a virtual environment from requirements.txt and the models.
 * Both are made once and again when what they are made from changes. Refuses Pythons that have no wheels for these
 * versions.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** scikit-learn 1.4.1.post1 has wheels up to 3.12; the pinned SciPy needs 3.11. */
const PYTHONS = ['python3.11', 'python3.12', 'python3'];
const PYTHON_MINORS = [11, 12];

export interface PreparedPython {
  readonly pythonPath: string;
  readonly pythonVersion: string;
  readonly environmentFolder: string;
  readonly requirementsPath: string;
}

export interface Prepared extends PreparedPython {
  readonly modelsFolder: string;
  readonly modelPaths: readonly string[];
  readonly casesPath: string;
}

export interface PrepareOptions {
  readonly benchFolder: string;
  readonly workFolder: string;
  /** A Python to use instead of the first suitable one on PATH. */
  readonly python: string | undefined;
  /** A folder of bench/peers with a requirements.txt of its own, instead of bench/requirements.txt. */
  readonly environment?: string | undefined;
  readonly report: (line: string) => void;
}

function digestOf(...paths: string[]): string {
  const hash = createHash('sha256');
  for (const path of paths) hash.update(readFileSync(path));
  return hash.digest('hex');
}

function findPython(wanted: string | undefined): string {
  const script = 'import sys; print(sys.executable, sys.version_info.minor)';
  for (const name of wanted === undefined ? PYTHONS : [wanted]) {
    const probe = spawnSync(name, ['-c', script], { encoding: 'utf8' });
    const [path, minor] = probe.status === 0 ? probe.stdout.trim().split(/ (?=\d+$)/) : [];
    if (path !== undefined && PYTHON_MINORS.includes(Number(minor))) return path;
  }
  throw new Error(
    `The peers need Python 3.11 or 3.12; ${wanted ?? PYTHONS.join(', ')} did not give one. Name one with --python PATH.`,
  );
}

/** One thread: models of this size are fitted no faster with more, and much slower on a busy machine. */
async function run(program: string, ...args: string[]): Promise<void> {
  const env = { ...process.env, OPENBLAS_NUM_THREADS: '1', OMP_NUM_THREADS: '1' };
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const output: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  child.once('error', reject);
  child.once('close', resolve);
  const status = await promise;
  if (status !== 0) {
    throw new Error(
      `${program} ${args.join(' ')} ended with ${status}:\n${Buffer.concat(output).toString().slice(-4000)}`,
    );
  }
}

/** Runs `make` unless `folder` was finished from the same sources before. */
async function makeOnce(folder: string, digest: string, make: () => Promise<void>): Promise<void> {
  const stamp = join(folder, '.made-from');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await make();
  writeFileSync(stamp, digest);
}

const suffixed = (name: string, peer: string | undefined): string =>
  peer === undefined ? name : `${name}-${peer}`;

/** The environment alone. */
export async function preparePython({
  benchFolder,
  workFolder,
  python,
  environment: peer,
  report,
}: PrepareOptions): Promise<PreparedPython> {
  const requirements =
    peer === undefined
      ? join(benchFolder, 'requirements.txt')
      : join(benchFolder, 'peers', peer, 'requirements.txt');
  const environment = join(workFolder, suffixed('python', peer));
  await makeOnce(environment, digestOf(requirements), async () => {
    const found = findPython(python);
    report(
      `Making a Python environment${peer === undefined ? '' : ` for ${peer}`} with ${found} (once; some minutes) ...`,
    );
    await run(found, '-m', 'venv', environment);
    await run(
      join(environment, 'bin', 'python'),
      '-m',
      'pip',
      'install',
      '--quiet',
      '--requirement',
      requirements,
    );
  });
  const pythonPath = join(environment, 'bin', 'python');
  const pythonVersion = spawnSync(pythonPath, ['--version'], { encoding: 'utf8' }).stdout.trim();
  return { pythonPath, pythonVersion, environmentFolder: environment, requirementsPath: requirements };
}

/** The environment, and the models that the servers load. */
export async function prepare(options: PrepareOptions): Promise<Prepared> {
  const { benchFolder, workFolder, environment, report } = options;
  const python = await preparePython(options);
  const makeModels = join(benchFolder, 'make-models.py');
  const made = join(workFolder, suffixed('fitted', environment));
  const encoder = join(benchFolder, '..', 'models', 'geometry-encoder', '1');
  const sources = [
    python.requirementsPath,
    makeModels,
    join(encoder, 'model.pkl'),
    join(encoder, 'golden.json'),
  ];
  await makeOnce(made, digestOf(...sources), async () => {
    report('Fitting the models (once; some seconds) ...');
    await run(python.pythonPath, makeModels, made, encoder);
  });
  const modelsFolder = join(made, 'models');
  const modelPaths = readdirSync(modelsFolder).sort();
  return {
    ...python,
    modelsFolder,
    modelPaths: modelPaths.map((name) => join(modelsFolder, name)),
    casesPath: join(made, 'cases.json'),
  };
}

/** The models of the library benchmark; returns their folder. */
export async function makeLibraryModels(
  pythonPath: string,
  benchFolder: string,
  workFolder: string,
  report: (line: string) => void,
): Promise<string> {
  const makeModels = join(benchFolder, 'library', 'make-models.py');
  const made = join(workFolder, 'library');
  await makeOnce(made, digestOf(join(benchFolder, 'requirements.txt'), makeModels), async () => {
    report('Fitting the models of every family (once; a minute or two) ...');
    await run(pythonPath, makeModels, made);
  });
  return made;
}
