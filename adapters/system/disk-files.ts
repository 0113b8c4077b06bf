import type { FileHandle } from 'node:fs/promises';
import { mkdir, open, readdir, readFile, rename, stat, statfs, unlink } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { EdgeError } from '../../contracts/errors.ts';
import { lockOnDisk } from './disk-lock.ts';
import { pathSegments } from './file-path.ts';
import type { AppendFile, FileEntry, Files } from './files.ts';

/** What a crash in the middle of `writeDurable` leaves; the next write of the same file replaces it. */
const UNFINISHED = '.unfinished';

/** Files below the directory `root` of this machine, which is created when something is first written. */
export function diskFiles(root: string): Files {
  const at = (path: string) => join(root, ...pathSegments(path));
  const writes = new Map<string, Promise<void>>();

  // Two writes of one file share the name of the unfinished one, so the second waits for the first.
  const inTurn = async (path: string, write: () => Promise<void>): Promise<void> => {
    const turn = (writes.get(path) ?? Promise.resolve()).then(write);
    const settled = turn.catch(() => undefined);
    writes.set(path, settled);
    await settled;
    if (writes.get(path) === settled) writes.delete(path);
    return turn;
  };

  return {
    read: (op, path) => tried(op, path, () => orMissing(readFile(at(path)))),
    readRange: (op, path, from, length) => tried(op, path, () => readRange(at(path), from, length)),
    writeDurable: (op, path, bytes) =>
      tried(op, path, async () => {
        const target = at(path);
        await inTurn(target, () => replaceFile(target, bytes));
      }),
    openAppend: (op, path) => tried(op, path, () => openAppend(path, at(path))),
    move: (op, from, to) => tried(op, from, () => moveFile(at(from), at(to))),
    list: (op, directory) => tried(op, directory, () => listDirectory(at(directory))),
    remove: (op, path) => tried(op, path, async () => (await orMissing(unlink(at(path)).then(() => true))) ?? false),
    freeSpace: (op) =>
      tried(op, '', async () => {
        await mkdir(root, { recursive: true });
        const { bavail, bsize } = await statfs(root);
        return bavail * bsize;
      }),
    lock: (op, path) => tried(op, path, async () => lockOnDisk(at(path))),
  };
}

async function readRange(file: string, from: number, length: number): Promise<Uint8Array | undefined> {
  const handle = await orMissing(open(file, 'r'));
  if (handle === undefined) return undefined;
  try {
    const { size } = await handle.stat();
    const bytes = Buffer.alloc(Math.max(0, Math.min(length, size - from)));
    let filled = 0;
    while (filled < bytes.length) {
      const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, from + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return bytes.subarray(0, filled);
  } finally {
    await handle.close();
  }
}

async function replaceFile(file: string, bytes: Uint8Array): Promise<void> {
  const unfinished = file + UNFINISHED;
  const handle = await openMakingDirectories(unfinished, 'w');
  try {
    await handle.writeFile(bytes);
    await handle.sync();
    await handle.close();
    await rename(unfinished, file);
  } catch (cause) {
    await handle.close().catch(() => undefined);
    await unlink(unfinished).catch(() => undefined);
    throw cause;
  }
  await syncDirectory(dirname(file));
}

async function moveFile(from: string, to: string): Promise<boolean> {
  if ((await orMissing(stat(from))) === undefined) return false;
  await makeDirectories(dirname(to));
  await rename(from, to);
  await syncDirectory(dirname(to));
  if (dirname(from) !== dirname(to)) await syncDirectory(dirname(from));
  return true;
}

async function listDirectory(directory: string): Promise<FileEntry[]> {
  const found = (await orMissing(readdir(directory, { withFileTypes: true }))) ?? [];
  const entries: FileEntry[] = [];
  for (const entry of found) {
    if (entry.name.endsWith(UNFINISHED)) continue;
    if (entry.isDirectory()) entries.push({ name: entry.name, directory: true, bytes: 0 });
    else {
      const known = await orMissing(stat(join(directory, entry.name)));
      if (known !== undefined) entries.push({ name: entry.name, directory: false, bytes: known.size });
    }
  }
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function openAppend(path: string, file: string): Promise<AppendFile> {
  const handle = await openMakingDirectories(file, 'a');
  let size: number;
  try {
    size = (await handle.stat()).size;
    if (size === 0) await syncDirectory(dirname(file));
  } catch (cause) {
    await handle.close();
    throw cause;
  }
  return {
    append: (op, chunks) =>
      tried(op, path, async () => {
        for (let left = chunks.filter((chunk) => chunk.length > 0); left.length > 0; ) {
          const { bytesWritten } = await handle.writev(left.slice(0, MOST_CHUNKS_PER_CALL));
          size += bytesWritten;
          left = withoutFirst(left, bytesWritten);
        }
      }),
    sync: (op) => tried(op, path, () => handle.datasync()),
    size: () => size,
    truncate: (op, to) =>
      tried(op, path, async () => {
        await handle.truncate(to);
        size = to;
      }),
    close: () => handle.close(),
  };
}

/** IOV_MAX of Linux and macOS. */
const MOST_CHUNKS_PER_CALL = 1024;

/** A write may take a part of what it was given. */
function withoutFirst(chunks: readonly Uint8Array[], bytes: number): Uint8Array[] {
  let index = 0;
  let left = bytes;
  while (index < chunks.length && left >= chunks[index]!.length) left -= chunks[index++]!.length;
  if (left === 0) return chunks.slice(index);
  return [chunks[index]!.subarray(left), ...chunks.slice(index + 1)];
}

async function openMakingDirectories(file: string, flags: string): Promise<FileHandle> {
  const handle = await orMissing(open(file, flags));
  if (handle !== undefined) return handle;
  await makeDirectories(dirname(file));
  return open(file, flags);
}

/** Every new directory's name is made durable in the directory above it. */
async function makeDirectories(directory: string): Promise<void> {
  const first = await mkdir(directory, { recursive: true });
  if (first === undefined) return;
  for (let made = directory; made.length >= first.length; made = dirname(made)) await syncDirectory(dirname(made));
}

async function syncDirectory(directory: string): Promise<void> {
  // Windows has no sync of a directory: its file system journals names.
  if (sep === '\\') return;
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function orMissing<T>(result: Promise<T>): Promise<T | undefined> {
  try {
    return await result;
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return undefined;
    throw cause;
  }
}

async function tried<T>(op: string, path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (cause) {
    if (cause instanceof EdgeError) throw cause;
    const code = codeOf(cause);
    const full = code === 'ENOSPC' || code === 'EDQUOT';
    const what = full ? 'the disk is full' : `the disk answered ${code ?? String(cause)}`;
    throw new EdgeError(full ? 'disk-full' : 'disk-failed', `${op}: ${what}.`, { where: path, cause });
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
