import { EdgeError } from '../../contracts/errors.ts';
import { type Prng, prng } from '../../core/base/prng.ts';
import { pathSegments } from './file-path.ts';
import type { AppendFile, FileEntry, Files } from './files.ts';
import { type MemoryFile, memoryFile } from './memory-file.ts';

/** Which calls: the name of the operation, or a function of name and path. */
export type WhichCalls = string | ((op: string, path: string) => boolean);

/** Files in memory that break as disks do, on request and repeatably. */
export interface MemoryFiles extends Files {
  /**
   * Ends the process that uses these files, as SIGKILL does, or with `powerCutSeed` as a power cut does: then what was not
   * synced is lost, torn or kept, drawn from the seed, and removed files may be back. Returns the files as the next process
   * finds them; calls of the old one, also those under way, never answer.
   */
  crash(how?: { powerCutSeed: number | string }): MemoryFiles;
  /** The next `times` (default: all) such calls fail with `error` (default: `disk-failed`) until the answer is called. */
  fail(which: WhichCalls, error?: Error, times?: number): () => void;
  /** Such calls wait until the answer is called. */
  pause(which: WhichCalls): () => void;
  /** From now on the disk holds this many bytes. */
  setCapacity(bytes: number): void;
  usedBytes(): number;
}

interface Fault {
  readonly matches: (op: string, path: string) => boolean;
  readonly error: Error;
  left: number;
}

interface Gate {
  readonly matches: (op: string, path: string) => boolean;
  readonly opened: Promise<void>;
}

/** What outlives a process. */
interface Disk {
  files: Map<string, MemoryFile>;
  /** Removed, but the directory was not synced since. */
  readonly removed: Map<string, MemoryFile>;
  readonly locks: Set<string>;
  capacity: number;
}

const never = new Promise<never>(() => {});

/** The fake of `Files`; also for demonstrations that need no disk. `capacityBytes` defaults to a terabyte. */
export function memoryFiles(options: { capacityBytes?: number } = {}): MemoryFiles {
  return filesOf({
    files: new Map(),
    removed: new Map(),
    locks: new Set(),
    capacity: options.capacityBytes ?? 2 ** 40,
  });
}

