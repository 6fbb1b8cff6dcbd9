/**
 * `chamfer serve FILE`: starts a site that serves the file, as `npm start` does, and ends with it. Refuses nothing
 * itself: the site reads its own options.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';

const SCRIPTS = join(import.meta.dirname, '..', '..', '..', '..', 'scripts');
const PARENT_WATCHED_EVERY_MS = 250;

/** Returns the exit code of the site. */
export async function serve(file: string, options: readonly string[]): Promise<number> {
  const start = join(SCRIPTS, 'start.ts');
  if (!existsSync(start))
    throw new Error(`There is no site beside ${SCRIPTS}; run this in a clone of Chamfer.`);
  const site = spawn(process.execPath, [start, '--model', file, ...options.filter((one) => one !== '--')], {
    stdio: 'inherit',
  });
  // A terminal sends SIGINT to both: the site decides. Other signals come to this process alone, or to npx alone.
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => site.kill(signal));
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) site.kill('SIGTERM');
  }, PARENT_WATCHED_EVERY_MS).unref();
  return new Promise((resolve, reject) => {
    site.on('error', reject);
    site.on('exit', (code, signal) =>
      resolve(code ?? (signal === null ? 1 : 128 + constants.signals[signal])),
    );
  });
}
