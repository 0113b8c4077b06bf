import assert from 'node:assert/strict';
import { test } from 'node:test';
import { verifyChain } from '../../adapters/store/verify-chain.ts';
import { EdgeError } from '../../contracts/errors.ts';
import {
  aConnector,
  aControlPlane,
  aDeployment,
  aFlow,
  aNode,
  aSite,
  everything,
  type Rig,
} from './control-plane-rig.ts';

async function refused(
  rig: Rig,
  body: { resources?: unknown[]; delete?: unknown[] },
  code: string,
  where: RegExp,
  says: RegExp,
): Promise<EdgeError> {
  const before = await rig.database.store.changes({ limit: 1 });
  const error = await rig.call('apply', { body }).then(
    () => assert.fail('it was applied'),
    (error: EdgeError) => error,
  );
  assert.ok(error instanceof EdgeError, String(error));
  assert.equal(error.code, code);
  assert.match(error.where ?? '', where);
  assert.match(`${error.message} ${error.hint}`, says);
  assert.deepEqual(await rig.database.store.changes({ limit: 1 }), before, 'nothing was changed');
  return error;
}

test('an unknown field is named with the nearest known one, at any depth', async () => {
  const rig = await aControlPlane();
  const site = { ...aSite(), spec: { latitud: 45, longitude: 8 } };
  await refused(
    rig,
    { resources: [site] },
    'unknown-field',
    /^Site piedmont: spec.latitud$/,
    /unknown field "latitud".*"latitude"/,
  );
  await refused(rig, { resources: [{ ...aSite(), label: {} }] }, 'unknown-field', /Site piedmont.label/, /"labels"/);
  const flow = aFlow({ steps: [{ id: 'high', when: { value: 'ghi', abov: 800 } }] });
  await refused(rig, { resources: [flow] }, 'unknown-field', /spec.steps\[0\].when.abov/, /"above"/);
  const connector = aConnector({ tags: [{ name: 'ghi', source: {}, untt: 'W/m2' }] });
  await refused(rig, { resources: [connector] }, 'unknown-field', /spec.tags\[0\].untt/, /"unit"/);
});

test('kinds, names, missing and wrong values, system kinds and duplicates are refused with what to do', async () => {
  const rig = await aControlPlane();
  await refused(
    rig,
    { resources: [{ kind: 'Sit', name: 'x' }] },
    'invalid-resource',
    /resources\[0\].kind/,
    /no kind "Sit".*"Site"/,
  );
  await refused(rig, { resources: [{ ...aSite(), name: 'Piedmont Site' }] }, 'invalid-resource', /name/, /lower-case/);
  await refused(
    rig,
    { resources: [{ ...aSite(), spec: { latitude: 95, longitude: 0 } }] },
    'invalid-resource',
    /spec.latitude/,
    /90/,
  );
  await refused(
    rig,
    { resources: [{ ...aSite(), spec: { longitude: 0 } }] },
    'invalid-resource',
    /spec.latitude/,
    /latitude is missing/,
  );
  await refused(
    rig,
    { resources: [{ ...aSite(), spec: { latitude: 0, longitude: 0, timeZone: 'Europe/Roma' } }] },
    'invalid-resource',
    /timeZone/,
    /Europe\/Rome/,
  );
  await refused(rig, { resources: [aSite(), aSite()] }, 'invalid-resource', /Site piedmont/, /twice/);
  await refused(
    rig,
    { resources: [{ kind: 'Token', name: 'x', spec: {} }] },
    'invalid-resource',
    /Token x/,
    /made by the system/,
  );
  await refused(
    rig,
    { resources: [{ kind: 'Node', name: 'x', spec: { site: 'piedmont' } }] },
    'invalid-resource',
    /Node x/,
    /orla enrol/,
  );
});

test('a cycle, a tag that does not exist, an unknown model and an unresolved variable are refused', async () => {
  const rig = await aControlPlane();
  const cycle = aFlow({
    steps: [
      { id: 'a', compute: { x: 'b.x' } },
      { id: 'b', compute: { x: 'a.x' } },
    ],
  });
  await refused(rig, { resources: [cycle] }, 'invalid-flow', /Flow forecast: spec.steps/, /a → b|b → a/);
  await rig.apply(...everything());
  await aNode(rig);
  const tag = aFlow({ inputs: { ghi: { tag: 'weather/gih' } } });
  await refused(rig, { resources: [tag] }, 'invalid-flow', /Flow forecast: spec.inputs.ghi/, /weather\/ghi/);
  const model = aFlow({
    steps: [{ id: 'm', model: { use: 'sun@champion', inputs: { x: ['ghi'] }, outputs: { y: 'y' } } }],
  });
  await refused(rig, { resources: [model] }, 'invalid-flow', /Flow forecast/, /no model "sun".*orla model push/);
  const variable = aConnector({ config: { host: '${site.plcc}' } });
  await refused(
    rig,
    { resources: [variable] },
    'unresolved-variable',
    /Connector weather: spec.config.host/,
    /site.plcc/,
  );
  await refused(
    rig,
    { resources: [aDeployment({ flows: ['forcast'] })] },
    'invalid-resource',
    /spec.flows\[0\]/,
    /"forecast"/,
  );
});

