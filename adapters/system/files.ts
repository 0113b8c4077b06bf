/**
 * Files below one root. Every call is named by `op` (for example `journal:append`), so that a test can make exactly that call
 * fail, wait or run out of space. Paths are relative, with `/`; one that leaves the root is EdgeError `bad-request`.
 * A missing file is a value. A full disk is EdgeError `disk-full`, every other failure of the disk `disk-failed`.
 * All calls may be repeated.
 */
export interface Files {
  /** The whole file, or `undefined` when there is none. */
  read(op: string, path: string): Promise<Uint8Array | undefined>;
  /** At most `length` bytes from `from`; fewer at the end of the file; `undefined` when there is none. */
  readRange(op: string, path: string, from: number, length: number): Promise<Uint8Array | undefined>;
  /** Replaces the file in one step that survives power loss: afterwards it is the old one or the new one, never a mixture. */
  writeDurable(op: string, path: string, bytes: Uint8Array): Promise<void>;
  /** Opens for appending, creates when missing; the name survives power loss once this resolves, bytes only after `sync`. */
  openAppend(op: string, path: string): Promise<AppendFile>;
  /** Renames, replacing `to`; survives power loss once this resolves. False when there is no `from`. */
  move(op: string, from: string, to: string): Promise<boolean>;
  /** Entries of a directory in order of their names; none when it is missing. */
  list(op: string, directory: string): Promise<FileEntry[]>;
  /** Removes a file; after power loss it may be there again. False when there was none. */
  remove(op: string, path: string): Promise<boolean>;
  /** Bytes that can still be written. */
  freeSpace(op: string): Promise<number>;
  /** Holds `path` for this process until released or the process ends, however it ends. EdgeError `in-use` when held. */
  lock(op: string, path: string): Promise<FileLock>;
}

/** One file open for appending. Calls must not overlap: await each before the next. */
export interface AppendFile {
  /** Adds the chunks at the end. When it fails a part may have been added: `truncate` before going on. */
  append(op: string, chunks: readonly Uint8Array[]): Promise<void>;
  /**
   * Resolves when everything appended survives power loss (fdatasync). When it fails, nothing is known about the bytes since
   * the last good sync, even if a later one succeeds: write them again elsewhere.
   */
  sync(op: string): Promise<void>;
  /** Bytes in the file, as appended and truncated through this handle. */
  size(): number;
  /** Cuts the file to `size`; survives power loss after the next `sync`. */
  truncate(op: string, size: number): Promise<void>;
  close(): Promise<void>;
}

export interface FileEntry {
  readonly name: string;
  readonly directory: boolean;
  /** 0 for a directory. */
  readonly bytes: number;
}

export interface FileLock {
  release(): Promise<void>;
}
