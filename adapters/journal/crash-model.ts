import assert from 'node:assert/strict';
import { EdgeError } from '../../contracts/errors.ts';
import type { StreamPolicy } from '../../contracts/records.ts';
import { createFakeClock, type FakeClock } from '../system/fake-clock.ts';
import { type MemoryFiles, memoryFiles } from '../system/memory-files.ts';
import { seededRandom } from '../system/random.ts';
import { type FileJournal, openFileJournal } from './file-journal.ts';
import { aCheckpoint, aRecord, readAll, valueIn } from './journal-builders.ts';

/** One thing that happens to a journal. */
export type Happening =
  | {
      readonly kind: 'append';
      readonly streams: readonly string[];
      readonly padBytes: number;
      readonly checkpoint: boolean;
    }
  | { readonly kind: 'upload'; readonly stream: string; readonly records: number }
  | { readonly kind: 'run'; readonly turns: number }
  | { readonly kind: 'settle' }
  | { readonly kind: 'kill' }
  | { readonly kind: 'power-cut'; readonly seed: number }
  | { readonly kind: 'reopen' }
  | { readonly kind: 'fail'; readonly op: string; readonly times: number }
  | { readonly kind: 'full'; readonly spareBytes: number }
  | { readonly kind: 'room' }
  | { readonly kind: 'policy'; readonly policies: Readonly<Record<string, StreamPolicy>> }
  | { readonly kind: 'later'; readonly ms: number };

/** What the world outside remembers of one stream. */
interface KnownStream {
  /** Number → value, of appends that resolved. */
  readonly kept: Map<number, number>;
  /** Number → value, of everything that was ever read. */
  readonly seen: Map<number, number>;
  /** What the control plane has stored: the highest number, without a gap. */
  stored: number;
  readonly givenUp: Set<number>;
}

const SEGMENT_BYTES = 1500;
const RESERVE_BYTES = 2000;
const ROOM_BYTES = 10_000_000;

/** A journal on a disk that breaks, and a memory of everything that it promised. */
export interface CrashModel {
  happen(happening: Happening): Promise<void>;
  /** Opens the journal once more, with a working disk, and holds it to its promises. */
  check(): Promise<void>;
}