test('a model whose signature does not fit the flow is refused before any node gets it', async () => {
  const rig = await aControlPlane();
  await rig.apply(...everything());
  await aNode(rig);
  await rig.call('pushModel', { params: { model: 'sun' }, query: { alias: 'champion' }, body: [Buffer.from('x')] });
  const step = (inputs: unknown) =>
    aFlow({ steps: [{ id: 'm', model: { use: 'sun@champion', inputs, outputs: { y: 'y' } } }] });
  await refused(rig, { resources: [step({ wrong: ['ghi'] })] }, 'invalid-flow', /Flow forecast/, /wrong|"x"/);
  await rig.apply(step({ x: ['ghi'] }));
  assert.equal((await rig.call('deployment', { params: { deployment: 'pv' } })).releases[0]?.models[0], 'sun:1');
});

test('what is in use cannot be deleted, unless what uses it goes with it', async () => {
  const rig = await aControlPlane();
  await rig.apply(...everything());
  const node = await aNode(rig);
  const gone = (kind: string, name: string) => ({ delete: [{ kind, name }] });
  await refused(rig, gone('Site', 'piedmont'), 'in-use', /Site piedmont/, new RegExp(`Node ${node.name}`));
  await refused(rig, gone('Flow', 'forecast'), 'in-use', /Flow forecast/, /Deployment pv/);
  await assert.rejects(rig.call('apply', { body: gone('Flow', 'nothing') }), { code: 'not-found' });
  await refused(rig, gone('Connector', 'weather'), 'invalid-flow', /Flow forecast/, /weather\/ghi/);
  const both = [
    { kind: 'Deployment', name: 'pv' },
    { kind: 'Flow', name: 'forecast' },
  ];
  assert.equal((await rig.call('apply', { body: { delete: both } })).changes.length, 2);
});

test('all or nothing; the same again changes nothing; generations and digests stop what is based on old facts', async () => {
  const rig = await aControlPlane();
  await refused(rig, { resources: [aSite(), { ...aSite('b'), spec: {} }] }, 'invalid-resource', /Site b/, /missing/);
  assert.equal((await rig.apply(...everything())).length, 4);
  assert.deepEqual(await rig.apply(...everything()), []);
  await rig.apply({ ...aSite(), labels: { plant: 'pv', x: '1' }, generation: 1 });
  await refused(
    rig,
    { resources: [{ ...aSite(), generation: 1 }] },
    'conflict',
    /Site piedmont/,
    /generation 2, not 1/,
  );
  const { digest } = await rig.call('plan', { body: { resources: [aFlow({ about: 'a' })] } });
  await rig.apply(aFlow({ about: 'b' }));
  await assert.rejects(rig.call('apply', { body: { resources: [aFlow({ about: 'a' })], digest } }), {
    code: 'conflict',
  });
  const again = await rig.call('plan', { body: { resources: [aFlow({ about: 'a' })] } });
  assert.equal(
    (await rig.call('apply', { body: { resources: [aFlow({ about: 'a' })], digest: again.digest } })).changes.length,
    1,
  );
  assert.equal((await verifyChain(rig.database.store)).kind, 'whole');
});

test('a plan shows fields, rollouts, steps, new rights to write and bytes; and changes nothing', async () => {
  const rig = await aControlPlane();
  await rig.apply(...everything());
  const node = await aNode(rig);
  await node.report();
  const pushed = await rig.call('pushModel', {
    params: { model: 'sun' },
    query: { alias: 'champion' },
    body: [Buffer.from('12345')],
  });
  const flow = aFlow({
    inputs: { ghi: { tag: 'weather/ghi' } },
    steps: [
      { id: 'm', model: { use: 'sun@champion', inputs: { x: ['ghi'] }, outputs: { y: 'y' } } },
      { id: 'w', write: { tag: 'weather/limit', value: 1, when: 'hi', on: 'rising' } },
      { id: 'hi', when: { value: 'ghi', above: 1 } },
    ],
  });
  const plan = await rig.call('plan', { body: { resources: [flow, aSite()] } });
  assert.deepEqual(plan.problems, []);
  assert.deepEqual(
    plan.changes.map((one) => [one.kind, one.action]),
    [
      ['Flow', 'update'],
      ['Site', 'unchanged'],
    ],
  );
  assert.ok(plan.changes[0]!.fields.some((field) => field.path.startsWith('spec.steps[0]')));
  assert.deepEqual(
    plan.rollouts.map((one) => [one.deployment, one.nodes, one.waves]),
    [['pv', 1, 1]],
  );
  assert.deepEqual(
    plan.nodes[0]?.steps.map((step) => step.kind),
    ['fetch-artifact', 'start-workload'],
  );
  assert.equal(plan.downloadBytes, pushed.sizeBytes);
  assert.deepEqual(plan.nodes[0]?.writes, []);
  const removal = await rig.call('plan', { body: { delete: [{ kind: 'Deployment', name: 'pv' }] } });
  assert.deepEqual(
    removal.nodes[0]?.steps.map((step) => step.kind),
    ['stop-workload'],
  );
  assert.equal((await rig.call('deployment', { params: { deployment: 'pv' } })).releases.length, 1);
  await rig.call('apply', { body: { delete: [{ kind: 'Deployment', name: 'pv' }] } });
  await rig.settle();
  const back = await rig.call('plan', { body: { resources: [aDeployment()] } });
  assert.deepEqual(back.nodes[0]?.writes, ['weather/limit']);
});

