import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generateSigningKey, keyId } from '../../adapters/system/keys.ts';
import { seededRandom } from '../../adapters/system/random.ts';
import { canonicalJson } from '../../contracts/canonical-json.ts';
import type { AgentEvent } from '../../contracts/events.ts';
import { EVENTS_STREAM as compiledStream } from '../../core/compile/compile-manifest.ts';
import { aTrust, createAgentRig, signText, someWorkloads } from './agent-rig.ts';
import { EVENTS_STREAM } from './event-log.ts';

const model = Buffer.from('the bytes of a model '.repeat(10_000));
const kinds = (events: readonly AgentEvent[]) => events.map(({ kind }) => kind);
const numbers = (records: readonly { number: number }[]) => records.map(({ number }) => number);
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);

/** A rig whose node has enrolled and runs release 1. */
async function converged(seed = 1) {
  const rig = createAgentRig(seed);
  rig.centre.offer(model);
  const running = await rig.start();
  await rig.clock.advance(2000);
  rig.centre.issue(rig.centre.manifestFor('pi-1', 1, { workloads: someWorkloads(model) }));
  await rig.clock.advance(5000);
  assert.equal((await running.agent.observed()).converged, true);
  return { ...rig, ...running };
}

test('the stream of events is the one that manifests give a policy', () => {
  assert.equal(EVENTS_STREAM, compiledStream);
});

test('a node enrols, proves itself, takes its manifest, fetches, starts, converges, reports and uploads', async () => {
  const { agent, centre, clock, events, workloads } = await converged();
  await clock.advance(20_000);
  const expected = ['agent-started', 'trust-accepted', 'link-up', 'manifest-accepted', 'step-done', 'converged'];
  assert.deepEqual(
    kinds(events).filter((kind, i, all) => expected.includes(kind) && all.indexOf(kind) === i),
    expected,
  );
  const steps = events.flatMap((event) => (event.kind === 'step-done' ? [event.step.kind] : []));
  assert.deepEqual(steps, ['start-workload', 'fetch-artifact', 'start-workload']);
  const report = centre.reports.at(-1)!;
  assert.deepEqual([report.manifestNumber, report.converged, report.trustNumber, report.refused], [1, true, 1, null]);
  assert.deepEqual(
    report.workloads.map(({ health }) => health),
    ['healthy', 'healthy'],
  );
  const sent = centre.records('samples');
  assert.ok(sent.length >= 15);
  assert.deepEqual(numbers(sent), upTo(sent.length));
  assert.ok(workloads.published('shared/flow/forecast') - sent.length <= 1, 'what is journalled is uploaded at once');
  assert.ok(centre.records('events').length >= events.length - 1);
  await agent.stop();
});

test('it goes on without the centre, also across its own restarts, and loses nothing', async () => {
  const rig = await converged();
  rig.network.serve(null);
  await rig.clock.advance(60_000);
  const left = rig.crash(rig);
  const again = await rig.start({ ...left, join: null });
  await rig.clock.advance(60_000);
  assert.equal((await again.agent.observed()).converged, true);
  assert.ok(again.workloads.published('shared/flow/forecast') > 110);
  rig.network.serve(rig.centre.centre);
  await rig.clock.advance(120_000);
  const sent = rig.centre.records('samples');
  assert.deepEqual(numbers(sent), upTo(sent.length));
  const values = sent.map(({ body }) => (body.kind === 'sample' ? body.values['number'] : undefined));
  assert.deepEqual(values, upTo(sent.length));
  assert.ok(sent.length > 200);
});

