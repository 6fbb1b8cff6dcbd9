/** Where a catalogue stands on the disk: `catalogue.json`, and a folder a part with its designs and their files. */
import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, SiteError } from '../errors.ts';

const FOLDERS = { mesh: 'meshes', thumbnail: 'thumbnails' } as const;
const EXTENSIONS = { mesh: 'glb', thumbnail: 'png' } as const;

export type DesignFile = keyof typeof FOLDERS;

export class CatalogueFolder {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  /** The path of a file, for messages. */
  pathOf(...names: readonly string[]): string {
    return join(this.#root, ...names);
  }

  read(...names: readonly string[]): Promise<Uint8Array> {
    return this.#try(this.pathOf(...names), (path) => readFile(path));
  }

  /** `part` and `id` come from a catalogue whose names were checked: they cannot lead outside the folder. */
  readDesignFile(part: string, id: string, file: DesignFile): Promise<Uint8Array> {
    return this.read(part, FOLDERS[file], `${id}.${EXTENSIONS[file]}`);
  }

  /**
   * Changes when anything in the named parts changes: the content of the lists, and name, size and time of every
   * mesh and picture. Cheap enough for every start, unlike reading all meshes.
   */
  async fingerprint(parts: readonly string[]): Promise<string> {
    const hash = createHash('sha256');
    hash.update(await this.read('catalogue.json'));
    for (const part of parts) {
      for (const file of ['designs.json', 'descriptors.npy']) hash.update(await this.read(part, file));
      for (const folder of Object.values(FOLDERS)) {
        const path = this.pathOf(part, folder);
        const names = (await this.#try(path, (one) => readdir(one))).sort();
        const stats = await Promise.all(names.map((name) => this.#try(join(path, name), (one) => stat(one))));
        for (const [at, { size, mtimeMs }] of stats.entries()) {
          hash.update(`\n${part}/${folder}/${names[at]} ${size} ${mtimeMs}`);
        }
      }
    }
    return hash.digest('hex');
  }

  async #try<T>(path: string, action: (path: string) => Promise<T>): Promise<T> {
    try {
      return await action(path);
    } catch (cause) {
      throw new SiteError('CATALOGUE_BROKEN', `Cannot read ${path}: ${messageOf(cause)}`, { cause });
    }
  }
}