export async function createCrashModel(): Promise<CrashModel> {
  const clock: FakeClock = createFakeClock(1_700_000_000_000);
  const streams = new Map<string, KnownStream>();
  const rejected = new Set<number>();
  /** Rejected because the disk failed: nothing of it may come back once another append resolved. */
  let doubtful: number[] = [];
  const pending = new Set<Promise<void>>();
  let files: MemoryFiles = memoryFiles({ capacityBytes: ROOM_BYTES });
  let journal: FileJournal | undefined;
  let policies: Readonly<Record<string, StreamPolicy>> = {};
  let incarnation: string | undefined;
  /**
   * A sync fails, the process is killed before it can cut anything off, the next one finds the disk full, and the power goes:
   * then a record that no append had answered for can have been seen, and be gone. It is reported.
   */
  let syncFailed = false;
  let diskFilled = false;
  const lost = new Set<string>();
  let opened = 0;
  let value = 0;
  /** Number of the newest batch that resolved with a checkpoint. */
  let checkpointKept = 0;
  const batches = new Map<number, { stream: string; value: number }[]>();

  const known = (stream: string): KnownStream => {
    const found = streams.get(stream) ?? { kept: new Map(), seen: new Map(), stored: 0, givenUp: new Set() };
    streams.set(stream, found);
    return found;
  };
  const open = async (): Promise<FileJournal | undefined> => {
    if (journal !== undefined) return journal;
    try {
      opened += 1;
      journal = await openFileJournal({
        files,
        clock,
        random: seededRandom(opened),
        segmentBytes: SEGMENT_BYTES,
        reserveBytes: RESERVE_BYTES,
      });
    } catch (error) {
      assert.ok(error instanceof EdgeError, String(error));
      return undefined;
    }
    journal.setPolicies(policies);
    for (const { stream, from, to } of journal.recovery.lost) {
      assert.ok(syncFailed && diskFilled, 'no disk gave back other bytes, so nothing can be lost');
      for (let number = from; number <= to; number++) {
        assert.ok(!known(stream).kept.has(number), `${stream}: record ${number} had been acknowledged and is lost`);
        lost.add(`${stream} ${number}`);
      }
    }
    return journal;
  };
  const append = (target: FileJournal, happening: Extract<Happening, { kind: 'append' }>) => {
    const items = happening.streams.map((stream) => ({ stream, value: ++value }));
    const batch = ++value;
    const checkpoint = happening.checkpoint ? aCheckpoint('flow', batch) : null;
    if (happening.checkpoint) batches.set(batch, items);
    const records = items.map((item) => ({ stream: item.stream, body: aRecord(item.value, happening.padBytes) }));
    const life = files;
    const answered = target.append({ records, checkpoint }).then(
      ({ numbers, dropped }) => {
        for (const [i, item] of items.entries()) {
          const number = numbers[i]!;
          if (number === null) rejected.add(item.value);
          else known(item.stream).kept.set(number, item.value);
        }
        for (const { stream, from, to } of dropped) for (let n = from; n <= to; n++) known(stream).givenUp.add(n);
        if (checkpoint !== null) checkpointKept = Math.max(checkpointKept, batch);
        if (files !== life) return;
        for (const each of doubtful) rejected.add(each);
        doubtful = [];
        if (numbers.some((number) => number !== null)) incarnation ??= target.observe()[0]?.incarnation;
      },
      (error) => {
        assert.ok(error instanceof EdgeError && ['disk-full', 'disk-failed'].includes(error.code), String(error));
        // An answer that comes when the process has ended reaches nobody.
        if (files !== life) return;
        if (error.code === 'disk-full') for (const item of items) rejected.add(item.value);
        else doubtful.push(...items.map((item) => item.value));
      },
    );
    const tracked = answered.finally(() => pending.delete(tracked));
    pending.add(tracked);
  };
  /** Reads a part, stores it, acknowledges it; numbers and values must be the ones that were seen before. */
  const upload = async (target: FileJournal, stream: string, maxRecords: number) => {
    const centre = known(stream);
    const part = await target.read(stream, centre.stored, { maxRecords, maxBytes: 2000 }).catch(onlyDisk);
    if (part === undefined) return;
    for (const { number, body } of part.records) remember(centre, number, valueIn(body));
    for (const { from, to } of part.dropped) for (let n = from; n <= to; n++) centre.givenUp.add(n);
    const upTo = Math.max(centre.stored, part.records.at(-1)?.number ?? 0, part.dropped.at(-1)?.to ?? 0);
    const covered = part.records.length + part.dropped.reduce((sum, { from, to }) => sum + to - from + 1, 0);
    assert.ok(covered >= upTo - centre.stored, `a part of ${stream} has a gap after ${centre.stored}`);
    centre.stored = upTo;
    await target.acknowledge(stream, upTo);
  };
  const end = async (next: MemoryFiles) => {
    files = next;
    journal = undefined;
    doubtful = [];
    pending.clear();
  };
  const check = async () => {
    await Promise.all(pending);
    await journal?.close();
    journal = undefined;
    files.setCapacity(ROOM_BYTES);
    files = files.crash();
    const target = await open();
    assert.ok(target !== undefined, 'it opens when the disk works');
    const content = await contentOf(target, lost);
    for (const stream of content.keys()) known(stream);
    checkStreams(target, content, streams, rejected, incarnation);
    checkCheckpoint(target, checkpointKept, batches, streams);
    const live = target.observe().reduce((sum, { bytes }) => sum + bytes, 0);
    await clock.advance(20_000);
    const overhead = 22 * 3 * SEGMENT_BYTES + RESERVE_BYTES;
    assert.ok(files.usedBytes() <= 2 * live + overhead, `${files.usedBytes()} bytes on the disk for ${live}`);
  };

  return {
    happen: async (happening) => {
      if (happening.kind === 'kill') return end(files.crash());
      if (happening.kind === 'power-cut') return end(files.crash({ powerCutSeed: happening.seed }));
      syncFailed ||= happening.kind === 'fail' && happening.op === 'journal:sync';
      diskFilled ||= happening.kind === 'full';
      if (happening.kind === 'fail') return void files.fail(happening.op, undefined, happening.times);
      if (happening.kind === 'full') return files.setCapacity(files.usedBytes() + happening.spareBytes);
      if (happening.kind === 'room') return files.setCapacity(ROOM_BYTES);
      if (happening.kind === 'later') return clock.advance(happening.ms);
      if (happening.kind === 'settle') return void (await Promise.all(pending));
      if (happening.kind === 'run') {
        for (let i = 0; i < happening.turns; i++) await Promise.resolve();
        return;
      }
      if (happening.kind === 'policy') {
        policies = happening.policies;
        return journal?.setPolicies(policies);
      }
      if (happening.kind === 'reopen') {
        await Promise.all(pending);
        await journal?.close();
        doubtful = [];
        journal = undefined;
        return;
      }
      const target = await open();
      if (target === undefined) return;
      if (happening.kind === 'append') append(target, happening);
      else await upload(target, happening.stream, happening.records);
    },
    check,
  };
}