function filesOf(disk: Disk): MemoryFiles {
  const faults = new Set<Fault>();
  const gates = new Set<Gate>();
  let ended = false;

  const used = () => [...disk.files.values()].reduce((sum, file) => sum + file.size(), 0);

  /** Waits as real calls do; `act` runs in one step, and not at all when the process ends before it. */
  const reached = async <T>(op: string, path: string, act: () => T): Promise<T> => {
    pathSegments(path);
    await Promise.resolve();
    for (const gate of gates) if (gate.matches(op, path)) await gate.opened;
    return ended ? never : act();
  };
  const faultOf = (op: string, path: string): Error | undefined => {
    for (const fault of faults) {
      if (!fault.matches(op, path)) continue;
      fault.left -= 1;
      if (fault.left <= 0) faults.delete(fault);
      return fault.error;
    }
    return undefined;
  };
  const call = <T>(op: string, path: string, act: () => T): Promise<T> =>
    reached(op, path, () => {
      const error = faultOf(op, path);
      if (error !== undefined) throw error;
      return act();
    });
  const full = (op: string, path: string) => new EdgeError('disk-full', `${op}: the disk is full.`, { where: path });
  const syncDirectoryOf = (path: string) => {
    for (const gone of disk.removed.keys()) if (directoryOf(gone) === directoryOf(path)) disk.removed.delete(gone);
  };
  const create = (path: string): MemoryFile => {
    const file = memoryFile();
    disk.files.set(path, file);
    syncDirectoryOf(path);
    return file;
  };

  const appendTo = (path: string, file: MemoryFile): AppendFile => ({
    append: (op, chunks) =>
      reached(op, path, () => {
        const wanted = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
        const error = faultOf(op, path);
        const room = Math.max(0, disk.capacity - used());
        let left = error === undefined ? Math.min(room, wanted) : Math.floor(wanted / 2);
        for (const chunk of chunks) {
          file.append(chunk.subarray(0, left));
          left -= Math.min(left, chunk.length);
        }
        if (error !== undefined) throw error;
        if (room < wanted) throw full(op, path);
      }),
    sync: (op) =>
      reached(op, path, () => {
        const error = faultOf(op, path);
        if (error === undefined) return file.sync();
        file.failSync();
        throw error;
      }),
    size: () => file.size(),
    truncate: (op, size) => call(op, path, () => file.truncate(size)),
    close: async () => {},
  });

  return {
    read: (op, path) => call(op, path, () => disk.files.get(path)?.bytes()),
    readRange: (op, path, from, length) => call(op, path, () => disk.files.get(path)?.bytes(from, from + length)),
    writeDurable: (op, path, bytes) =>
      call(op, path, () => {
        // The old file stands until the new one is whole.
        if (used() + bytes.length > disk.capacity) throw full(op, path);
        const file = create(path);
        file.append(bytes);
        file.sync();
      }),
    openAppend: (op, path) => call(op, path, () => appendTo(path, disk.files.get(path) ?? create(path))),
    move: (op, from, to) =>
      call(op, from, () => {
        pathSegments(to);
        const file = disk.files.get(from);
        if (file === undefined) return false;
        disk.files.delete(from);
        disk.files.set(to, file);
        syncDirectoryOf(from);
        syncDirectoryOf(to);
        return true;
      }),
    list: (op, directory) => call(op, directory, () => entriesOf(disk.files, directory)),
    remove: (op, path) =>
      call(op, path, () => {
        const file = disk.files.get(path);
        if (file === undefined) return false;
        disk.removed.set(path, file);
        return disk.files.delete(path);
      }),
    freeSpace: (op) => call(op, '', () => Math.max(0, disk.capacity - used())),
    lock: (op, path) =>
      call(op, path, () => {
        if (disk.locks.has(path)) throw new EdgeError('in-use', `Another process holds ${path}.`, { where: path });
        disk.locks.add(path);
        return {
          release: async () => {
            if (!ended) disk.locks.delete(path);
          },
        };
      }),
    crash: (how) => {
      ended = true;
      disk.locks.clear();
      if (how !== undefined) cutPower(disk, prng(how.powerCutSeed));
      return filesOf(disk);
    },
    fail: (which, error, times) => {
      const matches = matcherOf(which);
      const fault: Fault = {
        matches,
        error: error ?? new EdgeError('disk-failed', 'The disk failed, as the test asked.'),
        left: times ?? Number.POSITIVE_INFINITY,
      };
      faults.add(fault);
      return () => faults.delete(fault);
    },
    pause: (which) => {
      const { promise: opened, resolve } = Promise.withResolvers<void>();
      const gate: Gate = { matches: matcherOf(which), opened };
      gates.add(gate);
      return () => {
        gates.delete(gate);
        resolve();
      };
    },
    setCapacity: (bytes) => {
      disk.capacity = bytes;
    },
    usedBytes: used,
  };
}

function cutPower(disk: Disk, random: Prng): void {
  for (const [path, file] of disk.removed)
    if (!disk.files.has(path) && random.below(2) === 0) disk.files.set(path, file);
  disk.removed.clear();
  // Handles of the ended process must not reach what the next one finds.
  disk.files = new Map([...disk.files].map(([path, file]) => [path, file.afterPowerCut(random)]));
}

function matcherOf(which: WhichCalls): (op: string, path: string) => boolean {
  return typeof which === 'string' ? (op) => op === which : which;
}

function directoryOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

function entriesOf(files: ReadonlyMap<string, MemoryFile>, directory: string): FileEntry[] {
  const prefix = directory === '' ? '' : `${directory}/`;
  const entries = new Map<string, FileEntry>();
  for (const [path, file] of files) {
    if (!path.startsWith(prefix)) continue;
    const [name, ...below] = path.slice(prefix.length).split('/') as [string, ...string[]];
    entries.set(name, { name, directory: below.length > 0, bytes: below.length > 0 ? 0 : file.size() });
  }
  return [...entries.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
