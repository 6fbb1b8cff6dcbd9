/** The tables, step by step: each step runs once, and is never edited after it was released. */

export const MIGRATIONS: readonly string[] = [
  `CREATE TABLE catalogue (
     name TEXT PRIMARY KEY,
     title TEXT NOT NULL,
     import_key TEXT NOT NULL,
     embedding_length INTEGER NOT NULL
   ) STRICT;
   CREATE TABLE design (
     catalogue TEXT NOT NULL REFERENCES catalogue (name) ON DELETE CASCADE,
     position INTEGER NOT NULL,
     id TEXT NOT NULL,
     document TEXT NOT NULL,
     embedding BLOB NOT NULL,
     PRIMARY KEY (catalogue, position),
     UNIQUE (catalogue, id)
   ) STRICT, WITHOUT ROWID;`,
];
