import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { EdgeError } from '../../contracts/errors.ts';

/** Replaces a file that only its owner may read, in one step that survives power loss. */
export function writePrivateFile(path: string, text: string): void {
  const folder = dirname(path);
  const unfinished = `${path}.unfinished`;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(unfinished, text, { mode: 0o600, flush: true });
    renameSync(unfinished, path);
    const handle = openSync(folder, 'r');
    fsyncSync(handle);
    closeSync(handle);
  } catch (cause) {
    const full = cause instanceof Error && 'code' in cause && cause.code === 'ENOSPC';
    throw new EdgeError(full ? 'disk-full' : 'disk-failed', `The file cannot be written: ${String(cause)}`, {
      where: path,
      cause,
    });
  }
}

/** The text of a file; undefined when there is none. */
export function readPrivateFile(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw new EdgeError('disk-failed', `The file cannot be read: ${String(cause)}`, { where: path, cause });
  }
}
