/** Delays of a server's event loop, which it measures itself with `loop-delay-probe.mjs`. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const ANSWER_MS_MAX = 10_000;

export interface LoopDelay {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** What a server is started with. */
export function probeEnvironment(path: string): Record<string, string> {
  const probe = fileURLToPath(new URL('loop-delay-probe.mjs', import.meta.url));
  return { NODE_OPTIONS: `--import=${probe}`, LOOP_DELAY_FILE: path };
}

/** The delays since it was asked before, in milliseconds. */
export async function readLoopDelay(pid: number, path: string): Promise<LoopDelay> {
  rmSync(path, { force: true });
  process.kill(pid, 'SIGUSR2');
  const endsAt = performance.now() + ANSWER_MS_MAX;
  while (!existsSync(path)) {
    if (performance.now() > endsAt) throw new Error('The server did not say how late its event loop was.');
    await sleep(5);
  }
  return JSON.parse(readFileSync(path, 'utf8')) as LoopDelay;
}
