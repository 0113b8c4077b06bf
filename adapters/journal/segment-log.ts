import { EdgeError } from '../../contracts/errors.ts';
import type { Entry } from '../../core/journal/entry.ts';
import { encodeFrame } from '../../core/journal/frame.ts';
import type { AppendFile, Files } from '../system/files.ts';

/** Bytes after which the log goes on in another file. */
export const SEGMENT_BYTES = 4 * 1024 * 1024;

const SEGMENT_FILE = /^(\d{10})\.log$/;

export interface WrittenFrames {
  readonly segment: number;
  /** Where each frame begins. */
  readonly offsets: readonly number[];
}

/** A segment that does not grow any more. */
export interface ClosedSegment {
  readonly segment: number;
  /** Bytes of it that count. */
  readonly bytes: number;
  /** Whether its head is known to have survived a sync. */
  readonly complete: boolean;
}

/**
 * The files of the log: one that grows, and closed ones. A failed write leaves nothing that would count after a restart; what
 * cannot be cut off again is fenced off by the head of the next segment.
 */
export interface SegmentLog {
  /**
   * Appends frames and, with `sync`, resolves when they survive power loss. When it rejects, none of them counts; with
   * EdgeError `disk-failed` that holds for the next process only when a later write succeeds.
   */
  write(frames: readonly (readonly Entry[])[], sync: boolean): Promise<WrittenFrames>;
  /** Whether a head that power loss cannot take stands in the segment that grows, with everything behind it. */
  synced(): boolean;
  /** Whether something was written since the log was opened. */
  growing(): boolean;
  /** Closed segments in order, with the bytes that count. */
  closed(): ClosedSegment[];
  read(segment: number, from: number, length: number): Promise<Uint8Array | undefined>;
  /** Gives the file of a closed segment back; what made it needless survives power loss. */
  remove(segment: number): Promise<void>;
  close(): Promise<void>;
}

interface ActiveSegment {
  readonly segment: number;
  readonly file: AppendFile;
  /** Everything before is whole; a failed write is cut off here. */
  bytes: number;
  syncedTo: number;
  /** Bytes of head and snapshot; 0 until they are written. */
  headBytes: number;
}

export interface SegmentLogFacts {
  readonly files: Files;
  readonly segmentBytes: number;
  /** What a new segment begins with, as frames; `closed` are those that it follows. */
  readonly head: (closed: readonly ClosedSegment[]) => Entry[][];
  readonly closed: readonly ClosedSegment[];
  /** Larger than the number of any file that ever was there. */
  readonly nextSegment: number;
}

export function segmentFile(segment: number): string {
  return `${String(segment).padStart(10, '0')}.log`;
}

/** The number of a segment from the name of its file. */
export function segmentOfFile(name: string): number | undefined {
  const digits = SEGMENT_FILE.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

export function createSegmentLog(facts: SegmentLogFacts): SegmentLog {
  const { files, segmentBytes, head } = facts;
  const closed = new Map(facts.closed.map((each) => [each.segment, each]));
  let next = facts.nextSegment;
  let active: ActiveSegment | undefined;
  /** Segments that were left because the disk failed in them. */
  let abandoned = 0;
  /** Bytes of a failed write may stand behind the end of a segment, and no head that says so is safe yet. */
  let inDoubt = false;

  const closedInOrder = () => [...closed.values()].sort((a, b) => a.segment - b.segment);

  /** Ends the active segment at `bytes`: what stands behind will be fenced off. */
  const leave = async (from: ActiveSegment, bytes: number) => {
    active = undefined;
    closed.set(from.segment, { segment: from.segment, bytes, complete: from.headBytes > 0 && from.syncedTo > 0 });
    await from.file.close().catch(() => undefined);
  };
  const enter = async (): Promise<ActiveSegment> => {
    if (active !== undefined && active.bytes - active.headBytes >= segmentBytes) {
      if (active.syncedTo < active.bytes) await syncActive(active);
      await leave(active, active.bytes);
    }
    if (active === undefined) {
      const segment = next;
      const file = await files.openAppend('journal:open', segmentFile(segment));
      next += 1;
      active = { segment, file, bytes: 0, syncedTo: 0, headBytes: 0 };
    }
    return active;
  };
  /** Cuts a failed write off, so that a batch which was rejected does not come back with the next process or the power. */
  const cutOff = async (target: ActiveSegment, bytes: number): Promise<boolean> => {
    try {
      await target.file.truncate('journal:truncate', bytes);
      await target.file.sync('journal:sync');
      return true;
    } catch {
      inDoubt = true;
      return false;
    }
  };
  const syncActive = async (target: ActiveSegment) => {
    try {
      await target.file.sync('journal:sync');
      target.syncedTo = target.bytes;
    } catch (cause) {
      // Nothing is known any more about what followed the last good sync, whatever a later one says.
      await cutOff(target, target.syncedTo);
      abandoned += 1;
      await leave(target, target.syncedTo);
      throw cause;
    }
    inDoubt &&= target.headBytes === 0;
  };
  const appendTo = async (target: ActiveSegment, encoded: readonly Uint8Array[], bytes: number) => {
    try {
      await target.file.append('journal:append', encoded);
      target.bytes += bytes;
    } catch (cause) {
      if (await cutOff(target, target.bytes)) target.syncedTo = target.bytes;
      else {
        abandoned += 1;
        await leave(target, target.syncedTo);
      }
      throw cause;
    }
  };
  const writeOnce = async (frames: readonly (readonly Entry[])[], sync: boolean): Promise<WrittenFrames> => {
    const target = await enter();
    const opening = target.headBytes > 0 ? [] : head(closedInOrder());
    const encoded = [...opening, ...frames].map((entries) => encodeFrame(entries, target.segment, target.syncedTo));
    const offsets: number[] = [];
    let end = target.bytes;
    for (const frame of encoded) {
      offsets.push(end);
      end += frame.length;
    }
    await appendTo(target, encoded, end - target.bytes);
    if (opening.length > 0) target.headBytes = offsets[opening.length] ?? end;
    if (sync) await syncActive(target);
    return { segment: target.segment, offsets: offsets.slice(opening.length) };
  };

  return {
    write: async (frames, sync) => {
      const before = abandoned;
      try {
        try {
          return await writeOnce(frames, sync);
        } catch (cause) {
          // The same frames may still be kept in a fresh segment, where nothing is in doubt.
          if (abandoned === before) throw cause;
          return await writeOnce(frames, sync);
        }
      } catch (cause) {
        if (!inDoubt) throw cause;
        throw new EdgeError('disk-failed', 'The disk failed, and what was half written could not be cut off yet.', {
          cause,
        });
      }
    },
    synced: () => active !== undefined && active.headBytes > 0 && active.syncedTo === active.bytes,
    growing: () => active !== undefined,
    closed: closedInOrder,
    read: (segment, from, length) => files.readRange('journal:read', segmentFile(segment), from, length),
    remove: async (segment) => {
      await files.remove('journal:remove', segmentFile(segment));
      closed.delete(segment);
    },
    close: async () => {
      if (active !== undefined) await active.file.close();
      active = undefined;
    },
  };
}
