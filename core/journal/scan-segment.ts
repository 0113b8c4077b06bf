import { decodeFrame, type Frame, MAGIC_FIRST_BYTE } from './frame.ts';

/** What a segment holds, as far as its bytes can be believed. */
export interface ScannedSegment {
  /** Undamaged frames that count, in order. */
  readonly frames: readonly Frame[];
  /** Where the segment ends: what stands behind was being written when the process or the power went, and never counted. */
  readonly validBytes: number;
  /** Everything before is known to have survived a sync; the rest was read, perhaps from the memory of the system only. */
  readonly provedBytes: number;
  /** Bytes that had survived a sync and are no frames any more. */
  readonly damagedBytes: number;
}

/**
 * Reads a segment after a crash. `knownBytes` is its end as a later segment's head recorded it; without one it is the last
 * segment, and what can be shown to have been synced counts, then what follows without a break.
 *
 * Why a break is a torn tail or damage: sectors of one unsynced write reach the disk in any order, so an undamaged frame
 * behind a broken one proves nothing. But each frame says how much had been synced before it was written, and a break
 * before that point is damage to bytes that the disk had promised to keep.
 */
export function scanSegment(bytes: Uint8Array, segment: number, knownBytes?: number): ScannedSegment {
  const found = findFrames(knownBytes === undefined ? bytes : bytes.subarray(0, knownBytes), segment);
  const synced = knownBytes ?? found.reduce((most, frame) => Math.max(most, frame.syncedTo), 0);
  const frames: Frame[] = [];
  let end = 0;
  let damagedBytes = 0;
  for (const frame of found) {
    if (frame.offset > end) {
      // Behind the synced bytes a break is a torn tail, and so is what follows one that reaches beyond them.
      if (end >= synced || frame.offset > synced) break;
      damagedBytes += frame.offset - end;
    }
    frames.push(frame);
    end = frame.offset + frame.bytes;
  }
  damagedBytes += Math.max(0, synced - end);
  return { frames, provedBytes: synced, validBytes: Math.max(end, Math.min(synced, bytes.length)), damagedBytes };
}

/** Every undamaged frame; after a break the search goes on byte by byte at the first byte of the magic number. */
function findFrames(bytes: Uint8Array, segment: number): Frame[] {
  const frames: Frame[] = [];
  for (let at = 0; at < bytes.length; ) {
    const frame = decodeFrame(bytes, at, segment);
    if (frame !== undefined) {
      frames.push(frame);
      at += frame.bytes;
    } else {
      const next = bytes.indexOf(MAGIC_FIRST_BYTE, at + 1);
      if (next === -1) break;
      at = next;
    }
  }
  return frames;
}
