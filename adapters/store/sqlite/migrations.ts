import type { DatabaseSync } from 'node:sqlite';
import { EdgeError } from '../../../contracts/errors.ts';

/** Each entry brings the database from one version (PRAGMA user_version) to the next. Entries are added, never edited. */
const migrations: readonly string[] = [
  `
  CREATE TABLE resources (
    kind TEXT NOT NULL, name TEXT NOT NULL, generation INTEGER NOT NULL, created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL, labels TEXT NOT NULL /* JSON */, spec TEXT NOT NULL /* JSON */,
    PRIMARY KEY (kind, name)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE changes (
    number INTEGER PRIMARY KEY, at INTEGER NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL, kind TEXT NOT NULL,
    name TEXT NOT NULL, before TEXT /* JSON */, after TEXT /* JSON */, because TEXT, previous_hash TEXT NOT NULL,
    hash TEXT NOT NULL
  ) STRICT;
  CREATE INDEX changes_of_resource ON changes (kind, name, number);
  CREATE TABLE documents (
    collection TEXT NOT NULL, key TEXT NOT NULL, body TEXT NOT NULL /* JSON */, PRIMARY KEY (collection, key)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE streams (
    id INTEGER PRIMARY KEY, node TEXT NOT NULL, stream TEXT NOT NULL, incarnation TEXT NOT NULL, stored INTEGER NOT NULL,
    up_to INTEGER NOT NULL, dropped INTEGER NOT NULL, duplicates INTEGER NOT NULL, first_at INTEGER, last_at INTEGER,
    UNIQUE (node, stream, incarnation)
  ) STRICT;
  CREATE TABLE records (
    stream_id INTEGER NOT NULL REFERENCES streams (id), number INTEGER NOT NULL, at INTEGER NOT NULL,
    stored_at INTEGER NOT NULL, kind TEXT NOT NULL, source_time INTEGER, flow TEXT, step TEXT, listed INTEGER,
    body TEXT NOT NULL /* JSON */, PRIMARY KEY (stream_id, number)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX records_by_source_time ON records (stream_id, source_time);
  CREATE INDEX records_listed ON records (kind, at) WHERE listed = 1;
  `,
];

/** Brings the database to the newest version, all of it or nothing. 'not-supported' when a newer release made it. */
export function migrate(database: DatabaseSync, path: string): void {
  const row = database.prepare('PRAGMA user_version').get() as { user_version: number };
  if (row.user_version > migrations.length) {
    throw new EdgeError('not-supported', 'The database was made by a newer release of Orla.', {
      where: path,
      hint: 'Start the newer release again, or put back the copy of the database from before.',
    });
  }
  if (row.user_version === migrations.length) return;
  database.exec('BEGIN IMMEDIATE');
  try {
    for (const statements of migrations.slice(row.user_version)) database.exec(statements);
    database.exec(`PRAGMA user_version = ${migrations.length}`);
    database.exec('COMMIT');
  } catch (cause) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw cause;
  }
}
