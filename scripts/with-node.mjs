/**
 * Runs a command of this repository under the Node.js that is pinned in it, installing the packages first where
 * they are missing. Plain JavaScript that any Node.js from 18 on runs; refuses older ones by name.
 *
 *   node scripts/with-node.mjs COMMAND [ARGUMENT ...]
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isNewEnough, NODE_MAJOR, pinnedNodePath, repositoryRoot } from './pinned-node.mjs';

const INSTALLED_LOCK = join(repositoryRoot, 'node_modules', '.package-lock.json');
const LOCK = join(repositoryRoot, 'package-lock.json');

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

/**
 * npm writes its hidden lockfile last, so a newer one means that an installation of this lockfile finished; one that
 * does not name the page's bundler is that of the first step below.
 */
function isInstalled() {
  if (!existsSync(INSTALLED_LOCK) || statSync(INSTALLED_LOCK).mtimeMs < statSync(LOCK).mtimeMs) return false;
  return readFileSync(INSTALLED_LOCK, 'utf8').includes('"node_modules/vite"');
}

/** Runs npm under the given Node.js; answers its exit status and what it said. */
async function runNpm(nodePath, args) {
  const npmPath = process.env.npm_execpath;
  const [command, prefix] = npmPath?.endsWith('.js') ? [nodePath, [npmPath]] : ['npm', []];
  const child = spawn(command, [...prefix, ...args], {
    cwd: repositoryRoot,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PATH: [dirname(nodePath), process.env.PATH].join(delimiter) },
    shell: process.platform === 'win32' && command === 'npm',
  });
  const output = [];
  child.stdout.on('data', (chunk) => output.push(chunk));
  child.stderr.on('data', (chunk) => output.push(chunk));
  const status = await new Promise((resolve) => {
    child.on('error', (error) => {
      output.push(Buffer.from(String(error)));
      resolve(127);
    });
    child.on('close', resolve);
  });
  return { status, said: Buffer.concat(output).toString() };
}

/**
 * npm leaves out, without a word, optional packages that the running Node.js is too old for, and the native parts
 * of the tools are such. So an older Node.js installs the pinned one first, and that one installs everything.
 */
async function install() {
  const startedAt = Date.now();
  process.stderr.write('Installing packages (once; about half a minute) ');
  const ticker = setInterval(() => process.stderr.write('.'), 1000);
  const ci = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  let result = { status: 0, said: '' };
  if (!isNewEnough()) result = await runNpm(process.execPath, [...ci, '--omit=dev', '--workspaces=false']);
  if (result.status === 0) result = await runNpm(readablePinnedNode(), ci);
  clearInterval(ticker);
  if (result.status !== 0) {
    process.stderr.write(`\n${result.said}\n`);
    fail(
      'npm could not install the packages. Check that this machine reaches an npm registry, then run the same command again.',
    );
  }
  process.stderr.write(` done in ${Math.round((Date.now() - startedAt) / 1000)} s\n`);
}

function readablePinnedNode() {
  const path = pinnedNodePath();
  if (path === null) {
    fail(
      `Chamfer runs on Node.js ${NODE_MAJOR} or later. It brings its own on Linux (x64, arm64); ` +
        `this is ${process.platform} ${process.arch} with Node.js ${process.versions.node}. Install Node.js ${NODE_MAJOR} and try again.`,
    );
  }
  const probe = spawnSync(path, ['--version'], { encoding: 'utf8' });
  if (probe.status !== 0) {
    fail(`The pinned Node.js at ${path} does not run here: ${probe.error?.message ?? probe.stderr}`);
  }
  return path;
}

const PARENT_WATCHED_EVERY_MS = 250;

/** Compiled code is kept beside the packages, so that a second start does not compile again. */
const COMPILED = join(repositoryRoot, 'node_modules', '.cache', 'node-compiled');

function run(nodePath, command, args) {
  const path = [dirname(nodePath), join(repositoryRoot, 'node_modules', '.bin'), process.env.PATH].join(
    delimiter,
  );
  const child = spawn(command === 'node' ? nodePath : command, args, {
    stdio: 'inherit',
    env: { NODE_COMPILE_CACHE: COMPILED, ...process.env, PATH: path },
    shell: process.platform === 'win32' && command !== 'node',
  });
  // A terminal sends SIGINT to both processes: the child decides. SIGTERM comes to this one alone.
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  // Between npm and here stands a shell, which dies of npm's SIGTERM without passing it on.
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) child.kill('SIGTERM');
  }, PARENT_WATCHED_EVERY_MS).unref();
  child.on('error', (error) => fail(`${command} could not be started: ${error.message}`));
  child.on('exit', (code, signal) => process.exit(signal === null ? code : 128 + constants.signals[signal]));
}

const [command, ...args] = process.argv.slice(2);
if (Number(process.versions.node.split('.')[0]) < 18) {
  fail(`Chamfer sets itself up with Node.js 18 or later; this is ${process.versions.node}.`);
}
if (command === undefined) fail(`Usage: node ${fileURLToPath(import.meta.url)} COMMAND [ARGUMENT ...]`);
if (!isInstalled()) await install();
run(readablePinnedNode(), command, args);
