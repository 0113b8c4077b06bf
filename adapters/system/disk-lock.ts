import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { EdgeError } from '../../contracts/errors.ts';
import type { FileLock } from './files.ts';

const SQLITE_BUSY = 5;

/**
 * Holds a file with a lock of the kernel, taken through SQLite because Node has no call of its own for it: it ends with the
 * process, also by SIGKILL, so nothing stale is left and no process number can be mistaken for another.
 */
export function lockOnDisk(path: string): FileLock {
  mkdirSync(dirname(path), { recursive: true });
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { timeout: 0 });
    database.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    database?.close();
    if (!isBusy(cause)) throw cause;
    throw new EdgeError('in-use', `Another process holds ${path}.`, {
      where: path,
      hint: 'Stop the other process that uses this folder, or give this one a folder of its own.',
      cause,
    });
  }
  const held = database;
  return {
    release: async () => {
      if (held.isOpen) held.close();
    },
  };
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === SQLITE_BUSY;
}
