/** What the library benchmark asks, as `make-models.py` wrote it down. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface LibraryTask {
  readonly name: string;
  readonly family: string;
  readonly method: string;
  /** Which rows are asked about, and how wide they are. */
  readonly rows: string;
  readonly columns: number;
}

export interface LibraryTasks {
  readonly versions: Readonly<Record<string, string>>;
  readonly tasks: readonly LibraryTask[];
}

export function readTasks(folder: string): LibraryTasks {
  return JSON.parse(readFileSync(join(folder, 'tasks.json'), 'utf8')) as LibraryTasks;
}
