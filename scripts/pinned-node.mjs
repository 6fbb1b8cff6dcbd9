/** Where the pinned Node.js is: inside node_modules on Linux, else the running one where it is new enough. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const NODE_MAJOR = 24;

export const repositoryRoot = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Whether the running Node.js can itself run this repository's TypeScript. */
export function isNewEnough() {
  return Number(process.versions.node.split('.')[0]) >= NODE_MAJOR;
}

/** Path of a Node.js that runs this repository's TypeScript, or `null` where there is none. */
export function pinnedNodePath() {
  const packaged = join(
    repositoryRoot,
    'node_modules',
    `node-${process.platform}-${process.arch}`,
    'bin',
    'node',
  );
  if (existsSync(packaged)) return packaged;
  return isNewEnough() ? process.execPath : null;
}
