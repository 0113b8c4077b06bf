import { diskFiles } from '../system/disk-files.ts';
import { systemRandom } from '../system/random.ts';
import { systemClock } from '../system/system-clock.ts';
import { openFileJournal } from './file-journal.ts';
import { aCheckpoint, aRecord } from './journal-builders.ts';

/**
 * The process that the kill test kills: `node kill-victim.ts FOLDER FIRST`. It appends values from FIRST on to two streams as
 * fast as the disk allows, uploads now and then, and says on standard output what the journal has promised: one line
 * `kept STREAM NUMBER VALUE` for each record, `checkpoint VALUE`, `stored STREAM NUMBER` before each acknowledgement.
 */
const [folder = '', first = '0'] = process.argv.slice(2);
const journal = await openFileJournal({
  files: diskFiles(folder),
  clock: systemClock(),
  random: systemRandom(),
  segmentBytes: 64 * 1024,
});
let value = Number(first);

async function appendForever(stream: string): Promise<never> {
  for (;;) {
    const values = Array.from({ length: 1 + (value % 3) }, () => ++value);
    const checkpoint = ++value;
    const { numbers } = await journal.append({
      records: values.map((each) => ({ stream, body: aRecord(each, each % 400) })),
      checkpoint: aCheckpoint(stream, { values, checkpoint }),
    });
    const kept = values.map((each, i) => `kept ${stream} ${numbers[i]} ${each}\n`).join('');
    process.stdout.write(`${kept}checkpoint ${stream} ${checkpoint}\n`);
  }
}

async function uploadForever(stream: string): Promise<never> {
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

process.stdout.write('ready\n');
await Promise.all([...['a', 'a', 'a', 'b', 'b'].map(appendForever), uploadForever('b')]);
