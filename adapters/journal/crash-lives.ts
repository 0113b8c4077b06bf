import fc from 'fast-check';
import type { StreamPolicy } from '../../contracts/records.ts';
import { createCrashModel, type Happening } from './crash-model.ts';

const stream = fc.constantFrom('a', 'b', 'c');
const policy: fc.Arbitrary<StreamPolicy> = fc.record({
  onFull: fc.constantFrom('refuse-newest', 'drop-oldest', 'downsample'),
  maxBytes: fc.constantFrom(4096, 8192, 1_000_000),
  priority: fc.constant(5),
});

const appending: fc.Arbitrary<Happening> = fc.record({
  kind: fc.constant('append'),
  streams: fc.array(stream, { maxLength: 8 }),
  padBytes: fc.constantFrom(0, 10, 700),
  checkpoint: fc.boolean(),
});
const quiet: fc.Arbitrary<Happening> = fc.oneof(
  fc.record({ kind: fc.constant('upload' as const), stream, records: fc.integer({ min: 1, max: 40 }) }),
  fc.record({ kind: fc.constant('run' as const), turns: fc.nat(60) }),
  fc.constant({ kind: 'settle' } as const),
  fc.constant({ kind: 'reopen' } as const),
  fc.record({ kind: fc.constant('later' as const), ms: fc.constantFrom(1, 20_000) }),
  fc.record({ kind: fc.constant('policy' as const), policies: fc.dictionary(stream, policy, { maxKeys: 3 }) }),
);
const killed: fc.Arbitrary<Happening> = fc.oneof(
  fc.constant({ kind: 'kill' } as const),
  fc.record({ kind: fc.constant('power-cut' as const), seed: fc.nat() }),
);
const full: fc.Arbitrary<Happening> = fc.oneof(
  fc.record({ kind: fc.constant('full' as const), spareBytes: fc.nat(3000) }),
  fc.constant({ kind: 'room' } as const),
);
const failing: fc.Arbitrary<Happening> = fc.record({
  kind: fc.constant('fail' as const),
  op: fc.constantFrom(
    'journal:sync',
    'journal:append',
    'journal:truncate',
    'journal:open',
    'journal:remove',
    'journal:read',
    'journal:list',
  ),
  times: fc.integer({ min: 1, max: 3 }),
});

/** Lives through all of it and holds the journal to its promises. */
export async function holds(happenings: readonly Happening[]): Promise<void> {
  const model = await createCrashModel();
  for (const happening of happenings) await model.happen(happening);
  await model.check();
}

const life = (extra: readonly fc.Arbitrary<Happening>[]) =>
  fc.array(
    fc.oneof(
      { arbitrary: appending, weight: 5 },
      { arbitrary: quiet, weight: 3 },
      ...extra.map((arbitrary) => ({ arbitrary, weight: 1 })),
    ),
    {
      maxLength: 80,
      size: 'max',
    },
  );

/** Sequences of what may happen to a journal, by what goes wrong in them. */
export const lives: Readonly<Record<string, fc.Arbitrary<Happening[]>>> = {
  'SIGKILL and power cuts': life([killed]),
  'SIGKILL, power cuts and a full disk': life([killed, full]),
  'a disk that fails': life([failing]),
  'everything at once': life([killed, full, failing]),
};