for (const [name, spoil, because] of [
  [
    'unsigned',
    ({ centre }, manifest) =>
      centre.send('pi-1', { kind: 'manifest', manifest: { payload: canonicalJson(manifest), signatures: [] } }),
    /not signed/,
  ],
  [
    'signed by a stranger',
    ({ centre }, manifest) => centre.issue(manifest, generateSigningKey(seededRandom(99))),
    /no trusted key/,
  ],
  [
    'signed by the root key instead of the manifest key',
    ({ centre }, manifest) => centre.issue(manifest, centre.keys.root),
    /no trusted key/,
  ],
  [
    'changed after it was signed',
    ({ centre }, manifest) => {
      const signed = signText(canonicalJson(manifest), centre.keys.manifest);
      centre.send('pi-1', {
        kind: 'manifest',
        manifest: { ...signed, payload: signed.payload.replace('"number":7', '"number":8') },
      });
    },
    /no trusted key/,
  ],
  [
    'for another node',
    ({ centre }, manifest) =>
      centre.issue({ ...manifest, node: 'pi-2' }) &&
      centre.send('pi-1', { kind: 'manifest', manifest: centre.issue({ ...manifest, node: 'pi-2' }) }),
    /for the node pi-2/,
  ],
  [
    'older',
    ({ centre }, manifest) =>
      centre.send('pi-1', { kind: 'manifest', manifest: centre.issue({ ...manifest, number: 2 }) }),
    /older than 3/,
  ],
  [
    'another one with the number that it has',
    ({ centre }, manifest) => centre.issue({ ...manifest, number: 3, issuedAt: 5 }),
    /another manifest with the number 3/,
  ],
  [
    'not canonical',
    ({ centre }, manifest) =>
      centre.send('pi-1', {
        kind: 'manifest',
        manifest: signText(JSON.stringify(manifest, null, 1), centre.keys.manifest),
      }),
    /cannot be read/,
  ],
] as [
  string,
  (
    rig: ReturnType<typeof createAgentRig>,
    manifest: ReturnType<ReturnType<typeof createAgentRig>['centre']['manifestFor']>,
  ) => void,
  RegExp,
][]) {
  test(`a manifest that is ${name} is refused, said, and changes nothing, also after a restart`, async () => {
    const rig = await converged();
    const { centre, clock } = rig;
    centre.issue(centre.manifestFor('pi-1', 3, { workloads: someWorkloads(model) }));
    await clock.advance(3000);
    centre.forgetManifest();
    const before = (await rig.agent.observed()).manifestSha256;
    spoil(rig, centre.manifestFor('pi-1', 7));
    centre.forgetManifest();
    await clock.advance(3000);
    const observed = await rig.agent.observed();
    assert.deepEqual([observed.manifestNumber, observed.manifestSha256], [3, before]);
    assert.match(observed.refused?.because ?? '', because);
    assert.match(centre.reports.at(-1)?.refused?.because ?? '', because);
    const refusals = rig.events.filter((event) => event.kind === 'manifest-refused');
    assert.equal(refusals.length, 1);
    assert.equal(observed.workloads.length, 2, 'what ran goes on');
    const again = await rig.start(rig.crash(rig));
    await clock.advance(1000);
    assert.equal((await again.agent.observed()).manifestNumber, 3);
  });
}

test('a threshold of two keys is not met by one key twice', async () => {
  const rig = createAgentRig();
  const { centre } = rig;
  const second = generateSigningKey(rig.random);
  const manifest = {
    keys: {
      [keyId(centre.keys.manifest.publicKey)]: centre.keys.manifest.publicKey,
      [keyId(second.publicKey)]: second.publicKey,
    },
    threshold: 2,
  };
  centre.trust.push(signText(canonicalJson(aTrust(centre.keys, { number: 2, manifest })), centre.keys.root));
  const { agent } = await rig.start();
  await rig.clock.advance(3000);
  centre.issue(centre.manifestFor('pi-1', 1), centre.keys.manifest);
  await rig.clock.advance(1000);
  centre.issue(centre.manifestFor('pi-1', 1), centre.keys.manifest, centre.keys.manifest);
  await rig.clock.advance(1000);
  assert.equal((await agent.observed()).manifestNumber, 0);
  centre.issue(centre.manifestFor('pi-1', 1), centre.keys.manifest, second);
  await rig.clock.advance(1000);
  assert.equal((await agent.observed()).manifestNumber, 1);
});

test('trust is rotated by the root; an older trust that is replayed brings a retired key nothing', async () => {
  const rig = await converged();
  const { centre, clock } = rig;
  const fresh = generateSigningKey(rig.random);
  const retired = centre.keys.manifest;
  const next = aTrust({ root: centre.keys.root, manifest: fresh }, { number: 2 });
  const first = centre.trust[0]!;
  centre.trust.push(signText(canonicalJson(next), centre.keys.root));
  centre.send('pi-1', { kind: 'trust', trust: centre.trust[1]! });
  await clock.advance(1000);
  centre.send('pi-1', { kind: 'trust', trust: first });
  await clock.advance(1000);
  assert.equal((await rig.agent.observed()).trustNumber, 2);
  centre.issue(centre.manifestFor('pi-1', 5), retired);
  await clock.advance(1000);
  assert.equal((await rig.agent.observed()).manifestNumber, 1);
  centre.issue(centre.manifestFor('pi-1', 6, { workloads: someWorkloads(model) }), fresh);
  await clock.advance(1000);
  assert.equal((await rig.agent.observed()).manifestNumber, 6);
});

