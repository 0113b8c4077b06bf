import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EdgeError } from '../../contracts/errors.ts';
import type { RecordBody } from '../../contracts/records.ts';
import { aControlPlane, aNode, everything, type Rig } from './control-plane-rig.ts';

const alarm = (phase: 'raised' | 'cleared', sourceTime: number): RecordBody => ({
  kind: 'alarm',
  flow: 'forecast',
  step: 'hot',
  sourceTime,
  alarm: 'hot',
  phase,
  severity: 'critical',
  message: 'It is hot',
  tag: 'weather/ghi',
});
const alarmsOf = async (rig: Rig, phase = 'raised') => (await rig.call('alarms', { query: { phase } })).items;

async function aFleet() {
  const rig = await aControlPlane();
  await rig.apply(...everything());
  return { rig, node: await aNode(rig) };
}

test('an alarm stands from raised to cleared, with its place, its release, and who looks after it', async () => {
  const { rig, node } = await aFleet();
  await node.publish('alarms', alarm('raised', 100));
  const [raised] = await alarmsOf(rig);
  assert.deepEqual(
    [raised?.node, raised?.site, raised?.raisedAt, raised?.release],
    [node.name, 'piedmont', 100, { deployment: 'pv', release: 1 }],
  );
  assert.equal((await rig.call('overview')).decisions[0]?.what, 'piedmont-1: It is hot');
  await rig.call('acknowledgeAlarm', { body: { id: raised!.id } });
  assert.equal((await alarmsOf(rig))[0]?.acknowledgedBy, 'person:ada@example.com');
  await node.publish('alarms', alarm('cleared', 200));
  assert.deepEqual(await alarmsOf(rig), []);
  assert.deepEqual(
    (await alarmsOf(rig, 'all')).map((one) => [one.phase, one.clearedAt]),
    [['cleared', 200]],
  );
  await node.publish('alarms', alarm('raised', 300));
  assert.deepEqual(
    (await alarmsOf(rig)).map((one) => [one.raisedAt, one.acknowledgedBy]),
    [[300, null]],
  );
  await assert.rejects(rig.call('acknowledgeAlarm', { body: { id: 'none' } }), { code: 'not-found' });
});

test('a control plane that ends between keeping a record and its alarm has the alarm after its next start', async () => {
  const { rig, node } = await aFleet();
  const { records } = rig.database;
  await records.append({
    node: node.name,
    stream: 'alarms',
    incarnation: 'x',
    records: [{ number: 1, at: 1, body: alarm('raised', 5) }],
    dropped: [],
    at: 1,
  });
  assert.deepEqual(await alarmsOf(rig), []);
  await rig.crash();
  assert.equal((await alarmsOf(rig)).length, 1);
  await rig.call('acknowledgeAlarm', { body: { id: (await alarmsOf(rig))[0]!.id } });
  await rig.crash();
  assert.equal((await alarmsOf(rig))[0]?.acknowledgedBy, 'person:ada@example.com');
});

test('a rule raises an alert when a node is silent for too long, and clears it when it is back', async () => {
  const { rig, node } = await aFleet();
  await rig.apply({
    kind: 'AlertRule',
    name: 'silent',
    spec: { target: { all: true }, when: { is: 'node-unseen', for: '30s' } },
  });
  await node.report();
  await rig.clock.advance(29_000);
  assert.deepEqual(await alarmsOf(rig), []);
  await rig.clock.advance(3000);
  assert.deepEqual(
    (await alarmsOf(rig)).map((one) => [one.id, one.from]),
    [[`rule/silent/${node.name}`, 'rule']],
  );
  await rig.crash();
  await rig.clock.advance(2000);
  assert.equal((await alarmsOf(rig)).length, 1);
  await node.connect();
  await node.report();
  await rig.clock.advance(2000);
  assert.deepEqual(await alarmsOf(rig), []);
  const { items } = await rig.call('timeline');
  const kinds = items.map((entry) => (entry.detail as { kind?: string }).kind);
  assert.deepEqual(
    [kinds.filter((kind) => kind === 'alert-raised').length, kinds.filter((kind) => kind === 'alert-cleared').length],
    [1, 1],
  );
});

