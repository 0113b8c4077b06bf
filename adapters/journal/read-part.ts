import type { Dropped, RecordBody, StreamRecord } from '../../contracts/records.ts';
import { announcedBytes, decodeFrame, FRAME_HEADER_BYTES, type Frame } from '../../core/journal/frame.ts';
import { decodeJson, RECORD_OVERHEAD_BYTES } from './encode-batch.ts';
import type { ReadLimits, StreamPart } from './port.ts';
import type { SegmentLog } from './segment-log.ts';
import type { PlacedRecord, StreamIndex } from './stream-index.ts';

/** What was read, or the records whose frame was not where it should be. */
export type PartRead =
  | { readonly kind: 'read'; readonly part: StreamPart }
  | { readonly kind: 'not-there'; readonly records: readonly PlacedRecord[] };

/** Bytes that are read behind the start of the last frame, so that most reads need no second one. */
const READ_AHEAD_BYTES = 80 * 1024;
/** Frames further apart are read by themselves. */
const READ_SPAN_BYTES = 2 * 1024 * 1024;

interface Covered {
  readonly records: PlacedRecord[];
  readonly dropped: Dropped[];
}

/** Which records and drops follow `after`, within the limits; everything that the present group does is left out. */
export function coverPart(index: StreamIndex, after: number, limits: ReadLimits): Covered {
  const records: PlacedRecord[] = [];
  const dropped: Dropped[] = [];
  let bytes = 0;
  let next = Math.max(after, index.position().acknowledged) + 1;
  const durable = index.durable();
  const dropUpTo = (to: number): boolean => {
    while (next <= to) {
      const range = index.dropped.find(next);
      if (range === undefined || dropped.length >= limits.maxRecords) return false;
      const end = Math.min(range.to, to);
      dropped.push({ ...range, from: next, to: end });
      next = end + 1;
    }
    return true;
  };
  for (const record of index.kept(next)) {
    if (record.number > durable || !dropUpTo(record.number - 1)) return { records, dropped };
    const size = record.bytes - RECORD_OVERHEAD_BYTES;
    const full = records.length >= limits.maxRecords || (records.length > 0 && bytes + size > limits.maxBytes);
    if (full) return { records, dropped };
    records.push(record);
    bytes += size;
    next = record.number + 1;
  }
  dropUpTo(durable);
  return { records, dropped };
}

/** Reads the records from their frames. A damaged frame ends the part before it; at the very beginning it is reported. */
export async function readPart(
  index: StreamIndex,
  after: number,
  limits: ReadLimits,
  log: SegmentLog,
): Promise<PartRead> {
  const covered = coverPart(index, after, limits);
  const frames = await readFrames(log, covered.records);
  const records: StreamRecord[] = [];
  for (const wanted of covered.records) {
    const record = recordIn(frames.get(placeKey(wanted)), index.stream, wanted.number);
    if (record === undefined) {
      const together = covered.records.filter((each) => placeKey(each) === placeKey(wanted));
      if (records.length === 0) return { kind: 'not-there', records: together };
      return { kind: 'read', part: { records, dropped: covered.dropped.filter((range) => range.to < wanted.number) } };
    }
    records.push(record);
  }
  return { kind: 'read', part: { records, dropped: covered.dropped } };
}

async function readFrames(log: SegmentLog, records: readonly PlacedRecord[]): Promise<Map<string, Frame>> {
  const frames = new Map<string, Frame>();
  for (let from = 0; from < records.length; ) {
    const first = records[from]!;
    let to = from;
    const near = (record: PlacedRecord | undefined) =>
      record?.segment === first.segment &&
      record.offset >= records[to]!.offset &&
      record.offset - first.offset <= READ_SPAN_BYTES;
    while (near(records[to + 1])) to += 1;
    const wanted = new Set(records.slice(from, to + 1).map((record) => record.offset));
    await readSpan(log, first.segment, [...wanted], frames);
    from = to + 1;
  }
  return frames;
}

/** Frames of one segment at ascending offsets, with one read; a last one that is longer than expected takes another. */
async function readSpan(
  log: SegmentLog,
  segment: number,
  offsets: readonly number[],
  frames: Map<string, Frame>,
): Promise<void> {
  const base = offsets[0]!;
  const bytes = await log.read(segment, base, offsets.at(-1)! - base + READ_AHEAD_BYTES);
  if (bytes === undefined) return;
  for (const offset of offsets) {
    let frame = decodeFrame(bytes, offset - base, segment, base);
    if (frame === undefined && offset - base + FRAME_HEADER_BYTES <= bytes.length) {
      const length = announcedBytes(bytes, offset - base, segment) ?? 0;
      const whole = length > bytes.length - (offset - base) ? await log.read(segment, offset, length) : undefined;
      if (whole !== undefined) frame = decodeFrame(whole, 0, segment, offset);
    }
    if (frame !== undefined) frames.set(placeKey({ segment, offset }), frame);
  }
}

function recordIn(frame: Frame | undefined, stream: string, number: number): StreamRecord | undefined {
  for (const entry of frame?.entries ?? []) {
    if (entry.type !== 'records' || entry.stream !== stream) continue;
    const payload = entry.payloads[number - entry.first];
    if (payload !== undefined) return { number, at: entry.at, body: decodeJson<RecordBody>(payload) };
  }
  return undefined;
}

function placeKey({ segment, offset }: { segment: number; offset: number }): string {
  return `${segment}:${offset}`;
}