test('what was planned is what happens: the manifest after apply does exactly the steps', async () => {
  const rig = await aControlPlane();
  await rig.apply(...everything());
  const node = await aNode(rig);
  await node.report();
  const change = [aFlow({ about: 'second' }), aConnector({ scan: '2s' })];
  const plan = await rig.call('plan', { body: { resources: change } });
  await rig.apply(...change);
  const started = plan.nodes[0]!.steps.flatMap((step) =>
    step.kind === 'start-workload' ? [step.workload.digest] : [],
  );
  assert.deepEqual(
    started.sort(),
    node
      .manifest()!
      .workloads.map((one) => one.digest)
      .sort(),
  );
});

test('undo puts back a change, an undo can be undone, and what changed since is not overwritten', async () => {
  const rig = await aControlPlane();
  const [made] = await rig.apply(aSite());
  const [changed] = await rig.apply({ ...aSite(), spec: { latitude: 46, longitude: 8 } });
  await assert.rejects(rig.call('undo', { params: { number: made!.number } }), { code: 'conflict' });
  const { changes } = await rig.call('undo', { params: { number: changed!.number } });
  assert.deepEqual(
    [changes[0]?.because, changes[0]?.after?.spec['latitude']],
    [`undo of change ${changed!.number}`, 45],
  );
  await rig.call('undo', { params: { number: changes[0]!.number } });
  const [deleted] = (await rig.call('apply', { body: { delete: [{ kind: 'Site', name: 'piedmont' }] } })).changes;
  await rig.call('undo', { params: { number: deleted!.number } });
  assert.equal((await rig.call('getResource', { params: { kind: 'Site', name: 'piedmont' } })).spec['latitude'], 46);
  await assert.rejects(rig.call('undo', { params: { number: 999 } }), { code: 'not-found' });
});

test('a removed node comes back by undo with its own key; a token does not', async () => {
  const rig = await aControlPlane();
  await rig.apply(...everything());
  const node = await aNode(rig);
  const [removed] = (await rig.call('apply', { body: { delete: [{ kind: 'Node', name: node.name }] } })).changes;
  await rig.settle();
  await rig.call('undo', { params: { number: removed!.number } });
  await rig.settle();
  await node.connect();
  assert.ok(node.last('welcome'));
  const token = (await rig.call('changes')).items.find((change) => change.kind === 'Token');
  await assert.rejects(rig.call('undo', { params: { number: token!.number } }), { code: 'not-supported' });
});

test('people edit labels, variables and site of a node, never its key', async () => {
  const rig = await aControlPlane();
  await rig.apply(...everything());
  const node = await aNode(rig);
  await rig.apply({
    kind: 'Node',
    name: node.name,
    labels: { rack: '1' },
    spec: { site: 'piedmont', variables: { plc: '10.0.0.2' } },
  });
  const kept = await rig.call('getResource', { params: { kind: 'Node', name: node.name } });
  assert.deepEqual([kept.labels, kept.spec['publicKey']], [{ rack: '1' }, node.keys.publicKey]);
  const stolen = { kind: 'Node', name: node.name, spec: { site: 'piedmont', publicKey: 'AAAA' } };
  await refused(rig, { resources: [stolen] }, 'invalid-resource', /spec.publicKey/, /cannot be changed/);
  await refused(
    rig,
    { resources: [{ kind: 'Node', name: node.name, spec: { site: 'nowhere' } }] },
    'invalid-resource',
    /spec.site/,
    /no site "nowhere"/,
  );
});

test('lists are paged and filtered by label', async () => {
  const rig = await aControlPlane();
  await rig.apply(aSite('a'), aSite('b'), { ...aSite('c'), labels: {} });
  const first = await rig.call('listResources', { params: { kind: 'Site' }, query: { limit: 2 } });
  assert.deepEqual([first.items.map((one) => one.name), first.next], [['a', 'b'], 'b']);
  const rest = await rig.call('listResources', { params: { kind: 'Site' }, query: { limit: 2, after: first.next } });
  assert.deepEqual([rest.items.map((one) => one.name), rest.next], [['c'], null]);
  const labelled = await rig.call('listResources', { params: { kind: 'Site' }, query: { label: 'plant=pv' } });
  assert.equal(labelled.items.length, 2);
  await assert.rejects(rig.call('listResources', { params: { kind: 'Site' }, query: { label: 'plant' } }), {
    code: 'bad-request',
  });
  await assert.rejects(rig.call('getResource', { params: { kind: 'Site', name: 'aa' } }), {
    code: 'not-found',
    hint: 'Did you mean "a"?',
  });
});
