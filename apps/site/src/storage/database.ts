/**
 * Opens the site's database in its data folder, for this process alone, and brings its tables up to date.
 * Refuses a folder that cannot be written, that another site uses, or that a newer Chamfer wrote.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { messageOf, SiteError } from '../errors.ts';
import { MIGRATIONS } from './migrations.ts';

/** How long to wait for a site that is just stopping: long enough for a restart, short enough for a person. */
const LOCK_WAIT_MS = 1000;

/** https://sqlite.org/rescode.html */
const SQLITE_BUSY = 5;

/** `folder` is created where it is missing. The caller closes the database. */
export function openDatabase(folder: string, lockWaitMs: number = LOCK_WAIT_MS): DatabaseSync {
  const path = join(folder, 'site.db');
  let database: DatabaseSync | undefined;
  try {
    mkdirSync(folder, { recursive: true });
    database = new DatabaseSync(path, { timeout: lockWaitMs });
    claim(database, path);
    return database;
  } catch (cause) {
    database?.close();
    throw cause instanceof SiteError ? cause : explain(folder, cause);
  }
}

/**
 * The lock is the file's own, so the system lets go of it however the process ends, and a second site is refused
 * rather than mixed in. The write proves that the folder can be written; what is missing of the tables goes with it.
 */
function claim(database: DatabaseSync, path: string): void {
  database.exec('PRAGMA locking_mode = EXCLUSIVE');
  database.exec('PRAGMA journal_mode = WAL');
  database.exec('PRAGMA synchronous = FULL');
  database.exec('PRAGMA foreign_keys = ON');
  inTransaction(database, () => {
    const { user_version: version } = database.prepare('PRAGMA user_version').get() as {
      user_version: number;
    };
    if (version > MIGRATIONS.length) {
      throw new SiteError(
        'DATA_FOLDER_UNUSABLE',
        `${path} was written by a newer Chamfer (tables ${version}; this one knows ${MIGRATIONS.length}). ` +
          'Start that version, or give this one its own folder with --data.',
      );
    }
    for (const sql of MIGRATIONS.slice(version)) database.exec(sql);
    database.exec(`PRAGMA user_version = ${MIGRATIONS.length}`);
  });
}

/** All or nothing: what `action` wrote is on the disk when this returns, and gone when it throws. */
export function inTransaction<T>(database: DatabaseSync, action: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = action();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

function explain(folder: string, cause: unknown): SiteError {
  if ((cause as { errcode?: number }).errcode === SQLITE_BUSY) {
    const what = `Another site uses ${folder}. Stop it, or give this one its own folder with --data.`;
    return new SiteError('DATA_FOLDER_IN_USE', what, { cause });
  }
  return new SiteError(
    'DATA_FOLDER_UNUSABLE',
    `Cannot use ${folder} as data folder: ${messageOf(cause)}. Name another with --data.`,
    { cause },
  );
}
