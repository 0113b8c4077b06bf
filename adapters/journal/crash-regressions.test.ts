import { test } from 'node:test';
import { holds } from './crash-lives.ts';
import type { Happening } from './crash-model.ts';

/** Sequences that once broke a promise, as the property tests found and shrank them. */
const append = (streams: string[], checkpoint = false, padBytes = 0): Happening => {
  return { kind: 'append', streams, padBytes, checkpoint };
};
const nothing = (times: number) => Array.from({ length: times }, () => append([]));
const fail = (op: string): Happening => ({ kind: 'fail', op: `journal:${op}`, times: 1 });

const found: Readonly<Record<string, readonly Happening[]>> = {
  'a segment given back on a full disk, with an acknowledged record still standing in an older one': [
    append(['b', 'a']),
    { kind: 'reopen' },
    append(['a']),
    { kind: 'reopen' },
    append(['a', 'a'], false, 700),
    ...nothing(2),
    { kind: 'full', spareBytes: 0 },
    { kind: 'upload', stream: 'a', records: 2 },
    ...nothing(2),
    { kind: 'policy', policies: {} },
    ...nothing(3),
    { kind: 'kill' },
  ],
  'a failed sync, then an empty segment behind the doubtful one, then the power': [
    fail('truncate'),
    append([], true),
    { kind: 'run', turns: 7 },
    append([]),
    fail('sync'),
    append(['a']),
    ...nothing(7),
    fail('sync'),
    { kind: 'policy', policies: {} },
    { kind: 'kill' },
    { kind: 'upload', stream: 'a', records: 1 },
    { kind: 'power-cut', seed: 63430173 },
  ],
  'a head without its snapshot behind the only segment that has the checkpoint': [
    { kind: 'full', spareBytes: 253 },
    append([], true),
    { kind: 'later', ms: 1 },
    { kind: 'kill' },
    fail('truncate'),
    append([], true),
    { kind: 'reopen' },
    append([]),
  ],
};

for (const [what, happenings] of Object.entries(found)) test(what, () => holds(happenings));