test('trust that a manifest key or a stranger signed, or that skips a number, is not taken', async () => {
  const rig = await converged();
  const { centre, clock } = rig;
  const thief = generateSigningKey(rig.random);
  const coup = aTrust({ root: thief, manifest: thief }, { number: 2 });
  for (const signed of [
    signText(canonicalJson(coup), thief),
    signText(canonicalJson(coup), centre.keys.manifest, thief),
    signText(canonicalJson(aTrust(centre.keys, { number: 3 })), centre.keys.root),
  ]) {
    centre.send('pi-1', { kind: 'trust', trust: signed });
    await clock.advance(1000);
    assert.equal((await rig.agent.observed()).trustNumber, 1);
  }
});

test('a manifest that overtakes the trust that it needs is taken when the trust comes', async () => {
  const rig = await converged();
  const { centre, clock } = rig;
  const fresh = generateSigningKey(rig.random);
  const manifest = signText(canonicalJson(centre.manifestFor('pi-1', 2)), fresh);
  centre.forgetManifest();
  centre.send('pi-1', { kind: 'manifest', manifest });
  await clock.advance(1000);
  assert.equal((await rig.agent.observed()).manifestNumber, 1);
  const next = aTrust({ root: centre.keys.root, manifest: fresh }, { number: 2 });
  centre.send('pi-1', { kind: 'trust', trust: signText(canonicalJson(next), centre.keys.root) });
  await clock.advance(1000);
  const observed = await rig.agent.observed();
  assert.deepEqual([observed.manifestNumber, observed.refused], [2, null]);
});

test('a manifest that was signed by a key that is retired now still runs after a restart', async () => {
  const rig = await converged();
  const { centre, clock } = rig;
  const fresh = generateSigningKey(rig.random);
  centre.send('pi-1', {
    kind: 'trust',
    trust: signText(
      canonicalJson(aTrust({ root: centre.keys.root, manifest: fresh }, { number: 2 })),
      centre.keys.root,
    ),
  });
  await clock.advance(1000);
  rig.network.serve(null);
  const again = await rig.start(rig.crash(rig));
  await clock.advance(2000);
  const observed = await again.agent.observed();
  assert.deepEqual([observed.trustNumber, observed.manifestNumber, observed.workloads.length], [2, 1, 2]);
});

test('a control plane that is not the one of the enrolment line gets no node', async () => {
  const rig = createAgentRig();
  const join = { token: 'good', rootKeyId: keyId(generateSigningKey(seededRandom(5)).publicKey), node: 'pi-1' };
  const { agent } = await rig.start({ join });
  const refused = assert.rejects(agent.enrolled, { code: 'forbidden' });
  await rig.clock.advance(2000);
  await refused;
});

test('a spent token is a clear end; a centre that is down is not', async () => {
  const rig = createAgentRig();
  rig.centre.tokens.get('good')!.uses = 0;
  rig.network.serve(null);
  const { agent } = await rig.start();
  const refused = assert.rejects(agent.enrolled, { code: 'token-spent' });
  await rig.clock.advance(10_000);
  assert.equal((await agent.observed()).manifestNumber, 0);
  rig.network.serve(rig.centre.centre);
  await rig.clock.advance(60_000);
  await refused;
});

test('an enrolment whose answer was lost, or that crashed half-way, is repeated with the same key and token', async () => {
  for (const op of ['trust:write', 'identity:write']) {
    const rig = createAgentRig();
    rig.centre.tokens.get('good')!.uses = 1;
    const first = await rig.start({ onlyCreate: true });
    if (op === 'trust:write') await first.agent.start();
    first.files.pause(op === 'trust:write' ? op : (name) => name === op && first.events.length > 0);
    if (op === 'identity:write') await first.agent.start();
    await rig.clock.advance(2000);
    const again = await rig.start(rig.crash(first));
    await rig.clock.advance(5000);
    await again.agent.enrolled;
    assert.equal(rig.network.lines('pi-1'), 1, op);
  }
});

