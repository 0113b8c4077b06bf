import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generateSigningKey } from '../../adapters/system/keys.ts';
import { EdgeError } from '../../contracts/errors.ts';
import type { CentreFrame } from '../../contracts/link.ts';
import type { RecordBody } from '../../contracts/records.ts';
import type { WatchEvent } from '../../contracts/views.ts';
import { aControlPlane, aNode, everything, type Rig } from './control-plane-rig.ts';

async function aFleet() {
  const rig = await aControlPlane();
  await rig.apply(...everything());
  return { rig, node: await aNode(rig) };
}
const sample = (x: number): RecordBody => ({
  kind: 'sample',
  flow: 'f',
  step: 's',
  sourceTime: x,
  values: { x },
  quality: 'good',
});
const view = (rig: Rig, node: string) => rig.call('node', { params: { node } });

test('a node proves itself with its key and gets welcome, trust and manifest', async () => {
  const { rig, node } = await aFleet();
  assert.deepEqual(node.frames.map((frame) => frame.kind).slice(0, 4), [
    'challenge',
    'welcome',
    'trust',
    'report-wanted',
  ]);
  assert.equal(node.last('welcome')?.reportEveryMs, 1000);
  assert.equal((await view(rig, node.name)).connected, true);
  await node.hangUp();
  assert.equal((await view(rig, node.name)).connected, false);
});

test('another key, an unknown name and a repeated proof are refused in the same words', async () => {
  const { rig, node } = await aFleet();
  const refusals = () => node.frames.filter((frame) => frame.kind === 'refused');
  await node.connect(generateSigningKey(rig.random).privateKey);
  const said: CentreFrame[] = [];
  const line = rig.centre.accept({ remote: 'x', send: (frame) => said.push(frame) > 0, close: () => {} });
  line.onFrame({ kind: 'hello', protocol: 1, node: 'nobody', nonce: 'AA' });
  line.onFrame({ kind: 'prove', signature: 'AA' });
  assert.deepEqual(said.at(-1), refusals()[0]);
  // The nonce of the centre is new each time, so what was said once proves nothing later.
  const nonces = node.frames.flatMap((frame) => (frame.kind === 'challenge' ? [frame.nonce] : []));
  assert.equal(new Set(nonces).size, nonces.length);
});

test('a line that says anything else first, proves twice, or says nothing, is closed', async () => {
  const { rig, node } = await aFleet();
  const talk = (...frames: Parameters<typeof node.say>[0][]) => {
    const closed: string[] = [];
    const line = rig.centre.accept({ remote: 'x', send: () => true, close: (because) => closed.push(because) });
    for (const frame of frames) line.onFrame(frame);
    return closed;
  };
  assert.match(talk({ kind: 'live', live: { node: node.name, at: 0, samples: [] } })[0]!, /prove itself first/);
  assert.equal(talk({ kind: 'prove', signature: 'AA' }).length, 1);
  const silent = talk();
  await rig.clock.advance(10_001);
  assert.match(silent[0]!, /in time/);
});

test('a second line of a node ends the first, and the node stays connected', async () => {
  const { rig, node } = await aFleet();
  await node.connect();
  assert.deepEqual(node.closed, ['the node opened another line']);
  assert.equal((await view(rig, node.name)).connected, true);
  await rig.call('apply', { body: { delete: [{ kind: 'Node', name: node.name }] } });
  await rig.settle();
  assert.match(node.closed.at(-1)!, /removed/);
});

test('records are stored once, acknowledged after they are durable, and stop at a gap', async () => {
  const { rig, node } = await aFleet();
  const send = async (numbers: number[]) => {
    const records = numbers.map((number) => ({ number, at: number, body: sample(number) }));
    node.say({ kind: 'records', stream: 's', incarnation: 'i', after: 0, records, dropped: [] });
    await rig.settle();
    return node.last('stored')?.upTo;
  };
  assert.equal(await send([1, 2]), 2);
  assert.equal(await send([2, 3]), 3);
  assert.equal(await send([5]), 3);
  const { items } = await rig.call('records', { params: { node: node.name, stream: 's' } });
  assert.deepEqual(
    items.map((one) => one.number),
    [1, 2, 3],
  );
  const streams = (await rig.call('streams', { query: { node: node.name } })).items;
  assert.deepEqual(
    streams.map((one) => [one.stream, one.upTo, one.duplicatesRefused]),
    [['s', 3, 1]],
  );
});

test('records that the disk does not take are not acknowledged, and are taken when they come again', async () => {
  const { rig, node } = await aFleet();
  rig.database.failWrites(new EdgeError('disk-full', 'full'));
  await node.publish('s', sample(1));
  assert.equal(node.last('stored'), undefined);
  rig.database.failWrites(undefined);
  node.say({
    kind: 'records',
    stream: 's',
    incarnation: 'i1',
    after: 0,
    records: [{ number: 1, at: 1, body: sample(1) }],
    dropped: [],
  });
  await rig.settle();
  assert.equal(node.last('stored')?.upTo, 1);
});

test('a node that reports for another node is cut off, and changes nothing', async () => {
  const { rig, node } = await aFleet();
  const other = await aNode(rig);
  await node.report({ node: other.name, manifestNumber: 77 });
  assert.match(node.closed.at(-1)!, /another node/);
  assert.equal((await view(rig, other.name)).observedManifest, 0);
});

