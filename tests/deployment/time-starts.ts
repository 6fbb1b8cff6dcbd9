/**
 * Starts containers of an image, on new volumes and on one that was used, and prints how long each took from
 * `docker run` to its first answers, and what memory it holds once idle, as JSON. Runs where the engine is.
 *
 *   node tests/deployment/time-starts.ts IMAGE ROW.json
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Start {
  /** From the command to the engine's own answer, to `/health/ready`, and to a prediction, in milliseconds. */
  readonly engineMs: number;
  readonly readyMs: number;
  readonly predictionMs: number;
}

export interface Starts {
  readonly onNewVolume: readonly Start[];
  readonly onUsedVolume: readonly Start[];
  /** After a minute without requests but the health check's. */
  readonly idle: Memory;
  /** A little after a number of predictions: a worker thread may have been started for them. */
  readonly used: Memory;
}

export interface Memory {
  /** Of the process: with what it maps of its files, which the system may drop. */
  readonly residentBytes: number;
  /** Of the container, as the engine says it: what counts against its limit. */
  readonly container: string;
}

const STARTS = 7;
const IDLE_MS = 60_000;
const PREDICTIONS = 100;
const URL_OF_SITE = 'http://127.0.0.1:8000';

const docker = (...args: string[]): string => execFileSync('docker', args, { encoding: 'utf8' }).trim();

async function answered(path: string, init: RequestInit = {}): Promise<void> {
  for (;;) {
    const response = await fetch(`${URL_OF_SITE}${path}`, init).catch(() => null);
    if (response?.ok) return;
    await sleep(10);
  }
}

const predict = (body: string): Promise<void> =>
  answered('/predict', { method: 'POST', headers: { 'content-type': 'application/json' }, body });

function run(image: string): void {
  docker(
    ...['run', '--detach', '--name', 'timed', '--publish', '127.0.0.1:8000:8000', '--volume', 'timed:/data'],
    ...['--read-only', '--cap-drop', 'ALL', '--memory', '2g', '--env', 'CHAMFER_TRUSTED_NETWORK=true', image],
  );
}

async function start(image: string, body: string): Promise<Start> {
  const startedAt = performance.now();
  const elapsed = (): number => performance.now() - startedAt;
  run(image);
  const engineMs = elapsed();
  await answered('/health/ready');
  const readyMs = elapsed();
  await predict(body);
  return { engineMs, readyMs, predictionMs: elapsed() };
}

function readMemory(): Memory {
  const pid = docker('inspect', '--format', '{{.State.Pid}}', 'timed');
  const resident = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1];
  const container = docker('stats', '--no-stream', '--format', '{{.MemUsage}}', 'timed').split(' ')[0]!;
  return { residentBytes: Number(resident) * 1024, container };
}

async function timeStarts(image: string, body: string): Promise<Starts> {
  const onNewVolume: Start[] = [];
  const onUsedVolume: Start[] = [];
  for (let round = 0; round < STARTS; round += 1) {
    for (const starts of [onNewVolume, onUsedVolume]) {
      starts.push(await start(image, body));
      docker('rm', '--force', 'timed');
    }
    docker('volume', 'rm', 'timed');
  }
  run(image);
  await answered('/health/ready');
  await sleep(IDLE_MS);
  const idle = readMemory();
  for (let count = 0; count < PREDICTIONS; count += 1) await predict(body);
  await sleep(IDLE_MS / 6);
  const used = readMemory();
  docker('rm', '--force', 'timed');
  docker('volume', 'rm', 'timed');
  return { onNewVolume, onUsedVolume, idle, used };
}

const [image, file] = process.argv.slice(2);
if (image === undefined || file === undefined) {
  throw new Error('Usage: node tests/deployment/time-starts.ts IMAGE ROW.json');
}
console.log(JSON.stringify(await timeStarts(image, readFileSync(file, 'utf8'))));
