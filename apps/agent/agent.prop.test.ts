import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { RecordBody, StreamRecord } from '../../contracts/records.ts';
import { createAgentRig, someWorkloads } from './agent-rig.ts';

const models = [1, 2, 3].map((n) => Buffer.from(`model ${n} `.repeat(20_000)));

const numberIn = (body: RecordBody): number => (body.kind === 'sample' ? Number(body.values['number']) : -1);
const contiguous = (records: readonly StreamRecord[], what: string) => {
  records.forEach(({ number }, i) => {
    assert.equal(number, i + 1, `${what}: a number is missing or doubled`);
  });
};

const trouble = fc.oneof(
  fc.record({ kind: fc.constant('cut' as const), forMs: fc.integer({ min: 100, max: 30_000 }) }),
  fc.record({ kind: fc.constant('crash' as const), powerCut: fc.boolean() }),
  fc.record({ kind: fc.constant('runner' as const) }),
  fc.record({ kind: fc.constant('issue' as const), model: fc.integer({ min: 0, max: 2 }) }),
  fc.record({ kind: fc.constant('wait' as const), forMs: fc.integer({ min: 1, max: 20_000 }) }),
  fc.record({ kind: fc.constant('disk-full' as const), forMs: fc.integer({ min: 100, max: 10_000 }) }),
);

test('whatever happens to line, disk, agent and runner: it converges, and no record is lost or doubled', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer(), fc.array(trouble, { minLength: 1, maxLength: 8 }), async (seed, troubles) => {
      const faults = { lose: 0.1, duplicate: 0.1, delayMs: { min: 1, max: 300 }, breakFetch: 0.3 };
      const rig = createAgentRig(seed, faults);
      for (const model of models) rig.centre.offer(model);
      let running = await rig.start();
      let number = 0;
      const issue = (model: number) => {
        number += 1;
        rig.centre.issue(
          rig.centre.manifestFor('pi-1', number, { workloads: someWorkloads(models[model]!, model + 1) }),
        );
      };
      issue(0);
      const applied: number[] = [];
      const watch = () =>
        running.agent.subscribe((event) => event.kind === 'manifest-accepted' && applied.push(event.number));
      watch();
      await rig.clock.advance(5000);
      for (const [at, one] of troubles.entries()) {
        if (one.kind === 'issue') issue(one.model);
        if (one.kind === 'runner') running.workloads.crash('shared');
        if (one.kind === 'cut') {
          rig.network.cut('pi-1');
          await rig.clock.advance(one.forMs);
          rig.network.heal('pi-1');
        }
        if (one.kind === 'disk-full') {
          running.files.setCapacity(running.files.usedBytes());
          running.artifactFiles.setCapacity(running.artifactFiles.usedBytes());
          await rig.clock.advance(one.forMs);
          running.files.setCapacity(2 ** 40);
          running.artifactFiles.setCapacity(2 ** 40);
        }
        if (one.kind === 'crash') {
          const left = rig.crash(running, 'pi-1', one.powerCut ? { powerCutSeed: seed + at } : undefined);
          running = await rig.start(left);
          watch();
        }
        await rig.clock.advance(one.kind === 'wait' ? one.forMs : 500);
      }
      await rig.clock.advance(300_000);
      const observed = await running.agent.observed();
      assert.equal(observed.manifestNumber, number, 'it has the newest manifest');
      assert.ok(observed.converged, `it converges: ${JSON.stringify(observed.stuck)}`);
      assert.deepEqual(
        applied,
        [...applied].sort((a, b) => a - b),
        'no older manifest is ever taken',
      );
      const samples = rig.centre.records('samples');
      contiguous(samples, 'samples');
      samples.forEach(({ body }, i) => {
        assert.equal(numberIn(body), i + 1, 'the flow published each number once');
      });
      contiguous(rig.centre.records('events'), 'events');
      running.agent.kill();
    }),
    { numRuns: 25 },
  );
});
