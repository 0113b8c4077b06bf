import { createFakeClock } from '../system/fake-clock.ts';
import { seededRandom } from '../system/random.ts';
import { journalConformance } from './conformance.ts';
import { memoryJournal } from './memory-journal.ts';

journalConformance('memory', async () => {
  const clock = createFakeClock(1_700_000_000_000);
  return { journal: memoryJournal({ clock, random: seededRandom(1) }), clock };
});
