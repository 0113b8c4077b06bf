import { EdgeError } from '../../contracts/errors.ts';
import type { Dropped } from '../../contracts/records.ts';
import {
  announcedBytes,
  decodeFrame,
  FRAME_HEADER_BYTES,
  frameVersion,
  LOG_VERSION,
} from '../../core/journal/frame.ts';
import { scanSegment } from '../../core/journal/scan-segment.ts';
import type { Files } from '../system/files.ts';
import type { JournalContents } from './journal-contents.ts';
import { type ClosedSegment, segmentFile, segmentOfFile } from './segment-log.ts';

/** What was found when a journal was opened. */
export interface Recovery {
  readonly segments: number;
  /** Bytes that were being written when the process or the power went; nothing in them had been acknowledged. */
  readonly tornBytes: number;
  /** Bytes that the disk had promised to keep and has not. */
  readonly damagedBytes: number;
  /** The records that were lost with them, exactly. */
  readonly lost: readonly (Dropped & { readonly stream: string })[];
}

export interface RecoveredLog {
  readonly recovery: Recovery;
  /** Segments whose end no head has recorded, from where nothing proves that their bytes are on the disk. */
  readonly unproved: readonly { readonly segment: number; readonly from: number; readonly bytes: number }[];
  readonly closed: readonly ClosedSegment[];
  readonly nextSegment: number;
}

/** Reads the log into `contents`, one segment at a time. Writes nothing. */
export async function recoverJournal(files: Files, contents: JournalContents): Promise<RecoveredLog> {
  const names = (await files.list('journal:list', '')).map(({ name }) => name);
  const segments = names
    .map(segmentOfFile)
    .filter((segment) => segment !== undefined)
    .sort((a, b) => a - b);
  const ends = await endsFromHeads(files, segments);
  const closed: ClosedSegment[] = [];
  let tornBytes = 0;
  let damagedBytes = 0;
  const unproved: RecoveredLog['unproved'][number][] = [];
  for (const segment of segments) {
    if (!ends.has(segment)) await syncFile(files, segment);
    const bytes = await files.read('journal:read', segmentFile(segment));
    if (bytes === undefined) continue;
    const scanned = scanSegment(bytes, segment, ends.get(segment));
    for (const frame of scanned.frames) {
      for (const entry of frame.entries) contents.restore(entry, segment, frame.offset);
    }
    damagedBytes += scanned.damagedBytes;
    tornBytes += Math.max(0, bytes.length - scanned.validBytes);
    const headed = scanned.frames[0]?.offset === 0 && scanned.frames[0].entries[0]?.type === 'head';
    closed.push({ segment, bytes: scanned.validBytes, complete: headed && scanned.provedBytes > 0 });
    if (!ends.has(segment)) unproved.push({ segment, from: scanned.provedBytes, bytes: scanned.validBytes });
  }
  const lost = contents.streams().flatMap((index) => {
    const ranges = index.lost();
    index.lose(ranges);
    return ranges.map((range) => ({ stream: index.stream, ...range }));
  });
  const recovery = { segments: segments.length, tornBytes, damagedBytes, lost };
  return { recovery, unproved, closed, nextSegment: (segments.at(-1) ?? 0) + 1 };
}

/** Where segments end, as the heads of later ones recorded it; the newest word counts. */
async function endsFromHeads(files: Files, segments: readonly number[]): Promise<Map<number, number>> {
  const ends = new Map<number, number>();
  for (const segment of segments) {
    const start = await files.readRange('journal:read', segmentFile(segment), 0, FRAME_HEADER_BYTES);
    const version = start === undefined ? undefined : frameVersion(start, 0);
    if (version !== undefined && version > LOG_VERSION) {
      throw new EdgeError(
        'not-supported',
        `The journal was written in form ${version}; this Orla reads ${LOG_VERSION}.`,
        {
          where: segmentFile(segment),
          hint: 'Start the newer Orla again; nothing was changed.',
        },
      );
    }
    const length = start === undefined ? undefined : announcedBytes(start, 0, segment);
    if (length === undefined) continue;
    const bytes = await files.readRange('journal:read', segmentFile(segment), 0, length);
    const head = bytes === undefined ? undefined : decodeFrame(bytes, 0, segment)?.entries[0];
    if (head?.type === 'head') for (const closed of head.closed) ends.set(closed.segment, closed.bytes);
  }
  return ends;
}

/** What a killed process had written but not synced is on no disk yet, although it can be read. */
async function syncFile(files: Files, segment: number): Promise<void> {
  const file = await files.openAppend('journal:open', segmentFile(segment));
  try {
    await file.sync('journal:sync');
  } catch (cause) {
    throw new EdgeError('disk-failed', `The journal's file ${segmentFile(segment)} could not be synced.`, { cause });
  } finally {
    await file.close();
  }
}
