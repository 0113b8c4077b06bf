import { chmodSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Kysely } from 'kysely';
import { EdgeError } from '../../../contracts/errors.ts';
import type { Database } from '../port.ts';
import { groupWriter } from './group-writer.ts';
import { migrate } from './migrations.ts';
import { nodeSqliteDialect } from './node-sqlite-dialect.ts';
import { sqliteError } from './sqlite-error.ts';
import { sqliteRecords } from './sqlite-records.ts';
import { sqliteStore } from './sqlite-store.ts';
import type { Tables } from './tables.ts';

export interface SqliteOptions {
  /** The file; its folder is made when missing. */
  path: string;
  /** Most bytes that the file may have; a write past it is 'disk-full'. No limit but the disk when left out. */
  maxBytes?: number;
}

const PAGE_BYTES = 4096;
const JOURNAL_BYTES_MAX = 64 * 1024 * 1024;

/**
 * Both stores in one file of SQLite, in WAL mode with a sync at every commit (concurrent ones share it). Throws
 * 'corrupt' when the file is no database, 'not-supported' when a newer release made it, 'disk-failed', 'in-use'.
 */
export function sqliteDatabase({ path, maxBytes }: SqliteOptions): Database {
  const wrap = (error: unknown) => sqliteError(error, path);
  const database = openDatabase(path, maxBytes, wrap);
  const db = new Kysely<Tables>({ dialect: nodeSqliteDialect(database) });
  const writer = groupWriter(db, wrap);
  let closed = false;

  const assertOpen = () => {
    if (closed) throw new EdgeError('closed', 'The store is closed.', { where: path });
  };
  const read = async <T>(body: () => Promise<T>): Promise<T> => {
    assertOpen();
    try {
      return await body();
    } catch (error) {
      throw wrap(error);
    }
  };
  const write: typeof writer.write = async (job) => {
    assertOpen();
    return writer.write(job);
  };

  return {
    store: sqliteStore(db, { ...writer, write }, read),
    records: sqliteRecords(db, { ...writer, write }, read),
    close: async () => {
      if (closed) return;
      closed = true;
      await writer.drained();
      await db.destroy();
    },
  };
}

function openDatabase(path: string, maxBytes: number | undefined, wrap: (error: unknown) => unknown): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    mkdirSync(dirname(path), { recursive: true });
    database = new DatabaseSync(path, { timeout: 5000 });
    // Before the WAL is made, which takes the mode of the file.
    chmodSync(path, 0o600);
    database.exec(`PRAGMA page_size = ${PAGE_BYTES}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
      PRAGMA foreign_keys = ON; PRAGMA journal_size_limit = ${JOURNAL_BYTES_MAX};`);
    if (maxBytes !== undefined) database.exec(`PRAGMA max_page_count = ${Math.ceil(maxBytes / PAGE_BYTES)}`);
    migrate(database, path);
    return database;
  } catch (error) {
    if (database?.isOpen) database.close();
    throw wrap(error);
  }
}
