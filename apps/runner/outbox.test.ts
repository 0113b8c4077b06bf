import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createFakeClock } from '../../adapters/system/fake-clock.ts';
import type { Publication } from '../../contracts/runner.ts';
import { createOutbox, WAITING_MAX } from './outbox.ts';

const record = (n: number): Publication => ({
  stream: 's',
  body: { kind: 'sample', flow: 'f', step: 's', sourceTime: n, values: { n }, quality: 'good' },
});
const numberOf = ({ body }: Publication) => (body.kind === 'sample' ? Number(body.values['n']) : -1);

test('whatever is refused when, records arrive once and in order, each batch with the checkpoint of its moment', async () => {
  const actions = fc.array(
    fc.oneof(
      fc.record({ add: fc.integer({ min: 1, max: 20 }) }),
      fc.record({ answer: fc.constantFrom('journalled', 'disk-full', 'disk-failed') }),
      fc.record({ wait: fc.integer({ min: 1, max: 3000 }) }),
    ),
    { maxLength: 60 },
  );
  await fc.assert(
    fc.asyncProperty(actions, async (list) => {
      const clock = createFakeClock(0);
      let underWay: { records: readonly Publication[]; checkpoint: unknown } | undefined;
      const kept: number[] = [];
      let added = 0;
      const send = (records: readonly Publication[], checkpoint: { body?: unknown } | null) => {
        assert.equal(underWay, undefined, 'one batch at a time');
        underWay = { records, checkpoint: checkpoint?.body };
      };
      const outbox = createOutbox(clock, send, () => {});
      outbox.setSource(() => ({ workload: 'w', digest: '0'.repeat(64), body: added }));
      const answer = (code: string) => {
        if (underWay === undefined) return;
        const { records, checkpoint } = underWay;
        underWay = undefined;
        if (code === 'journalled') {
          kept.push(...records.map(numberOf));
          assert.equal(checkpoint, kept.length, 'a restart goes on exactly behind what is kept');
          outbox.answered({ kind: 'journalled' });
        } else outbox.answered({ kind: 'not-journalled', code, because: code });
      };
      for (const action of list) {
        if ('add' in action) for (let i = 0; i < action.add; i++) outbox.add(record(++added));
        if ('answer' in action) answer(action.answer);
        if ('wait' in action) await clock.advance(action.wait);
      }
      for (let turn = 0; turn < 5; turn++) {
        answer('journalled');
        await clock.advance(10_000);
      }
      assert.deepEqual(
        kept,
        Array.from({ length: added }, (_, i) => i + 1),
      );
      assert.equal(outbox.waiting(), 0);
    }),
  );
});

test('while the journal takes nothing a bounded number waits, and the rest is counted', async () => {
  const clock = createFakeClock(0);
  const outbox = createOutbox(
    clock,
    () => {},
    () => {},
  );
  for (let n = 0; n < WAITING_MAX + 5; n++) outbox.add(record(n));
  assert.deepEqual([outbox.waiting(), outbox.heldBack()], [WAITING_MAX, 5]);
  await clock.advance(1000);
  assert.equal(outbox.add(record(0)), false);
});

test('input without records is kept too, every few seconds', async () => {
  const clock = createFakeClock(0);
  const sent: unknown[] = [];
  const outbox = createOutbox(
    clock,
    (records, checkpoint) => sent.push([records.length, checkpoint?.body]),
    () => {},
  );
  outbox.setSource(() => ({ workload: 'w', digest: '0'.repeat(64), body: clock.monotonic() }));
  await clock.advance(100);
  outbox.answered({ kind: 'journalled' });
  assert.deepEqual(sent, [[0, 20]]);
  outbox.touched();
  await clock.advance(4000);
  assert.equal(sent.length, 1);
  await clock.advance(2000);
  assert.equal(sent.length, 2);
});

test('a checkpoint that is too large is left out, with one line in the log; a record that is too large is given up', async () => {
  const clock = createFakeClock(0);
  const sent: [number, boolean][] = [];
  const lines: string[] = [];
  const outbox = createOutbox(
    clock,
    (records, checkpoint) => sent.push([records.length, checkpoint !== null]),
    (line) => lines.push(line),
  );
  outbox.setSource(() => ({ workload: 'w', digest: '0'.repeat(64), body: 'large' }));
  outbox.add(record(1));
  await clock.advance(100);
  outbox.answered({ kind: 'not-journalled', code: 'too-large', because: 'checkpoint of 2 MB' });
  await clock.advance(100);
  outbox.answered({ kind: 'journalled' });
  outbox.add(record(2));
  await clock.advance(100);
  outbox.answered({ kind: 'not-journalled', code: 'too-large', because: 'record of 1 MB' });
  await clock.advance(10_000);
  assert.deepEqual(sent, [
    [1, true],
    [1, false],
    [1, false],
  ]);
  assert.deepEqual([lines.length, outbox.heldBack(), outbox.waiting()], [2, 1, 0]);
});
