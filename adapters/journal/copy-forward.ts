import type { Entry, RecordsEntry } from '../../core/journal/entry.ts';
import { scanSegment } from '../../core/journal/scan-segment.ts';
import type { JournalContents } from './journal-contents.ts';
import type { SegmentLog } from './segment-log.ts';
import type { PlacedRecord, StreamIndex } from './stream-index.ts';

/** A kept record that was not found where it should stand. */
export interface MissingRecord {
  readonly index: StreamIndex;
  readonly record: PlacedRecord;
}

/**
 * Writes what is kept in a closed segment, or behind `from` in it, to the end of the log, so that its file can be given back. Resolves when the copies
 * survive power loss, with the kept records that the segment does not hold any more.
 */
export async function copyForward(
  segment: { readonly segment: number; readonly bytes: number; readonly from?: number },
  contents: JournalContents,
  log: SegmentLog,
): Promise<MissingRecord[]> {
  const bytes = (await log.read(segment.segment, 0, segment.bytes)) ?? new Uint8Array();
  const copies: { index: StreamIndex; offset: number; entries: RecordsEntry[] }[] = [];
  for (const frame of scanSegment(bytes, segment.segment, segment.bytes).frames) {
    if (frame.offset < (segment.from ?? 0)) continue;
    for (const entry of frame.entries) {
      const index = entry.type === 'records' ? contents.find(entry.stream) : undefined;
      if (entry.type !== 'records' || index === undefined) continue;
      const entries = keptRuns(entry, (number) => {
        const place = index.placeOf(number);
        return place?.segment === segment.segment && place.offset === frame.offset;
      });
      if (entries.length > 0) copies.push({ index, offset: frame.offset, entries });
    }
  }
  if (copies.length > 0) {
    const frames = copies.map(({ entries }): Entry[] => entries);
    const written = await log.write(frames, true);
    for (const [i, { index, entries }] of copies.entries()) {
      const place = { segment: written.segment, offset: written.offsets[i]! };
      for (const { first, payloads } of entries) {
        for (let number = first; number < first + payloads.length; number++) index.place(number, place);
      }
    }
  }
  return contents.streams().flatMap((index) => {
    const missing: MissingRecord[] = [];
    for (const record of index.kept()) if (record.segment === segment.segment) missing.push({ index, record });
    return missing;
  });
}

/** The runs of consecutive records in an entry that are kept there. */
function keptRuns(entry: RecordsEntry, isKept: (number: number) => boolean): RecordsEntry[] {
  const runs: (RecordsEntry & { payloads: Uint8Array[] })[] = [];
  for (const [i, payload] of entry.payloads.entries()) {
    const number = entry.first + i;
    if (!isKept(number)) continue;
    const last = runs.at(-1);
    if (last !== undefined && last.first + last.payloads.length === number) last.payloads.push(payload);
    else runs.push({ ...entry, first: number, payloads: [payload] });
  }
  return runs;
}
