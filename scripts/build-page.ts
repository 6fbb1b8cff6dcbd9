/** Builds apps/web into apps/web/dist, unless the last build was made from the same sources. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from './pinned-node.mjs';

const WEB = join(repositoryRoot, 'apps', 'web');
const STAMP = join(WEB, 'dist', '.built-from');

/** Everything that the page is made of: its own files, the packages it imports, the versions of the rest. */
const SOURCES = [
  'apps/web/**/*.{ts,tsx,css,html,svg,json}',
  'packages/{client,contracts,geometry}/src/**/*.ts',
  'package-lock.json',
];

function hashSources(): string {
  const hash = createHash('sha256');
  const files = globSync(SOURCES, {
    cwd: repositoryRoot,
    exclude: (path) => /(^|\/)(dist|node_modules)$/.test(path) || path.endsWith('.test.ts'),
  });
  for (const file of files.sort()) hash.update(`${file}\0`).update(readFileSync(join(repositoryRoot, file)));
  return hash.digest('hex');
}

export async function buildPage(): Promise<void> {
  const wanted = hashSources();
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted) return;
  process.stderr.write('Building the page ...');
  const startedAt = performance.now();
  const vite = join(repositoryRoot, 'node_modules', 'vite', 'bin', 'vite.js');
  const { status, stdout, stderr } = spawnSync(process.execPath, [vite, 'build', '--logLevel', 'warn'], {
    cwd: WEB,
    encoding: 'utf8',
  });
  if (status !== 0) {
    process.stderr.write(`\n${stdout}${stderr}\nThe page could not be built; the lines above say why.\n`);
    process.exit(1);
  }
  writeFileSync(STAMP, wanted);
  process.stderr.write(` done in ${((performance.now() - startedAt) / 1000).toFixed(1)} s\n`);
}

if (import.meta.main) await buildPage();