test('a deleted node takes its alarms with it, and a deleted rule its alerts', async () => {
  const { rig, node } = await aFleet();
  await rig.apply({
    kind: 'AlertRule',
    name: 'silent',
    spec: { target: { all: true }, when: { is: 'node-unseen', for: '1s' } },
  });
  await node.publish('alarms', alarm('raised', 100));
  await rig.clock.advance(5000);
  assert.equal((await alarmsOf(rig)).length, 2);
  await rig.call('apply', { body: { delete: [{ kind: 'AlertRule', name: 'silent' }] } });
  await rig.clock.advance(2000);
  assert.equal((await alarmsOf(rig)).length, 1);
  await rig.call('apply', { body: { delete: [{ kind: 'Node', name: node.name }] } });
  await rig.clock.advance(2000);
  assert.deepEqual(await alarmsOf(rig, 'all').then((all) => all.filter((one) => one.from === 'flow')), []);
});

test('the timeline has events of nodes and control plane, changes and alarms, newest first, also filtered', async () => {
  const { rig, node } = await aFleet();
  const other = await aNode(rig);
  await node.publish(
    'events',
    { kind: 'event', event: { kind: 'link-up' } },
    { kind: 'event', event: { kind: 'of-a-later-release' } },
  );
  await rig.clock.advance(5);
  await node.publish('alarms', alarm('raised', 1));
  const all = (await rig.call('timeline')).items;
  assert.ok(all.every((entry, index) => index === 0 || all[index - 1]!.at >= entry.at));
  assert.equal(all[0]?.sentence, 'Alarm: It is hot');
  assert.ok(all.some((entry) => entry.sentence === 'Event of-a-later-release'));
  assert.equal(new Set(all.map((entry) => entry.id)).size, all.length);
  assert.deepEqual([...new Set(all.map((entry) => entry.from))].sort(), ['alarm', 'change', 'control-plane', 'node']);
  const own = (await rig.call('timeline', { query: { node: node.name } })).items;
  assert.ok(own.length > 3 && own.every((entry) => entry.node === node.name));
  assert.ok(
    !(await rig.call('timeline', { query: { node: other.name } })).items.some((entry) => entry.from === 'alarm'),
  );
  const site = (await rig.call('timeline', { query: { site: 'piedmont' } })).items;
  assert.ok(site.some((entry) => entry.from === 'change') && site.every((entry) => entry.site === 'piedmont'));
  const page = (await rig.call('timeline', { query: { limit: 3 } })).items;
  const next = (await rig.call('timeline', { query: { limit: 3, before: page.at(-1)!.at } })).items;
  assert.ok(next.every((entry) => entry.at < page.at(-1)!.at));
});

test('events that the disk does not take at once are written when it does', async () => {
  const { rig, node } = await aFleet();
  rig.database.failWrites(new EdgeError('disk-full', 'full'));
  await node.hangUp();
  rig.database.failWrites(undefined);
  await node.connect();
  const sentences = (await rig.call('timeline', { query: { node: node.name } })).items.map((entry) => entry.sentence);
  assert.ok(sentences.some((one) => /no longer connected/.test(one)));
  assert.equal((await rig.centre.figures()).eventsLost, 0);
});

test('a node that raises ever new alarms keeps its newest ones and leaves those of others alone', async () => {
  const { rig, node } = await aFleet();
  const other = await aNode(rig);
  await other.publish('alarms', alarm('raised', 1));
  for (let batch = 0; batch < 5; batch += 1) {
    const bodies = Array.from({ length: 300 }, (_, index) => ({
      ...(alarm('raised', batch * 300 + index) as Extract<RecordBody, { kind: 'alarm' }>),
      alarm: `a-${batch}-${index}`,
      message: 'm'.repeat(10_000),
    }));
    await node.publish('alarms', ...bodies);
  }
  await node.publish('alarms', { ...alarm('raised', 5000), step: 'long'.repeat(1000) } as RecordBody);
  const { items: kept } = await rig.call('alarms', { query: { limit: 1000 } });
  assert.equal(kept[0]?.name, 'a-4-299');
  assert.ok(kept.every((one) => one.message.length <= 2000));
  const { items: others } = await rig.call('alarms', { query: { node: other.name } });
  assert.equal(others.length, 1);
  const documents = await rig.database.store.listDocuments('alarms', { limit: 1000 });
  const after = await rig.database.store.listDocuments('alarms', { limit: 1000, after: documents.at(-1)!.key });
  assert.equal(documents.length + after.length, 1001);
});
