import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { SiteError } from '../errors.ts';
import { inTransaction, openDatabase } from './database.ts';

function refusalOf(folder: string): SiteError {
  try {
    openDatabase(folder, 10).close();
  } catch (error) {
    if (error instanceof SiteError) return error;
    throw error;
  }
  throw new Error('opened');
}

test('creates the folder and the tables, and finds them again', () => {
  const folder = join(temporaryFolder(), 'a', 'b');
  const first = openDatabase(folder);
  first.prepare("INSERT INTO catalogue VALUES ('c', 'C', 'key', 2)").run();
  first.close();
  const second = openDatabase(folder);
  expect(second.prepare('SELECT title FROM catalogue').all()).toEqual([{ title: 'C' }]);
  second.close();
});

test('a second site on the same folder is refused until the first lets go', () => {
  const folder = temporaryFolder();
  const first = openDatabase(folder);
  expect(refusalOf(folder)).toMatchObject({ code: 'DATA_FOLDER_IN_USE' });
  first.close();
  openDatabase(folder, 10).close();
});

test('a transaction that fails leaves nothing behind', () => {
  const database = openDatabase(temporaryFolder());
  const act = (): void =>
    inTransaction(database, () => {
      database.prepare("INSERT INTO catalogue VALUES ('c', 'C', 'key', 2)").run();
      throw new Error('stopped half way');
    });
  expect(act).toThrow('stopped half way');
  expect(database.prepare('SELECT count(*) AS n FROM catalogue').get()).toEqual({ n: 0 });
  database.close();
});

test('a file in the place of the folder, and a folder inside a file, are refused by name', () => {
  const folder = temporaryFolder();
  const file = join(folder, 'file');
  writeFileSync(file, '');
  for (const path of [file, join(file, 'data')]) {
    const refusal = refusalOf(path);
    expect(refusal.code).toBe('DATA_FOLDER_UNUSABLE');
    expect(refusal.message).toContain(path);
    expect(refusal.message).toContain('--data');
  }
});

test('a damaged database and one of a newer Chamfer are refused and left as they are', () => {
  const damaged = temporaryFolder();
  writeFileSync(join(damaged, 'site.db'), 'not a database, '.repeat(100));
  expect(refusalOf(damaged)).toMatchObject({ code: 'DATA_FOLDER_UNUSABLE' });
  expect(readdirSync(damaged)).toEqual(['site.db']);

  const newer = temporaryFolder();
  const database = new DatabaseSync(join(newer, 'site.db'));
  database.exec('PRAGMA user_version = 999');
  database.close();
  expect(refusalOf(newer).message).toContain('newer Chamfer');
});
