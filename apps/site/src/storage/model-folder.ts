/** Where model versions stand on the disk: `NAME/VERSION/{manifest.json, golden.json, artifact}`. */
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { messageOf, SiteError } from '../errors.ts';
import { JsonReader } from './json-reader.ts';

/** Far above any manifest or list of golden cases, far below what would trouble the process. */
const JSON_BYTES_MAX = 64 * 2 ** 20;

export interface VersionFolder {
  readonly name: string;
  readonly version: string;
  readonly path: string;
}

/** Every version folder: names in order of the alphabet, of each name the newest version first. */
export async function listVersionFolders(root: string): Promise<VersionFolder[]> {
  const folders: VersionFolder[] = [];
  for (const name of await readFolderNames(root)) {
    const versions = await readFolderNames(join(root, name));
    versions.sort((a, b) => b.localeCompare(a, 'en', { numeric: true }));
    for (const version of versions) folders.push({ name, version, path: join(root, name, version) });
  }
  return folders;
}

async function readFolderNames(path: string): Promise<string[]> {
  try {
    const entries = await readdir(path, { withFileTypes: true });
    return entries
      .filter((entry) => !entry.isFile() && !entry.name.startsWith('.'))
      .map((entry) => entry.name)
      .sort();
  } catch (cause) {
    throw new SiteError('MODEL_BROKEN', `Cannot list ${path}: ${messageOf(cause)}`, { cause });
  }
}

export async function readVersionJson(folder: VersionFolder, file: string): Promise<JsonReader> {
  const path = join(folder.path, file);
  const bytes = await readModelFile(path);
  if (bytes.length > JSON_BYTES_MAX) {
    throw new SiteError('MODEL_BROKEN', `${path} has ${bytes.length} bytes; ${JSON_BYTES_MAX} are allowed.`);
  }
  return JsonReader.parse(bytes, path, 'MODEL_BROKEN');
}

export function artifactPath(folder: VersionFolder, file: string): string {
  return join(folder.path, file);
}

/** The whole file, as bytes of their own. */
export async function readModelFile(path: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await readFile(path));
  } catch (cause) {
    throw new SiteError('MODEL_BROKEN', `Cannot read ${path}: ${messageOf(cause)}`, { cause });
  }
}

/** The name a bare model file is served under: its file name without the extension, in the letters of a name. */
export function modelNameOf(path: string): string {
  const stem = basename(path).replace(/\.[^.]+$/, '');
  const name = stem
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+|-+$/g, '')
    .slice(0, 64);
  return name === '' ? 'model' : name;
}
