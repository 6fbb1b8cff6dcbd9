#!/usr/bin/env node
/** `npx chamfer`: hands over to main.ts, under the pinned Node.js where the running one is too old. */
import { spawnSync } from 'node:child_process';
import module from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isNewEnough, NODE_MAJOR, pinnedNodePath, repositoryRoot } from '../../../scripts/pinned-node.mjs';

const main = new URL('../src/main.ts', import.meta.url);
if (isNewEnough()) {
  // Kept beside the packages: a command that was used before starts three times as fast.
  module.enableCompileCache(join(repositoryRoot, 'node_modules', '.cache', 'node-compiled'));
  await import(main.href);
} else {
  const node = pinnedNodePath();
  if (node === null) {
    process.stderr.write(`chamfer needs Node.js ${NODE_MAJOR} or later; this is ${process.versions.node}.\n`);
    process.exit(1);
  }
  const { status } = spawnSync(node, [fileURLToPath(main), ...process.argv.slice(2)], { stdio: 'inherit' });
  process.exit(status ?? 1);
}
