/** What a server needs on the disk of a machine that has its language already. Refuses nothing: what is missing has no size. */
import { existsSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** In the Python system's environment for `npm run bench -- library` alone. */
const OTHER_PACKAGES = /\/site-packages\/(?:xgboost|lightgbm)/;

/** Sizes of files, links not followed. */
export function readFolderMegabytes(path: string): number {
  if (!existsSync(path)) return 0;
  if (!lstatSync(path).isDirectory()) return lstatSync(path).size / 1e6;
  const bytes = readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !OTHER_PACKAGES.test(`${entry.parentPath}/${entry.name}`))
    .reduce((sum, entry) => sum + lstatSync(join(entry.parentPath, entry.name)).size, 0);
  return bytes / 1e6;
}