test('artifact bytes that were tampered with are thrown away and fetched again', async () => {
  const rig = createAgentRig();
  const wrong = Buffer.from(model);
  wrong[1000]! ^= 1;
  rig.centre.offer(model, wrong);
  const running = await rig.start();
  await rig.clock.advance(2000);
  rig.centre.issue(rig.centre.manifestFor('pi-1', 1, { workloads: someWorkloads(model) }));
  await rig.clock.advance(3000);
  const failure = running.events.find((event) => event.kind === 'step-failed');
  assert.equal(failure?.step.kind, 'fetch-artifact');
  assert.equal((await running.agent.observed()).workloads.length, 1, 'the flow is not started without its model');
  await rig.clock.advance(10_000);
  assert.match((await running.agent.observed()).stuck?.step ?? '', /fetch artifact/);
  rig.centre.offer(model);
  await rig.clock.advance(60_000);
  const observed = await running.agent.observed();
  assert.deepEqual([observed.converged, observed.stuck, observed.workloads.length], [true, null, 2]);
});

test('a full disk while fetching is shown, and work goes on by itself when there is room', async () => {
  const rig = createAgentRig();
  rig.centre.offer(model);
  const running = await rig.start();
  running.artifactFiles.setCapacity(1000);
  await rig.clock.advance(2000);
  rig.centre.issue(rig.centre.manifestFor('pi-1', 1, { workloads: someWorkloads(model) }));
  await rig.clock.advance(10_000);
  const stuck = (await running.agent.observed()).stuck;
  assert.match(stuck?.because ?? '', /full|space/);
  assert.deepEqual(rig.centre.reports.at(-1)?.stuck?.step, stuck?.step);
  running.artifactFiles.setCapacity(2 ** 40);
  await rig.clock.advance(60_000);
  assert.equal((await running.agent.observed()).converged, true);
});

test('a manifest that the disk does not take is not acted on, and is taken when the disk does', async () => {
  const rig = await converged();
  const heal = rig.files.fail('manifest:write');
  rig.centre.issue(rig.centre.manifestFor('pi-1', 2));
  rig.centre.forgetManifest();
  await rig.clock.advance(3000);
  const before = await rig.agent.observed();
  assert.deepEqual([before.manifestNumber, before.workloads.length], [1, 2]);
  heal();
  await rig.clock.advance(3000);
  const after = await rig.agent.observed();
  assert.deepEqual([after.manifestNumber, after.workloads.length], [2, 0]);
});

test('power cut at any moment of taking a manifest: the old one or the new one runs, never neither', async () => {
  for (let seed = 1; seed <= 20; seed++) {
    const rig = await converged(seed);
    rig.centre.issue(rig.centre.manifestFor('pi-1', 2, { workloads: someWorkloads(model, 2) }));
    await rig.clock.advance(seed % 5);
    rig.network.serve(null);
    const again = await rig.start(rig.crash(rig, 'pi-1', { powerCutSeed: seed }));
    await rig.clock.advance(5000);
    const observed = await again.agent.observed();
    assert.ok(observed.manifestNumber === 1 || observed.manifestNumber === 2, `seed ${seed}`);
    assert.equal(observed.workloads.length, 2, `seed ${seed}`);
  }
});

test('a runner that dies is started again at once; one that keeps dying waits longer each time', async () => {
  const rig = await converged();
  const starts: number[] = [];
  rig.agent.subscribe((event) => {
    if (event.kind === 'step-done' && event.step.kind === 'start-workload') starts.push(rig.clock.monotonic());
  });
  const diedAt = rig.clock.monotonic();
  rig.workloads.crash('shared');
  await rig.clock.advance(1500);
  assert.ok(starts[0]! - diedAt < 100, `${starts[0]! - diedAt} ms`);
  const back = rig.events.find((event) => event.kind === 'runner-started' && event.recoveredMs !== null);
  assert.ok(back !== undefined, 'its return is an event');
  for (let fall = 0; fall < 8; fall++) {
    rig.workloads.crash('shared');
    await rig.clock.advance(500);
  }
  const observed = await rig.agent.observed();
  assert.match(observed.stuck?.step ?? '', /start/);
  const before = starts.length;
  await rig.clock.advance(120_000);
  assert.ok(starts.length > before, 'it never gives up');
  assert.equal((await rig.agent.observed()).stuck, null, 'what has run for long is not stuck');
  const sent = rig.centre.records('samples');
  assert.deepEqual(numbers(sent), upTo(sent.length));
});

