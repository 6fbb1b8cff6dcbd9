/** Reads the files of a model that a command names. */
import { readFile } from 'node:fs/promises';
import type { ModelFile } from '@chamfer/sklearn';

/** What follows the first file; its own members come first. */
export interface ModelParts {
  readonly members: readonly string[];
  readonly next: readonly { readonly path: string; readonly members: readonly string[] }[];
}

export async function readModelFiles(path: string, { members, next }: ModelParts): Promise<ModelFile[]> {
  const files = [{ path, members }, ...next];
  return Promise.all(
    files.map(async (file) => ({ name: file.path, members: file.members, bytes: await readFile(file.path) })),
  );
}
