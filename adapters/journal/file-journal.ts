import { EdgeError } from '../../contracts/errors.ts';
import type { Clock } from '../system/clock.ts';
import type { Files } from '../system/files.ts';
import type { Random } from '../system/random.ts';
import { copyForward } from './copy-forward.ts';
import { encodeBatch } from './encode-batch.ts';
import { createJournalContents, type JournalContents } from './journal-contents.ts';
import { createJournalWriter, type JournalWriter } from './journal-writer.ts';
import type { Journal, ReadLimits, StreamPart } from './port.ts';
import { readPart } from './read-part.ts';
import { type Recovery, recoverJournal } from './recover-journal.ts';
import { createSegmentLog, SEGMENT_BYTES, type SegmentLog, type SegmentLogFacts } from './segment-log.ts';
import type { StreamIndex } from './stream-index.ts';
import { type StreamPolicies, streamPolicies } from './stream-policies.ts';
import { RESERVE_BYTES } from './tidy-segments.ts';

/** How often a read looks again when segments move under it. */
const READ_TRIES = 5;

export interface FileJournal extends Journal {
  /** What was found when it was opened. */
  readonly recovery: Recovery;
}

export interface FileJournalFacts {
  /** The journal's own folder. */
  readonly files: Files;
  readonly clock: Clock;
  readonly random: Random;
  readonly segmentBytes?: number;
  readonly reserveBytes?: number;
}

/**
 * Opens the journal in a folder, or makes one; EdgeError `in-use` while another process has it open. One log serves all
 * streams: what arrives while the disk syncs goes out together with the next sync.
 */
export async function openFileJournal(facts: FileJournalFacts): Promise<FileJournal> {
  const { files, segmentBytes = SEGMENT_BYTES, reserveBytes = RESERVE_BYTES } = facts;
  const lock = await files.lock('journal:lock', 'lock');
  try {
    const policies = streamPolicies();
    const contents = createJournalContents(policies, facts.random.id());
    const { recovery, unproved, ...found } = await recoverJournal(files, contents);
    const head: SegmentLogFacts['head'] = (before) => [
      [{ type: 'head', incarnation: contents.incarnation, closed: before }],
      ...contents.snapshot(),
    ];
    const log = createSegmentLog({ files, segmentBytes, head, ...found });
    for (const tail of unproved) await proveTail(tail, contents, log);
    const writer = createJournalWriter({ ...facts, contents, policies, log, segmentBytes, reserveBytes });
    return { ...journalOf(contents, policies, log, writer, () => lock.release()), recovery };
  } catch (cause) {
    await lock.release();
    throw cause;
  }
}

/**
 * Writes again what a sync that failed just before the process ended may have left in the system's memory only, where it
 * can be read and is gone with the power. On a full disk it stays where it is.
 */
async function proveTail(
  tail: { segment: number; from: number; bytes: number },
  contents: JournalContents,
  log: SegmentLog,
): Promise<void> {
  try {
    await copyForward(tail, contents, log);
  } catch (error) {
    if (!(error instanceof EdgeError && error.code === 'disk-full')) throw error;
  }
}

function journalOf(
  contents: JournalContents,
  policies: StreamPolicies,
  log: SegmentLog,
  writer: JournalWriter,
  release: () => Promise<void>,
): Journal {
  let closing: Promise<void> | undefined;
  const open = () => {
    if (closing !== undefined) throw new EdgeError('closed', 'The journal is closed.');
  };
  const read = async (index: StreamIndex, after: number, limits: ReadLimits): Promise<StreamPart> => {
    for (let tries = 0; tries < READ_TRIES; tries++) {
      const found = await readPart(index, after, limits, log);
      if (found.kind === 'read') return found.part;
      const moved = found.records.some(({ number, segment, offset }) => {
        const place = index.placeOf(number);
        return place?.segment !== segment || place.offset !== offset;
      });
      if (!moved) await writer.declareMissing(found.records.map((record) => ({ index, record })));
    }
    return { records: [], dropped: [] };
  };
  return {
    append: async (batch) => {
      open();
      return writer.append(encodeBatch(batch));
    },
    read: async (stream, after, limits) => {
      open();
      const index = contents.find(stream);
      return index === undefined ? { records: [], dropped: [] } : read(index, after, limits);
    },
    acknowledge: async (stream, upTo) => {
      open();
      const index = contents.find(stream);
      if (upTo > (index?.durable() ?? 0) || !Number.isInteger(upTo)) {
        throw new EdgeError('bad-request', `${stream} has no record ${upTo} that could be acknowledged.`);
      }
      if (index !== undefined) await writer.acknowledge(index, upTo);
    },
    setPolicies: (named) => {
      open();
      policies.set(named);
    },
    observe: () => {
      open();
      return contents.observe();
    },
    checkpoints: () => {
      open();
      return contents.checkpoints();
    },
    close: () => {
      closing ??= writer.close().then(release);
      return closing;
    },
  };
}
