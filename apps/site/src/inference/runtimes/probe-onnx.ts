/**
 * Tries an ONNX file in a child process before the site opens it. Refuses a file that ONNX Runtime refuses, that takes
 * too long or too much memory to open, or that crashes it: native code that fails would take the site with it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { SiteError } from '../../errors.ts';

/** Opening optimises the graph, which for the largest models takes seconds. */
const PROBE_MS_MAX = 60_000;
/** The process itself, and room for the constants that opening computes... */
const MEMORY_BYTES_MIN = 2 ** 30;
/** ...and a few copies of the weights: as read, as unpacked, as laid out for this processor. */
const MEMORY_PER_FILE_BYTE = 6;
const WATCHED_EVERY_MS = 50;
const PAGE_BYTES = 4096;

export interface ProbeAnswer {
  /** Of the bytes that were tried. */
  readonly sha256: string;
  /** Why the file cannot be used; null where it can. */
  readonly refused: string | null;
}

/** Throws `MODEL_BROKEN`. */
export type ProbeModel = (path: string, sizeBytes: number) => Promise<ProbeAnswer>;

export interface ProbeOptions {
  /** `onnx-probe`, as it stands in this installation. */
  readonly entry: URL;
  readonly timeMsMax?: number;
  readonly memoryBytesMin?: number;
}

export function createProbe(options: ProbeOptions): ProbeModel {
  const { entry, timeMsMax = PROBE_MS_MAX, memoryBytesMin = MEMORY_BYTES_MIN } = options;
  return async (path, sizeBytes) => {
    const child = spawn(process.execPath, [fileURLToPath(entry), path], {
      // Nothing of this process's environment: the file is not trusted yet.
      env: { ORT_DISABLE_TELEMETRY: '1' },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const memoryBytesMax = memoryBytesMin + MEMORY_PER_FILE_BYTE * sizeBytes;
    const { said, ended } = await watch(child, timeMsMax, memoryBytesMax);
    if (ended !== null) throw new SiteError('MODEL_BROKEN', `The ONNX file cannot be used: ${ended}.`);
    const answer = JSON.parse(said) as ProbeAnswer;
    if (answer.refused !== null) throw new SiteError('MODEL_BROKEN', answer.refused);
    return answer;
  };
}

/** `ended` is why there is no answer. */
async function watch(
  child: ChildProcess,
  timeMsMax: number,
  memoryBytesMax: number,
): Promise<{ said: string; ended: string | null }> {
  let killedFor: string | null = null;
  const kill = (why: string): void => {
    killedFor ??= why;
    child.kill('SIGKILL');
  };
  const timer = setTimeout(() => kill(`opening it took more than ${timeMsMax / 1000} s`), timeMsMax);
  const watcher = setInterval(async () => {
    const bytes = await residentBytes(child.pid);
    if (bytes > memoryBytesMax) kill(`opening it took more than ${Math.round(memoryBytesMax / 2 ** 20)} MiB`);
  }, WATCHED_EVERY_MS);
  const parts: Buffer[] = [];
  child.stdout!.on('data', (part: Buffer) => parts.push(part));
  try {
    const [status, signal] = await new Promise<[number | null, string | null]>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, name) => resolve([code, name]));
    });
    const said = Buffer.concat(parts).toString();
    if (killedFor !== null || (status === 0 && said !== '')) return { said, ended: killedFor };
    return { said, ended: `ONNX Runtime crashed when it opened it (${signal ?? `exit ${status}`})` };
  } finally {
    clearTimeout(timer);
    clearInterval(watcher);
  }
}

/** 0 where the system does not tell. */
async function residentBytes(pid: number | undefined): Promise<number> {
  try {
    const pages = (await readFile(`/proc/${pid}/statm`, 'utf8')).split(' ')[1];
    return Number(pages) * PAGE_BYTES;
  } catch {
    return 0;
  }
}
