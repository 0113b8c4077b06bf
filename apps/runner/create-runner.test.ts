import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Runtime } from '../../adapters/runtimes/port.ts';
import { EdgeError } from '../../contracts/errors.ts';
import { aConnectorWorkload, aFlowWorkload, createRunnerRig, decidingSteps } from './runner-rig.ts';

const flowId = 'shared/flow/f';

async function running(rig = createRunnerRig()) {
  assert.equal((await rig.start(aConnectorWorkload())).problem, null);
  assert.equal((await rig.start(aFlowWorkload())).problem, null);
  return rig;
}

const seen = (rig: ReturnType<typeof createRunnerRig>, id = flowId) =>
  rig.observed().workloads.find((workload) => workload.id === id);

/** What was published while the window was full. */
const fullSums = (rig: ReturnType<typeof createRunnerRig>) =>
  rig.ofKind('sample').flatMap(({ values }) => values['sum'] ?? []);

test('a tag becomes a prediction, a decision and a confirmed write, each recorded with its latency', async () => {
  const rig = await running();
  assert.equal(seen(rig)?.health, 'unknown');
  rig.controls.writeMs = 7;
  rig.sample(1, 3);
  rig.sample(2, 6);
  await rig.clock.advance(500);
  assert.deepEqual(rig.writes, [{ tag: 'plc/set', value: 12 }]);
  assert.deepEqual(
    rig.ofKind('prediction').map(({ values, forTime }) => [values['y'], forTime]),
    [
      [6, 61 * 60_000],
      [12, 62 * 60_000],
    ],
  );
  const decision = rig.ofKind('decision').at(-1);
  assert.equal(decision?.decided, true);
  assert.equal(typeof decision?.latencyMs, 'number');
  const write = rig.ofKind('write')[0];
  assert.deepEqual([write?.outcome, write?.value, write?.latencyMs], ['written', 12, 7]);
  assert.deepEqual([seen(rig)?.phase, seen(rig)?.health], ['running', 'healthy']);
  assert.ok((seen(rig)?.counters?.['inferences'] ?? 0) >= 2);
});

test('secrets are filled in for the connector and stand nowhere else', async () => {
  const rig = await running();
  assert.equal(rig.connectors[0]?.spec.config['password'], 'hunter2');
  assert.ok(!JSON.stringify(rig.heard).includes('hunter2'));
  const missing = await rig.start(aConnectorWorkload({ scan: '2s' }), { secrets: {} });
  assert.equal(missing.problem?.code, 'not-found');
  assert.equal(rig.connectors[0]?.stopped, false, 'the one that runs goes on');
});

test('what the site does not allow is refused before it reaches the equipment, and recorded', async () => {
  const rig = createRunnerRig();
  await rig.start(aConnectorWorkload(), { writableTags: [] });
  await rig.start(aFlowWorkload());
  rig.sample(1, 100);
  await rig.clock.advance(500);
  assert.deepEqual(rig.writes, []);
  const write = rig.ofKind('write')[0];
  assert.equal(write?.outcome, 'refused');
  assert.match(write?.because ?? '', /policy/);
  assert.equal(seen(rig)?.health, 'healthy', 'a refusal is not a failure of the flow');
});

test('starting the same again does nothing; another definition takes over between two samples with its windows', async () => {
  const rig = createRunnerRig();
  const steps = (factor: number) => [
    { id: 'w', window: { of: 'a', last: 3 } },
    { id: 'sum', compute: { value: `(w[0] + w[1] + w[2]) * ${factor}.0` } },
    { id: 'tell', publish: { stream: 'predictions', values: { sum: 'sum.value' } } },
  ];
  await rig.start(aConnectorWorkload());
  await rig.start(aFlowWorkload('f', steps(1)));
  for (const minute of [1, 2]) rig.sample(minute, minute);
  await rig.start(aFlowWorkload('f', steps(1)));
  rig.sample(3, 3);
  await rig.clock.advance(100);
  const sums = () => fullSums(rig);
  assert.deepEqual(sums(), [6]);
  const digest = seen(rig)?.digest;
  await rig.start(aFlowWorkload('f', steps(10), 2));
  assert.notEqual(seen(rig)?.digest, digest);
  rig.sample(4, 4);
  await rig.clock.advance(100);
  assert.deepEqual(sums(), [6, 90], 'the window of the old one went over to the new one');
  await rig.start(aFlowWorkload('f', decidingSteps, 3));
  rig.sample(5, 50);
  await rig.clock.advance(2000);
  assert.ok(rig.heard.some((one) => one.kind === 'log' && one.line.text.includes('empty windows')));
  assert.deepEqual(rig.writes.at(-1), { tag: 'plc/set', value: 100 }, 'steps that do not fit begin anew');
});