test('a workload that will not start is stuck with its reason, and the others run', async () => {
  const rig = createAgentRig();
  rig.centre.offer(model);
  const refuse = (workload: { kind: string }) => (workload.kind === 'flow' ? 'the model does not fit' : undefined);
  const running = await rig.start({ workloads: { refuse } });
  await rig.clock.advance(2000);
  rig.centre.issue(rig.centre.manifestFor('pi-1', 1, { workloads: someWorkloads(model) }));
  await rig.clock.advance(10_000);
  const observed = await running.agent.observed();
  assert.equal(observed.stuck?.because, 'the model does not fit');
  assert.deepEqual(
    observed.workloads.map(({ id }) => id),
    ['shared/connector/weather'],
  );
});

test('a new release swaps the flow in place and removes the old model only when it runs', async () => {
  const rig = await converged();
  const second = Buffer.from('another model'.repeat(50_000));
  rig.centre.issue(rig.centre.manifestFor('pi-1', 2, { workloads: someWorkloads(second, 2) }));
  await rig.clock.advance(5000);
  const removed = () =>
    rig.events.filter((event) => event.kind === 'step-done' && event.step.kind === 'remove-artifact');
  assert.equal(removed().length, 0, 'the new model is not there yet');
  assert.equal((await rig.agent.observed()).workloads.length, 2, 'the old one goes on');
  rig.centre.offer(second);
  await rig.clock.advance(60_000);
  assert.equal(removed().length, 1);
  assert.equal((await rig.agent.observed()).converged, true);
  const stops = rig.events.filter((event) => event.kind === 'step-done' && event.step.kind === 'stop-workload');
  assert.equal(stops.length, 0, 'it was replaced, not stopped first');
});

test('what the site does not allow is not handed to the runner as writable; a broken policy allows nothing', async () => {
  for (const [policy, expected] of [
    [undefined, []],
    ['writes:\n  allow: [weather/*]\n', ['weather/limit']],
    ['writes:\n  allow: [weather/limit]\n', ['weather/limit']],
    ['writes:\n  allow: [weather/ghi, battery/*]\n', []],
    ['writes:\n  alow: [weather/*]\n', []],
    ['writes: [weather/*', []],
  ] as const) {
    const rig = createAgentRig();
    rig.centre.offer(model);
    const handed: string[][] = [];
    const first = await rig.start({
      onlyCreate: true,
      workloads: { onStart: ({ kind }, context) => kind === 'connector' && handed.push([...context.writableTags]) },
    });
    if (policy !== undefined) await first.files.writeDurable('test', 'site-policy.yaml', Buffer.from(policy));
    await first.agent.start();
    await rig.clock.advance(2000);
    rig.centre.issue(rig.centre.manifestFor('pi-1', 1, { workloads: someWorkloads(model) }));
    await rig.clock.advance(3000);
    assert.deepEqual(handed, [expected], policy);
    await first.agent.stop();
  }
});

test('live values and logs come when they are asked for, and stop', async () => {
  const rig = await converged();
  const lives = () => rig.centre.frames.filter(({ kind }) => kind === 'live').length;
  await rig.clock.advance(5000);
  assert.equal(lives(), 0);
  rig.centre.send('pi-1', { kind: 'watch', forMs: 10_000 });
  await rig.clock.advance(30_000);
  assert.ok(lives() >= 5 && lives() <= 12, `${lives()}`);
  rig.centre.send('pi-1', { kind: 'logs-wanted', request: 'r1', lines: 3 });
  await rig.clock.advance(100);
  const answer = rig.centre.frames.find((frame) => frame.kind === 'logs');
  assert.equal(answer?.lines.length, 3);
  assert.equal(answer?.request, 'r1');
});

test('two agents cannot share a data directory', async () => {
  const rig = createAgentRig();
  const first = await rig.start();
  const second = rig.start({ files: first.files });
  await assert.rejects(second, { code: 'in-use' });
  await first.agent.stop();
});
