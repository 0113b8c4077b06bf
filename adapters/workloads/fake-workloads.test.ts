import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConnectorWorkload, FlowWorkload } from '../../contracts/manifest.ts';
import type { Publication } from '../../contracts/runner.ts';
import { createFakeClock } from '../system/fake-clock.ts';
import { workloadsConformance } from './conformance.ts';
import { createFakeWorkloads, type FakeWorkloadsOptions } from './fake-workloads.ts';

const sha256 = 'a'.repeat(64);
const signature = { inputs: [], outputs: [] };
const connector: ConnectorWorkload = {
  kind: 'connector',
  id: 'shared/connector/plc',
  digest: '0'.repeat(64),
  runner: 'shared',
  connector: { name: 'plc', equipment: 'plc', protocol: 'fake', config: {}, scan: '1s', staleAfter: '30s', tags: [] },
};
const flow: FlowWorkload = {
  kind: 'flow',
  id: 'shared/flow/f',
  digest: '1'.repeat(64),
  runner: 'shared',
  name: 'f',
  deployment: 'd',
  release: 1,
  flow: { inputs: {}, steps: [], streams: {}, isolation: 'shared' },
  models: { 'm:1': { name: 'm', version: 1, artifact: { sha256, sizeBytes: 1 }, signature } },
  after: [connector.id],
};
const broken: FlowWorkload = {
  ...flow,
  id: 'shared/flow/broken',
  models: { 'm:2': { name: 'm', version: 2, artifact: { sha256: 'b'.repeat(64), sizeBytes: 1 }, signature } },
};
const context = { artifacts: { [sha256]: '/model' }, secrets: {}, writableTags: [], checkpoint: null };

workloadsConformance('fake', async () => {
  const clock = createFakeClock(0);
  const fake = createFakeWorkloads({ clock, publishEveryMs: 100 });
  return {
    create: fake.create,
    connector,
    flow,
    nextFlow: { ...flow, digest: '2'.repeat(64), release: 2 },
    brokenFlow: broken,
    brokenBecause: /artifact of the model m:2/,
    context,
    crash: (_workloads, runner) => fake.crash(runner),
    until: async (done) => {
      for (let turn = 0; turn < 10_000 && !done(); turn++) await clock.advance(10);
      assert.ok(done(), 'it never happened');
    },
    close: async () => {},
  };
});

async function rig(options: Partial<FakeWorkloadsOptions> = {}) {
  const clock = createFakeClock(0);
  const fake = createFakeWorkloads({ clock, ...options });
  const numbers: number[] = [];
  const workloads = fake.create({
    onBatch: async (records: readonly Publication[]) => {
      for (const { body } of records) if (body.kind === 'sample') numbers.push(Number(body.values['number']));
    },
    onLive: () => {},
    onLog: () => {},
    onExit: () => {},
  });
  const start = async (workload: FlowWorkload | ConnectorWorkload, number?: number) => {
    const checkpoint =
      number === undefined ? null : { workload: workload.id, digest: workload.digest, body: { number } };
    const starting = workloads.start(workload, { ...context, checkpoint });
    await clock.advance(10);
    await starting;
  };
  return { clock, fake, numbers, workloads, start };
}

test('fake: numbers go on from the checkpoint and through a swap', async () => {
  const { clock, numbers, start, fake } = await rig();
  await start(flow, 7);
  await clock.advance(3000);
  await start({ ...flow, digest: '2'.repeat(64) });
  await clock.advance(3000);
  assert.deepEqual(
    numbers,
    Array.from({ length: numbers.length }, (_, i) => 8 + i),
  );
  assert.equal(numbers.length, 6);
  assert.equal(fake.published(flow.id), 13);
});

test('fake: health follows the script, and a flow that hangs is unhealthy until it is started again', async () => {
  const judge = () => ({ health: 'unhealthy', because: 'a bad release' }) as const;
  const bad = await rig({ judge });
  await bad.start(flow);
  assert.equal(bad.workloads.observe().workloads[0]?.because, 'a bad release');
  const good = await rig();
  await good.start(flow);
  good.fake.hang(flow.id);
  await good.clock.advance(5000);
  assert.deepEqual([good.numbers, good.workloads.observe().workloads[0]?.health], [[], 'unhealthy']);
});