test('a definition that does not work is refused with the reason, and the one that runs goes on', async () => {
  const rig = await running();
  const digest = seen(rig)?.digest;
  const typo = aFlowWorkload('f', [{ id: 'x', compute: { value: 'no_such + 1.0' } }], 2);
  assert.equal((await rig.start(typo)).problem?.code, 'invalid-flow');
  const unknownTag = aFlowWorkload('g');
  await rig.stop('shared/connector/plc');
  assert.equal((await rig.start(unknownTag)).problem?.code, 'invalid-flow');
  await rig.start(aConnectorWorkload());
  const noModel = await rig.start(aFlowWorkload('f', decidingSteps, 3), { artifacts: {} });
  assert.equal(noModel.problem?.code, 'not-found');
  assert.equal(seen(rig)?.digest, digest);
  rig.sample(1, 10);
  await rig.clock.advance(500);
  assert.equal(rig.writes.length, 1);
});

test('a model that keeps failing makes the flow unhealthy, with the reason, and it comes back', async () => {
  let broken = true;
  const runtime: Runtime = {
    name: 'moody',
    load: async () => ({
      signature: { inputs: [], outputs: [] },
      run: async ({ X }) => {
        if (broken) throw new EdgeError('invalid-model', 'the thread of the model failed');
        return { y: { type: 'float32', shape: [1], data: Float32Array.from(X!.data as Float32Array, (v) => v * 2) } };
      },
      close: async () => {},
    }),
  };
  const rig = await running(createRunnerRig({ runtime }));
  for (const minute of [1, 2, 3]) rig.sample(minute, 1);
  await rig.clock.advance(500);
  assert.equal(seen(rig)?.health, 'unhealthy');
  assert.match(seen(rig)?.because ?? '', /thread of the model failed/);
  broken = false;
  rig.sample(4, 9);
  await rig.clock.advance(500);
  assert.equal(seen(rig)?.health, 'healthy');
  assert.equal(rig.writes.length, 1);
});

test('equipment that gives nothing usable makes its flows unhealthy, with its own reason', async () => {
  const rig = await running();
  rig.sample(1, 1);
  await rig.clock.advance(500);
  assert.equal(seen(rig)?.health, 'healthy');
  rig.sample(2, 1, 'sensor unplugged');
  await rig.clock.advance(500);
  assert.equal(seen(rig)?.health, 'unhealthy');
  assert.match(seen(rig)?.because ?? '', /plc\/a: sensor unplugged/);
  rig.sample(3, 1);
  await rig.clock.advance(500);
  assert.equal(seen(rig)?.health, 'healthy');
  await rig.clock.advance(200_000);
  assert.equal(seen(rig)?.health, 'unknown', 'silence is not health');
});

test('a flow that throws is stopped alone and shown; others go on; started again it works', async () => {
  let outputs: Record<string, never> | undefined = {};
  const runtime: Runtime = {
    name: 'wrong',
    load: async () => ({
      signature: { inputs: [], outputs: [] },
      run: async () => outputs ?? { y: { type: 'float32', shape: [1], data: Float32Array.of(1) } },
      close: async () => {},
    }),
  };
  const rig = createRunnerRig({ runtime });
  await rig.start(aConnectorWorkload());
  await rig.start(aFlowWorkload('f'));
  await rig.start(aFlowWorkload('plain', [{ id: 'tell', publish: { stream: 'predictions', values: { a: 'a' } } }]));
  const failed = Promise.withResolvers<void>();
  rig.sample(1, 1);
  await rig.clock.advance(1500);
  failed.resolve();
  assert.equal(seen(rig)?.phase, 'failed');
  assert.equal(seen(rig, 'shared/flow/plain')?.phase, 'running');
  rig.sample(2, 2);
  await rig.clock.advance(500);
  assert.equal(rig.ofKind('sample').length, 2);
  outputs = undefined;
  assert.equal((await rig.start(aFlowWorkload('f'))).problem, null);
  rig.sample(3, 3);
  await rig.clock.advance(1500);
  assert.deepEqual([seen(rig)?.phase, seen(rig)?.health], ['running', 'healthy']);
});

