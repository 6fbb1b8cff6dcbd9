/**
 * Makes the Python environment of one stock client from its pinned requirements: once, and again when they change.
 * Where there is no Python, or its package registry cannot be reached, it says so; anything else that goes wrong fails.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));
const INSTALL_MS_MAX = 400_000;
const PIP = ['-m', 'pip', '--disable-pip-version-check', '--retries', '1', '--timeout', '20'];
/** What pip prints of a registry that does not answer. */
const UNREACHABLE = /Retrying \(|Failed to establish a new connection|Name or service not known|timed out/;

export interface Outcome {
  /** Null where it ran out of time. */
  readonly status: number | null;
  readonly output: string;
}

/** Ends the program when its time is over. */
export async function runProgram(
  program: string,
  args: readonly string[],
  msMax: number,
  cwd: string = FOLDER,
): Promise<Outcome> {
  const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1', PYTHONUNBUFFERED: '1' };
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const timer = setTimeout(() => child.kill('SIGKILL'), msMax);
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ status: null, output: String(error) }));
    child.once('close', (status) => {
      clearTimeout(timer);
      resolve({ status, output });
    });
  });
}

export type Environment =
  | { readonly isThere: true; readonly programs: string }
  /** Why there is none: a line for whoever reads the results. */
  | { readonly isThere: false; readonly reason: string };

/** `name` is that of a file of `requirements/`. Throws where the requirements themselves do not install. */
export async function makeEnvironment(name: string): Promise<Environment> {
  const requirements = join(FOLDER, 'requirements', `${name}.txt`);
  const digest = createHash('sha256').update(readFileSync(requirements)).digest('hex');
  const folder = join(FOLDER, '.venv', name);
  const stamp = join(folder, '.made-from');
  const programs = join(folder, 'bin');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return { isThere: true, programs };
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const made = await runProgram('python3', ['-m', 'venv', folder], INSTALL_MS_MAX);
  if (made.status !== 0) {
    return { isThere: false, reason: `${name}: skipped, because there is no Python 3 with venv here.` };
  }
  const python = join(programs, 'python');
  const install = [...PIP, 'install', '--quiet', '--requirement', requirements];
  const { status, output } = await runProgram(python, install, INSTALL_MS_MAX);
  if (status === 0) {
    writeFileSync(stamp, digest);
    return { isThere: true, programs };
  }
  if (UNREACHABLE.test(output)) {
    return { isThere: false, reason: `${name}: skipped, because Python's package registry does not answer.` };
  }
  throw new Error(`The requirements of ${name} do not install (${status}):\n${output.slice(-4000)}`);
}
