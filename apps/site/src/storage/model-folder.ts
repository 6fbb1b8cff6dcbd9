/** Where model versions stand on the disk: `NAME/VERSION/{manifest.json, golden.json, artifact}`, `NAME/labels.json`. */
import { readdir, readFile, stat } from 'node:fs/promises';
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

/** Names of models, in order of the alphabet. */
export async function listModelNames(root: string): Promise<string[]> {
  return readFolderNames(root);
}

/** Of one model, the newest version first; none where there is no such model. */
export async function listVersionFolders(root: string, name: string): Promise<VersionFolder[]> {
  const versions = await readFolderNames(join(root, name));
  versions.sort((a, b) => b.localeCompare(a, 'en', { numeric: true }));
  return versions.map((version) => ({ name, version, path: join(root, name, version) }));
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

/** Names, sizes and times of everything directly in a folder: what differs after any honest change. */
export async function fingerprintOf(path: string): Promise<string> {
  const names = await readFileNames(path);
  const stats = await Promise.all(names.map((name) => stat(join(path, name)).catch(() => null)));
  return names.map((name, at) => `${name} ${stats[at]?.size} ${stats[at]?.mtimeMs}`).join('\n');
}

/** Files and folders directly in a folder; empty where there is no such folder, or it is a file. */
export async function readFileNames(path: string): Promise<string[]> {
  return (await readdir(path).catch(() => [])).sort();
}

/** The text of a small file; null where there is none. */
export async function readVersionText(path: string, bytesMax: number): Promise<string | null> {
  const found = await stat(path).catch(() => null);
  if (found === null) return null;
  if (found.size > bytesMax) {
    throw new SiteError('MODEL_BROKEN', `${path} has ${found.size} bytes; ${bytesMax} are allowed.`);
  }
  return new TextDecoder().decode(await readModelFile(path));
}

/** As `fingerprintOf`, of one file or of a folder named on the command line. */
export async function fileFingerprintOf(path: string): Promise<string> {
  const found = await stat(path).catch(() => null);
  return found?.isDirectory() ? fingerprintOf(path) : `${found?.size} ${found?.mtimeMs}`;
}

/** Beside the versions of a model. */
export function modelFilePath(root: string, name: string, file: string): string {
  return join(root, name, file);
}

/** A document beside the versions of a model; null where there is none. */
export async function readModelJson(root: string, name: string, file: string): Promise<JsonReader | null> {
  const path = modelFilePath(root, name, file);
  const text = await readVersionText(path, JSON_BYTES_MAX);
  return text === null ? null : JsonReader.parse(new TextEncoder().encode(text), path, 'MODEL_BROKEN');
}

export function artifactPath(folder: VersionFolder, file: string): string {
  return join(folder.path, file);
}

/** The whole file, as bytes of their own. */
export async function readModelFile(path: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const { buffer, byteOffset, length } = await readFile(path);
    // A small file may come as a piece of memory that others share.
    return byteOffset === 0 && length === buffer.byteLength
      ? new Uint8Array(buffer)
      : new Uint8Array(buffer).slice(byteOffset, byteOffset + length);
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
