import { mkdir, mkdtemp, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openFileJournal } from '../adapters/journal/file-journal.ts';
import { diskFiles } from '../adapters/system/disk-files.ts';
import type { Files } from '../adapters/system/files.ts';
import { systemRandom } from '../adapters/system/random.ts';
import { systemClock } from '../adapters/system/system-clock.ts';
import type { RecordBody } from '../contracts/records.ts';
import { type BenchResult, benchResult, median } from './bench-result.ts';

const ROUNDS = 7;
/** Each round is cut into slices in which the three take turns, so that a busy moment of the machine meets all of them. */
const SLICES = 10;
const SLICE_MS = 150;
/** Flows and connectors of a busy node that publish at the same time, each waiting for its answer. */
const APPENDERS = 1024;
/** Read and acknowledged so often that the stream does not fill. */
const KEPT_RECORDS = 10_000;

/** A typical record: 200 bytes of JSON. */
function typicalRecord(i: number): RecordBody {
  const at = 1_767_225_600_000 + i;
  return {
    kind: 'prediction',
    flow: 'irradiance',
    step: 'forecast',
    sourceTime: at,
    forTime: at + 3_600_000,
    values: { ghi: 512.25, 'clear-sky-index': 0.7125 },
    quality: 'good',
    model: 'pv-irradiance:3',
  };
}

/** Durable records a second of the journal against one fsync for each record, and against the same journal without fsync. */
export async function run(): Promise<BenchResult[]> {
  // On the disk of the checkout: a temporary folder may be memory.
  const parent = join(import.meta.dirname, '../.orla');
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(join(parent, 'bench-journal-'));
  const rates = { journal: [] as number[], oneSyncEach: [] as number[], withoutSync: [] as number[] };
  try {
    await measureRound(join(folder, 'warm-up'));
    for (let round = 0; round < ROUNDS; round++) {
      const measured = await measureRound(join(folder, String(round)));
      rates.journal.push(measured.journal);
      rates.oneSyncEach.push(measured.oneSyncEach);
      rates.withoutSync.push(measured.withoutSync);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const details = {
    appenders: APPENDERS,
    recordBytes: JSON.stringify(typicalRecord(0)).length,
    journalRecordsPerS: Math.round(median(rates.journal)),
    oneSyncEachRecordsPerS: Math.round(median(rates.oneSyncEach)),
    withoutSyncRecordsPerS: Math.round(median(rates.withoutSync)),
  };
  return [
    benchResult({
      name: 'journal-over-sync-each',
      what: 'Durable records a second of the journal',
      comparator: 'a loop that appends one record and calls fdatasync, same disk, same bytes',
      unit: '×',
      budget: { atLeast: 25 },
      runs: rates.journal.map((rate, i) => rate / rates.oneSyncEach[i]!),
      details,
    }),
    benchResult({
      name: 'journal-over-no-sync',
      what: 'Durable records a second of the journal',
      comparator: 'the same journal with a sync that does nothing',
      unit: '×',
      budget: { atLeast: 0.5 },
      runs: rates.journal.map((rate, i) => rate / rates.withoutSync[i]!),
      details,
    }),
  ];
}

/** Records a second of each, over all slices of a round. */
async function measureRound(folder: string): Promise<{ journal: number; oneSyncEach: number; withoutSync: number }> {
  const journal = await journalContestant(diskFiles(join(folder, 'journal')));
  const withoutSync = await journalContestant(unsynced(diskFiles(join(folder, 'without-sync'))));
  const oneSyncEach = await plainContestant(join(folder, 'plain'));
  const contestants = [journal, withoutSync, oneSyncEach];
  const total = contestants.map(() => ({ records: 0, ms: 0 }));
  for (let slice = 0; slice < SLICES; slice++) {
    for (const [i, contestant] of contestants.entries()) {
      const begunAt = performance.now();
      total[i]!.records += await contestant.appendFor(SLICE_MS);
      total[i]!.ms += performance.now() - begunAt;
    }
  }
  for (const contestant of contestants) await contestant.close();
  const [a, b, c] = total.map(({ records, ms }) => (1000 * records) / ms) as [number, number, number];
  return { journal: a, withoutSync: b, oneSyncEach: c };
}

interface Contestant {
  /** Appends for about so long; answers how many records were kept. */
  appendFor(ms: number): Promise<number>;
  close(): Promise<void>;
}

async function journalContestant(files: Files): Promise<Contestant> {
  const journal = await openFileJournal({ files, clock: systemClock(), random: systemRandom() });
  let acknowledged = 0;
  const appendUntil = async (end: number): Promise<number> => {
    let records = 0;
    while (performance.now() < end) {
      const body = typicalRecord(acknowledged + records);
      const { numbers } = await journal.append({ records: [{ stream: 'predictions', body }], checkpoint: null });
      records += 1;
      const last = numbers[0]!;
      if (last - acknowledged >= 2 * KEPT_RECORDS) {
        acknowledged = last - KEPT_RECORDS;
        await journal.acknowledge('predictions', acknowledged);
      }
    }
    return records;
  };
  return {
    appendFor: async (ms) => {
      const end = performance.now() + ms;
      const counts = await Promise.all(Array.from({ length: APPENDERS }, () => appendUntil(end)));
      return counts.reduce((sum, count) => sum + count, 0);
    },
    close: () => journal.close(),
  };
}

async function plainContestant(path: string): Promise<Contestant> {
  const file = await open(path, 'a');
  return {
    appendFor: async (ms) => {
      const end = performance.now() + ms;
      let records = 0;
      for (; performance.now() < end; records++) {
        await file.write(Buffer.from(`${JSON.stringify(typicalRecord(records))}\n`, 'utf8'));
        await file.datasync();
      }
      return records;
    },
    close: () => file.close(),
  };
}

/** The same files, but what is called synced is not. */
function unsynced(files: Files): Files {
  return {
    ...files,
    openAppend: async (op, path) => ({ ...(await files.openAppend(op, path)), sync: async () => {} }),
  };
}
