import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { diskFiles } from '../system/disk-files.ts';
import { createFakeClock } from '../system/fake-clock.ts';
import { memoryFiles } from '../system/memory-files.ts';
import { seededRandom } from '../system/random.ts';
import { journalConformance } from './conformance.ts';
import { openFileJournal } from './file-journal.ts';

const made: string[] = [];
after(() => Promise.all(made.map((root) => rm(root, { recursive: true, force: true }))));

journalConformance('file, in memory', async () => {
  const clock = createFakeClock(1_700_000_000_000);
  return { journal: await openFileJournal({ files: memoryFiles(), clock, random: seededRandom(1) }), clock };
});

journalConformance('file, tiny segments', async () => {
  const clock = createFakeClock(1_700_000_000_000);
  const facts = { files: memoryFiles(), clock, random: seededRandom(1), segmentBytes: 1000 };
  return { journal: await openFileJournal(facts), clock };
});

journalConformance('file, on disk', async () => {
  const root = await mkdtemp(join(tmpdir(), 'orla-journal-'));
  made.push(root);
  const clock = createFakeClock(1_700_000_000_000);
  return { journal: await openFileJournal({ files: diskFiles(root), clock, random: seededRandom(1) }), clock };
});
