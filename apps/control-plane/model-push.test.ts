import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EdgeError } from '../../contracts/errors.ts';
import { aControlPlane, aFlow, type Rig } from './control-plane-rig.ts';

const push = (rig: Rig, text: string, query: Record<string, unknown> = {}) =>
  rig.call('pushModel', { params: { model: 'sun' }, query, body: [Buffer.from(text)] });
const aliases = async (rig: Rig) =>
  (await rig.call('getResource', { params: { kind: 'Model', name: 'sun' } })).spec['aliases'];

test('each new file is the next version; the same bytes are the version that is there; aliases move', async () => {
  const rig = await aControlPlane();
  const first = await push(rig, 'one', { alias: 'champion' });
  assert.deepEqual(
    [first.version, first.alreadyThere, first.sizeBytes, first.pushedBy],
    [1, false, 3, 'person:ada@example.com'],
  );
  const second = await push(rig, 'two');
  assert.deepEqual([second.version, await aliases(rig)], [2, { champion: 1 }]);
  const again = await push(rig, 'two', { alias: 'champion' });
  assert.deepEqual([again.version, again.alreadyThere, await aliases(rig)], [2, true, { champion: 2 }]);
  await rig.apply({ kind: 'Model', name: 'sun', spec: { title: 'Irradiance' } });
  assert.deepEqual(await aliases(rig), { champion: 2 });
  await assert.rejects(rig.apply({ kind: 'Model', name: 'sun', spec: { aliases: { champion: 9 } } }), {
    code: 'invalid-resource',
  });
});

test('two that push at the same time get two versions', async () => {
  const rig = await aControlPlane();
  const versions = await Promise.all(['a', 'b', 'c'].map((text) => push(rig, text)));
  assert.deepEqual(versions.map((one) => one.version).sort(), [1, 2, 3]);
});

test('a refused model, bytes that changed on the way and a broken line store nothing', async () => {
  const inspectModel = async () => {
    throw new EdgeError('invalid-model', 'it is a pickle');
  };
  const rig = await aControlPlane({}, { inspectModel });
  await assert.rejects(push(rig, 'bad'), { code: 'invalid-model' });
  await assert.rejects(push(rig, 'good', { sha256: '0'.repeat(64) }), { code: 'corrupt' });
  const broken = (async function* () {
    yield Buffer.from('half');
    throw new Error('the line broke');
  })();
  await assert.rejects(rig.call('pushModel', { params: { model: 'sun' }, body: broken }), /the line broke/);
  for (const kind of ['Model', 'ModelVersion'])
    assert.deepEqual((await rig.call('listResources', { params: { kind } })).items, []);
});

test('a version gets its card once', async () => {
  const rig = await aControlPlane();
  await push(rig, 'one');
  const card = (text: string, version = 1) =>
    rig.call('putModelCard', { params: { model: 'sun', version }, body: { card: text } });
  await card('# Sun');
  await card('# Sun');
  await assert.rejects(card('# Moon'), { code: 'conflict' });
  await assert.rejects(card('# Sun', 7), { code: 'not-found' });
});

test('a model that a flow uses stays; without users it goes with its versions', async () => {
  const rig = await aControlPlane();
  await push(rig, 'one', { alias: 'champion' });
  await rig.apply(
    aFlow({ steps: [{ id: 'm', model: { use: 'sun@champion', inputs: { x: ['ghi'] }, outputs: { y: 'y' } } }] }),
  );
  const remove = (...names: [string, string][]) =>
    rig.call('apply', { body: { delete: names.map(([kind, name]) => ({ kind, name })) } });
  await assert.rejects(remove(['Model', 'sun']), { code: 'in-use' });
  await assert.rejects(remove(['ModelVersion', 'sun-v1']), { code: 'in-use' });
  assert.equal((await remove(['Flow', 'forecast'], ['Model', 'sun'])).changes.length, 3);
});
