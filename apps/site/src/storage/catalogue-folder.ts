/** Where a catalogue stands on the disk: `catalogue.json`, and a folder a part with its designs and their files. */
import { createHash, hash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
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

  /**
   * Read at once, as everything is that opens a catalogue: a start has nothing else to do meanwhile, and handing each
   * of a thousand small files to another thread takes six times as long.
   */
  read(...names: readonly string[]): Uint8Array {
    return this.#try(this.pathOf(...names), (path) => readFileSync(path));
  }

  /** `part` and `id` come from a catalogue whose names were checked: they cannot lead outside the folder. */
  digestOf(part: string, id: string, file: DesignFile): string {
    return hash('sha256', this.read(part, ...designFile(id, file)));
  }

  /** For a caller, while others are served. */
  async readDesignFile(part: string, id: string, file: DesignFile): Promise<Uint8Array> {
    const path = this.pathOf(part, ...designFile(id, file));
    try {
      return await readFile(path);
    } catch (cause) {
      throw unreadable(path, cause);
    }
  }

  /**
   * Changes when anything in the named parts changes: the content of the lists, and name, size and time of every
   * mesh and picture. Cheap enough for every start, unlike reading all meshes.
   */
  fingerprint(parts: readonly string[]): string {
    const digest = createHash('sha256');
    digest.update(this.read('catalogue.json'));
    for (const part of parts) {
      for (const file of ['designs.json', 'descriptors.npy']) digest.update(this.read(part, file));
      for (const folder of Object.values(FOLDERS)) {
        const path = this.pathOf(part, folder);
        for (const name of this.#try(path, (one) => readdirSync(one)).sort()) {
          const { size, mtimeMs } = this.#try(join(path, name), (one) => statSync(one));
          digest.update(`\n${part}/${folder}/${name} ${size} ${mtimeMs}`);
        }
      }
    }
    return digest.digest('hex');
  }

  #try<T>(path: string, action: (path: string) => T): T {
    try {
      return action(path);
    } catch (cause) {
      throw unreadable(path, cause);
    }
  }
}

function designFile(id: string, file: DesignFile): [string, string] {
  return [FOLDERS[file], `${id}.${EXTENSIONS[file]}`];
}

function unreadable(path: string, cause: unknown): SiteError {
  return new SiteError('CATALOGUE_BROKEN', `Cannot read ${path}: ${messageOf(cause)}`, { cause });
}