test('a new flow is told the values that there are, and a stopped one hears nothing more', async () => {
  const rig = createRunnerRig();
  await rig.start(aConnectorWorkload());
  rig.sample(1, 21);
  await rig.start(aFlowWorkload());
  await rig.clock.advance(500);
  assert.deepEqual(rig.writes, [{ tag: 'plc/set', value: 42 }]);
  assert.equal((await rig.stop(flowId)).problem, null);
  assert.equal((await rig.stop(flowId)).problem, null);
  rig.sample(2, 30);
  await rig.clock.advance(500);
  assert.equal(rig.writes.length, 1);
  assert.equal(seen(rig), undefined);
});

test('a restart from the checkpoint goes on where the journalled records end', async () => {
  const steps = [
    { id: 'w', window: { of: 'a', last: 3 } },
    { id: 'sum', compute: { value: 'w[0] + w[1] + w[2]' } },
    { id: 'tell', publish: { stream: 'predictions', values: { sum: 'sum.value' } } },
  ];
  const first = createRunnerRig();
  await first.start(aConnectorWorkload());
  await first.start(aFlowWorkload('f', steps));
  for (const minute of [1, 2, 3, 4]) first.sample(minute, minute);
  await first.clock.advance(100);
  first.controls.journal = 'unanswered';
  const second = createRunnerRig();
  await second.start(aConnectorWorkload());
  await second.start(aFlowWorkload('f', steps), { checkpoint: first.checkpoints.get(flowId)! });
  second.sample(4, 4);
  second.sample(5, 5);
  await second.clock.advance(100);
  assert.deepEqual([...fullSums(first), ...fullSums(second)], [6, 9, 12]);
});

test('what the journal does not take is sent again, in order and once, while decisions go on', async () => {
  const rig = createRunnerRig();
  await rig.start(aConnectorWorkload());
  await rig.start(
    aFlowWorkload(
      'f',
      decidingSteps.map((step) => (step.id === 'act' ? { id: 'act', write: { tag: 'plc/set', value: 'm.y' } } : step)),
    ),
  );
  rig.controls.journal = 'disk-full';
  for (let minute = 1; minute <= 20; minute++) {
    rig.sample(minute, 10 + minute);
    await rig.clock.advance(400);
  }
  assert.equal(rig.writes.length, 20);
  assert.equal(rig.journal.length, 0);
  const underWay = rig.heard.filter((one) => one.kind === 'batch').length;
  assert.ok(underWay <= 10, `${underWay} tries in 8 seconds`);
  rig.controls.journal = 'journalled';
  await rig.clock.advance(3000);
  assert.deepEqual(
    rig.ofKind('prediction').map(({ values }) => values['y']),
    Array.from({ length: 20 }, (_, i) => 22 + 2 * i),
  );
});

test('live values come while somebody looks, and only then', async () => {
  const rig = await running();
  rig.sample(1, 1);
  await rig.clock.advance(3000);
  const lives = () =>
    rig.heard.flatMap((one) => (one.kind === 'live' ? [one.live.samples.map(({ value }) => value)] : []));
  assert.deepEqual(lives(), []);
  rig.runner.receive({ kind: 'watch', forMs: 2000 });
  await rig.clock.advance(100);
  rig.sample(2, 2);
  await rig.clock.advance(1000);
  assert.deepEqual(lives(), [[1], [2]]);
  await rig.clock.advance(5000);
  rig.sample(3, 3);
  await rig.clock.advance(5000);
  assert.deepEqual(lives(), [[1], [2]]);
});

test('a connector that talks too much is cut short, and it is said how much was left out', async () => {
  const rig = await running();
  for (let line = 0; line < 100; line++) rig.connectors[0]?.ports.log('warn', `line ${line}`);
  await rig.clock.advance(11_000);
  rig.connectors[0]?.ports.log('warn', 'later');
  const lines = rig.heard.flatMap((one) =>
    one.kind === 'log' && one.line.from === 'shared/connector/plc' ? [one.line.text] : [],
  );
  assert.deepEqual([lines.length, lines.at(-2), lines.at(-1)], [22, '80 more lines were left out', 'later']);
});

test('stopping gives what waits a moment to be journalled', async () => {
  const rig = await running();
  rig.sample(1, 1);
  await rig.clock.settle();
  const stopping = rig.runner.stop({ agentGone: false });
  await rig.clock.advance(100);
  await stopping;
  assert.equal(rig.ofKind('prediction').length, 1);
  assert.equal(rig.connectors[0]?.stopped, true);
});