type Content = Map<
  string,
  { readonly values: Map<number, number>; readonly givenUp: Set<number>; readonly last: number }
>;

async function contentOf(journal: FileJournal, lost: ReadonlySet<string>): Promise<Content> {
  const content: Content = new Map();
  for (const { stream, acknowledged, published } of journal.observe()) {
    const { records, dropped } = await readAll(journal, stream);
    const values = new Map(records.map(({ number, body }) => [number, valueIn(body)]));
    const givenUp = new Set<number>();
    for (const { from, to, because } of dropped) {
      for (let number = from; number <= to; number++) {
        assert.ok(because !== 'corrupt' || lost.has(`${stream} ${number}`), `${stream}: ${number} is corrupt`);
        givenUp.add(number);
      }
    }
    assert.equal(values.size, records.length, `${stream}: a number came twice`);
    for (let number = acknowledged + 1; number <= published; number++) {
      assert.ok(values.has(number) !== givenUp.has(number), `${stream}: number ${number} is not accounted for once`);
    }
    content.set(stream, { values, givenUp, last: published });
  }
  return content;
}

function checkStreams(
  journal: FileJournal,
  content: Content,
  streams: ReadonlyMap<string, KnownStream>,
  rejected: ReadonlySet<number>,
  incarnation: string | undefined,
): void {
  const places = new Map<number, string>();
  for (const [stream, { kept, stored, seen, givenUp }] of streams) {
    const found = content.get(stream) ?? { values: new Map<number, number>(), givenUp: new Set<number>(), last: 0 };
    for (const [number, each] of found.values) remember({ seen }, number, each);
    for (const [number, each] of kept) {
      const there = seen.get(number) ?? (found.givenUp.has(number) || givenUp.has(number) ? each : undefined);
      assert.equal(there, each, `${stream}: record ${number} had been acknowledged and is lost`);
      assert.ok(number <= found.last, `${stream}: number ${number} could be given again`);
    }
    assert.ok(stored <= found.last, `${stream}: numbers up to ${stored} are stored and could be given again`);
    for (const [number, each] of seen) {
      assert.ok(!rejected.has(each), `${stream}: record ${number} was rejected and is there`);
      assert.equal(places.get(each), undefined, `${stream}: record ${number} is also ${places.get(each)}`);
      places.set(each, `${stream} ${number}`);
    }
  }
  for (const observed of journal.observe()) {
    if (incarnation !== undefined) assert.equal(observed.incarnation, incarnation);
  }
}

/** The newest checkpoint is at least the newest that was kept, and the records of its batch are there with it. */
function checkCheckpoint(
  journal: FileJournal,
  checkpointKept: number,
  batches: ReadonlyMap<number, readonly { stream: string; value: number }[]>,
  streams: ReadonlyMap<string, KnownStream>,
): void {
  const batch = Number(journal.checkpoints()[0]?.body ?? 0);
  assert.ok(batch >= checkpointKept, `checkpoint ${batch} is older than ${checkpointKept}, which was kept`);
  const seen = new Set([...streams.values()].flatMap((stream) => [...stream.seen.values(), ...stream.kept.values()]));
  const givenUp = [...streams.values()].some((stream) => stream.givenUp.size > 0);
  const refused = journal.observe().some((stream) => stream.refused + stream.dropped > 0);
  if (givenUp || refused) return;
  for (const item of batches.get(batch) ?? [])
    assert.ok(seen.has(item.value), `checkpoint ${batch} came without its records`);
}

function remember({ seen }: { seen: Map<number, number> }, number: number, value: number): void {
  assert.equal(seen.get(number) ?? value, value, `number ${number} was given to another record before`);
  seen.set(number, value);
}

function onlyDisk(error: unknown): undefined {
  assert.ok(error instanceof EdgeError && error.code === 'disk-failed', String(error));
  return undefined;
}