test('a node that is ahead of a store put back from an older copy gets a newer manifest, not one that it must refuse', async () => {
  const { rig, node } = await aFleet();
  await node.report();
  await node.report({ manifestNumber: 120, manifestSha256: 'a'.repeat(64) });
  await rig.clock.advance(1000);
  assert.equal(node.manifest()?.number, 121);
  // Another manifest with the same number is one that it would refuse too.
  await node.report({ manifestNumber: 121, manifestSha256: 'b'.repeat(64) });
  await rig.clock.advance(1000);
  assert.equal(node.manifest()?.number, 122);
  await node.report();
  await rig.clock.advance(5000);
  assert.equal(node.manifest()?.number, 122);
});

test('a node cannot use up the numbers of manifests by what it reports', async () => {
  const { rig, node } = await aFleet();
  await node.report({ manifestNumber: Number.MAX_SAFE_INTEGER });
  await rig.clock.advance(1000);
  assert.equal(node.manifest()?.number, 1);
});

test('live values and records go to who reads this node, events to everybody', async () => {
  const { rig, node } = await aFleet();
  const read = (of?: string) => {
    const events: WatchEvent[] = [];
    rig.centre.subscribe({ node: of, take: (event) => events.push(event) > 0, end: () => {} });
    return events;
  };
  const [all, mine, others] = [read(), read(node.name), read('another')];
  await rig.call('watchNode', { params: { node: node.name }, body: { forMs: 5000 } });
  assert.equal(node.last('watch')?.forMs, 5000);
  node.say({ kind: 'live', live: { node: node.name, at: 1, samples: [] } });
  await node.publish('s', sample(1));
  await node.publish('events', { kind: 'event', event: { kind: 'link-up' } });
  const kinds = (events: WatchEvent[]) => [...new Set(events.map((event) => event.kind))].sort();
  assert.deepEqual([kinds(all), kinds(mine), kinds(others)], [['timeline'], ['live', 'records', 'timeline'], []]);
});

test('a report that changes nothing is told to the readers of its node only', async () => {
  const { rig, node } = await aFleet();
  await node.report();
  await rig.clock.advance(2000);
  await node.report();
  const all: WatchEvent[] = [];
  const mine: WatchEvent[] = [];
  rig.centre.subscribe({ take: (event) => all.push(event) > 0, end: () => {} });
  rig.centre.subscribe({ node: node.name, take: (event) => mine.push(event) > 0, end: () => {} });
  await node.report();
  assert.deepEqual([all.length, mine], [0, [{ kind: 'node', node: node.name }]]);
});

test('a reader that does not keep up is ended and the others are not', async () => {
  const { rig, node } = await aFleet();
  let ended = 0;
  rig.centre.subscribe({
    node: node.name,
    take: () => false,
    end: () => {
      ended += 1;
    },
  });
  const good: WatchEvent[] = [];
  rig.centre.subscribe({ node: node.name, take: (event) => good.push(event) > 0, end: () => {} });
  await node.publish('s', sample(1));
  await node.publish('s', sample(2));
  assert.deepEqual([ended, good.length], [1, 2]);
});

test('log lines are asked from the node; one that is away or silent is said', async () => {
  const { rig, node } = await aFleet();
  const asked = rig.call('nodeLogs', { params: { node: node.name }, query: { lines: 5, from: 'agent' } });
  await rig.settle();
  const wanted = node.last('logs-wanted')!;
  assert.deepEqual([wanted.lines, wanted.from], [5, 'agent']);
  const lines = [{ at: 1, level: 'info' as const, from: 'agent', text: 'hello' }];
  node.say({ kind: 'logs', request: wanted.request, lines });
  assert.deepEqual(await asked, { lines });
  const silent = assert.rejects(rig.call('nodeLogs', { params: { node: node.name } }), { code: 'timeout' });
  await rig.clock.advance(10_001);
  await silent;
  await node.hangUp();
  await assert.rejects(rig.call('nodeLogs', { params: { node: node.name } }), { code: 'unreachable' });
});

test("artifacts are for nodes with an open line: the session's word opens them until it closes", async () => {
  const { rig, node } = await aFleet();
  const pushed = await rig.call('pushModel', { params: { model: 'm' }, body: [Buffer.from('a model')] });
  const read = async (session: string) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of await rig.centre.artifact(pushed.artifact, 2, session)) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  };
  assert.equal(await read(node.session()), 'model');
  await assert.rejects(read('another word'), { code: 'unauthenticated' });
  await assert.rejects(rig.centre.artifact('0'.repeat(64), 0, node.session()), { code: 'not-found' });
  const session = node.session();
  await node.hangUp();
  await assert.rejects(read(session), { code: 'unauthenticated' });
});

test('frames of one node beyond what is in hand are dropped, so it cannot fill the memory', async () => {
  const { rig, node } = await aFleet();
  for (let number = 1; number <= 500; number += 1) {
    node.say({
      kind: 'records',
      stream: 's',
      incarnation: 'i',
      after: 0,
      records: [{ number, at: 1, body: sample(number) }],
      dropped: [],
    });
  }
  await rig.settle();
  const upTo = node.last('stored')!.upTo;
  assert.ok(upTo > 0 && upTo < 500, String(upTo));
});
