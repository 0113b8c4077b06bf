import { diskFiles } from '../system/disk-files.ts';
import { systemRandom } from '../system/random.ts';
import { systemClock } from '../system/system-clock.ts';
import { type FileJournal, openFileJournal } from './file-journal.ts';
import { aCheckpoint, aRecord } from './journal-builders.ts';

/**
 * The process that the kill test kills: `node kill-victim.ts FOLDER FIRST`. It appends values from FIRST on to two streams as
 * fast as the disk allows, uploads now and then, and says on standard output what the journal has promised: one line
 * `kept STREAM NUMBER VALUE` for each record, `checkpoint STREAM VALUE`, `uploaded STREAM NUMBER VALUE` before the
 * acknowledgement.
 */
const [folder = '', first = '0'] = process.argv.slice(2);
await live(folder, Number(first));

async function live(root: string, from: number): Promise<void> {
  const journal = await openFileJournal({
    files: diskFiles(root),
    clock: systemClock(),
    random: systemRandom(),
    segmentBytes: 64 * 1024,
  });
  let value = from;
  const nextValues = (count: number) => Array.from({ length: count }, () => ++value);
  process.stdout.write('ready\n');
  await Promise.all([
    ...['a', 'a', 'a', 'b', 'b'].map((stream) => appendForever(journal, stream, nextValues)),
    uploadForever(journal, 'b'),
  ]);
}

async function appendForever(journal: FileJournal, stream: string, nextValues: (count: number) => number[]) {
  for (let turn = 0; ; turn++) {
    const values = nextValues(1 + (turn % 3));
    const [checkpoint] = nextValues(1);
    const { numbers } = await journal.append({
      records: values.map((each) => ({ stream, body: aRecord(each, each % 400) })),
      checkpoint: aCheckpoint(stream, { values, checkpoint }),
    });
    const kept = values.map((each, i) => `kept ${stream} ${numbers[i]} ${each}\n`).join('');
    process.stdout.write(`${kept}checkpoint ${stream} ${checkpoint}\n`);
  }
}

async function uploadForever(journal: FileJournal, stream: string) {
  for (let after = 0; ; ) {
    const { records } = await journal.read(stream, after, { maxRecords: 50, maxBytes: 100_000 });
    after = records.at(-1)?.number ?? after;
    for (const { number, body } of records) {
      if (body.kind === 'sample') process.stdout.write(`uploaded ${stream} ${number} ${body.values['value']}\n`);
    }
    if (records.length > 0) await journal.acknowledge(stream, after);
    else await journal.append({ records: [], checkpoint: null });
  }
}
