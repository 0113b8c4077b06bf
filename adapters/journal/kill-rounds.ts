import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { prng } from '../../core/base/prng.ts';
import { childProcesses } from '../system/child-processes.ts';
import { diskFiles } from '../system/disk-files.ts';
import type { ProcessEnd } from '../system/processes.ts';
import { systemRandom } from '../system/random.ts';
import { systemClock } from '../system/system-clock.ts';
import { openFileJournal } from './file-journal.ts';
import { readAll, valueIn } from './journal-builders.ts';

const victim = fileURLToPath(new URL('./kill-victim.ts', import.meta.url));

/** What all rounds together have shown. */
export interface KillReport {
  readonly rounds: number;
  /** Records that the journal had promised to keep. */
  readonly promised: number;
  readonly lost: number;
  readonly doubled: number;
}

/**
 * Kills a process that appends to one journal with SIGKILL at random moments, `rounds` times, and holds what is found against
 * everything that it had promised. Rejects when a number or a checkpoint contradicts a promise; counts what is lost or doubled.
 */
export async function killRounds(rounds: number, seed: number): Promise<KillReport> {
  const folder = await mkdtemp(join(tmpdir(), 'orla-kill-'));
  const random = prng(seed);
  /** Stream → number → value, of everything that was promised or uploaded. */
  const promised = new Map<string, Map<number, number>>([
    ['a', new Map()],
    ['b', new Map()],
  ]);
  const checkpoints = new Map<string, number>();
  let value = 0;
  let lost = 0;
  const promise = (stream: string, number: number, each: number) => {
    const known = promised.get(stream)!;
    assert.equal(known.get(number) ?? each, each, `${stream} ${number} was given twice (seed ${seed})`);
    known.set(number, each);
  };
  try {
    for (let round = 0; round < rounds; round++) {
      const lines = await linesUntilKilled([folder, String(value)], 5 + random.below(200));
      for (const line of lines) {
        const [kind, stream, number, each] = line.split(' ') as [string, string, string, string];
        if (kind === 'kept' || kind === 'uploaded') promise(stream, Number(number), Number(each));
        if (kind === 'checkpoint') checkpoints.set(stream, Number(number));
      }
      value += 1_000_000;
      lost += await checkJournal(folder, promised, checkpoints, promise);
    }
    const numbers = [...promised.values()].flatMap((known) => [...known.values()]);
    const doubled = numbers.length - new Set(numbers).size;
    return { rounds, promised: numbers.length, lost, doubled };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** How many records were promised, not uploaded, and are not there; the checkpoint must fit its records. */
async function checkJournal(
  folder: string,
  promised: ReadonlyMap<string, ReadonlyMap<number, number>>,
  checkpoints: ReadonlyMap<string, number>,
  promise: (stream: string, number: number, value: number) => void,
): Promise<number> {
  const journal = await openFileJournal({ files: diskFiles(folder), clock: systemClock(), random: systemRandom() });
  let lost = journal.recovery.lost.length;
  try {
    for (const { stream, acknowledged, published } of journal.observe()) {
      const { records, dropped } = await readAll(journal, stream);
      assert.deepEqual(dropped, []);
      assert.deepEqual(
        records.map((r) => r.number),
        range(acknowledged + 1, published),
        `${stream} has a gap`,
      );
      for (const { number, body } of records) promise(stream, number, valueIn(body));
      for (const number of promised.get(stream)!.keys()) if (number > published) lost += 1;
      const kept = journal.checkpoints().find(({ workload }) => workload === stream)?.body as Kept | undefined;
      assert.ok(
        (kept?.checkpoint ?? 0) >= (checkpoints.get(stream) ?? 0),
        `the checkpoint of ${stream} is an older one`,
      );
      const there = new Set(promised.get(stream)!.values());
      for (const each of kept?.values ?? [])
        assert.ok(there.has(each), `the checkpoint of ${stream} came without its records`);
      // All but the last hundred are as if uploaded, so that a thousand rounds do not fill the disk.
      if (published - acknowledged > 100) await journal.acknowledge(stream, published - 100);
    }
    return lost;
  } finally {
    await journal.close();
  }
}

interface Kept {
  readonly values: number[];
  readonly checkpoint: number;
}

async function linesUntilKilled(args: readonly string[], afterMs: number): Promise<string[]> {
  const lines: string[] = [];
  const { promise: end, resolve: ended } = Promise.withResolvers<ProcessEnd>();
  const { promise: ready, resolve: isReady } = Promise.withResolvers<void>();
  const child = await childProcesses().start({
    command: process.execPath,
    args: [victim, ...args],
    env: {},
    output: (line, from) => {
      assert.equal(from, 'stdout', line);
      if (line === 'ready') isReady();
      else lines.push(line);
    },
    ended,
  });
  // A process that fails to start ends by itself: then the end comes first, and its code says so.
  await Promise.race([ready, end]);
  await systemClock().sleep(afterMs);
  child.kill('SIGKILL');
  assert.deepEqual(await end, { code: null, signal: 'SIGKILL' });
  // The last line may have been cut by the kill.
  return lines.filter((line) => /^(checkpoint \S+ \d+|(kept|uploaded) \S+ \d+ \d+)$/.test(line));
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);
}
