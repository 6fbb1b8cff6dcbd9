/**
 * `chamfer serve FILE`: starts a site that serves the file, and ends with it. Refuses nothing itself: the site reads
 * its own options.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const REPOSITORY = join(import.meta.dirname, '..', '..', '..', '..');
const SITE = join(REPOSITORY, 'apps', 'site', 'src', 'main.ts');

/** Returns the exit code of the site. */
export async function serve(file: string, options: readonly string[]): Promise<number> {
  if (!existsSync(SITE)) throw new Error(`There is no site at ${SITE}; run this in a clone of Chamfer.`);
  const site = spawn(process.execPath, [SITE, '--model', file, ...options.filter((one) => one !== '--')], {
    stdio: 'inherit',
  });
  // Ctrl-C reaches both; a signal to this process alone is handed on.
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => site.kill(signal));
  process.on('SIGINT', () => {});
  return new Promise((resolve, reject) => {
    site.on('error', reject);
    site.on('exit', (code, signal) => resolve(code ?? (signal === null ? 1 : 130)));
  });
}
