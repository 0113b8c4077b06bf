import assert from 'node:assert/strict';
import { test } from 'node:test';
import { verify } from '../../adapters/system/keys.ts';
import { Manifest, Trust } from '../../contracts/manifest.ts';
import { judgeManifest } from '../../core/trust/judge-manifest.ts';
import {
  aConnector,
  aControlPlane,
  aDeployment,
  aFlow,
  aNode,
  aSite,
  everything,
  type Rig,
  type TestNode,
} from './control-plane-rig.ts';

const deployment = (rig: Rig) => rig.call('deployment', { params: { deployment: 'pv' } });
async function reportFor(rig: Rig, nodes: readonly TestNode[], seconds: number, over = {}) {
  for (let second = 0; second < seconds; second += 1) {
    for (const node of nodes) await node.report(over);
    await rig.clock.advance(900);
  }
}

test('a node that enrols gets a signed manifest that it may trust, with what the deployment says', async () => {
  const rig = await aControlPlane();
  await rig.apply(...everything());
  const node = await aNode(rig);
  const { manifest } = node.last('manifest')!;
  const trust = Trust.parse(JSON.parse(node.last('trust')!.trust.payload));
  const verifies = (key: string, payload: string, signature: string) => verify(key, Buffer.from(payload), signature);
  const judged = judgeManifest(manifest, { trust, node: node.name, kept: null }, verifies);
  assert.equal(judged.kind, 'accept');
  const body = Manifest.parse(JSON.parse(manifest.payload));
  assert.equal(node.name, 'piedmont-1');
  assert.deepEqual(body.releases, { pv: 1 });
  assert.deepEqual(
    body.workloads.map((one) => one.id),
    ['shared/connector/weather', 'shared/flow/forecast'],
  );
});

test('the first release is done when its node has been healthy for long enough; the five counts say so', async () => {
  const rig = await aControlPlane();
  await rig.apply(...everything());
  const node = await aNode(rig);
  assert.deepEqual((await deployment(rig)).counts, { target: 1, actual: 0, healthy: 0, unhealthy: 0, unknown: 1 });
  await reportFor(rig, [node], 5);
  const view = await deployment(rig);
  assert.deepEqual(view.counts, { target: 1, actual: 1, healthy: 1, unhealthy: 0, unknown: 0 });
  assert.deepEqual([view.release, view.rollout?.phase, view.releases[0]?.outcome], [1, 'done', 'current']);
  await rig.clock.advance(10_000);
  assert.deepEqual((await deployment(rig)).counts.unknown, 1);
});

test('a changed flow becomes a release, goes out, and a node that turns unhealthy takes everything back', async () => {
  const rig = await aControlPlane();
  await rig.apply(...everything());
  const nodes = [await aNode(rig), await aNode(rig)];
  await reportFor(rig, nodes, 5);
  await rig.apply(aFlow({ about: 'second' }));
  assert.equal(nodes[0]!.manifest()!.releases['pv'], 2);
  for (const node of nodes) await node.report();
  const failing = { workloads: [{ ...workload(nodes[1]!), health: 'unhealthy' as const, because: 'no answer' }] };
  for (let second = 0; second < 5; second += 1) {
    await nodes[0]!.report();
    if (nodes[1]!.manifest()!.releases['pv'] === 2) await nodes[1]!.report(failing);
    await rig.clock.advance(900);
  }
  const view = await deployment(rig);
  assert.deepEqual([view.rollout?.phase, view.release, view.releases[0]?.outcome], ['rolled-back', 1, 'rolled-back']);
  assert.match(view.rollout!.because, /no answer/);
  assert.deepEqual(
    nodes.map((node) => [node.manifest()!.number, node.manifest()!.releases['pv']]),
    [
      [3, 1],
      [3, 1],
    ],
  );
  await rig.clock.advance(5000);
  assert.equal((await deployment(rig)).releases.length, 2);
});

function workload(node: TestNode) {
  const flow = node.manifest()!.workloads.find((one) => one.kind === 'flow')!;
  return {
    id: flow.id,
    kind: flow.kind,
    digest: flow.digest,
    runner: flow.runner,
    phase: 'running' as const,
    since: 0,
    restarts: 0,
  };
}

test('people go back to an earlier release; it stays so until a resource changes', async () => {
  const rig = await aControlPlane();
  await rig.apply(...everything());
  const node = await aNode(rig);
  await reportFor(rig, [node], 4);
  await rig.apply(aFlow({ about: 'second' }));
  await reportFor(rig, [node], 5);
  await rig.call('rollBack', { params: { deployment: 'pv' }, body: { to: 1 } });
  await reportFor(rig, [node], 5);
  const view = await deployment(rig);
  assert.deepEqual([view.release, view.releases.length, view.rollout?.phase], [3, 3, 'done']);
  const flow = node.manifest()!.workloads.find((one) => one.kind === 'flow');
  assert.equal(flow?.flow.about, undefined);
  await rig.crash();
  await node.connect();
  await reportFor(rig, [node], 2);
  assert.equal((await deployment(rig)).releases.length, 3);
  await rig.apply(aFlow({ about: 'third' }));
  assert.equal((await deployment(rig)).releases.length, 4);
});

test('a crash at any moment: manifests keep their numbers, rollouts go on where they were', async () => {
  const rig = await aControlPlane();
  await rig.apply(...everything());
  const node = await aNode(rig);
  await node.report();
  const before = node.last('manifest');
  await rig.crash();
  assert.deepEqual((await rig.call('nodeManifest', { params: { node: node.name } })).desired, before?.manifest);
  await node.connect();
  await reportFor(rig, [node], 5);
  assert.equal((await deployment(rig)).rollout?.phase, 'done');
  // Killed between the commit of a change and what the loops make of it.
  await rig.call('apply', { body: { resources: [aFlow({ about: 'second' })] } });
  await rig.crash();
  await node.connect();
  assert.deepEqual([node.manifest()!.number, node.manifest()!.releases['pv']], [2, 2]);
});

test('a manifest is sent again while reports show an older one, and not while the node refuses it', async () => {
  const rig = await aControlPlane();
  await rig.apply(...everything());
  const node = await aNode(rig);
  const sent = () => node.frames.filter((frame) => frame.kind === 'manifest').length;
  const before = sent();
  await reportFor(rig, [node], 3, { manifestNumber: 0, workloads: [] });
  assert.ok(sent() >= before + 2, `${sent()} after ${before}`);
  await node.report({ manifestNumber: 0, refused: { number: 1, because: 'no', at: 0 } });
  const refused = sent();
  await reportFor(rig, [node], 3, { manifestNumber: 0, workloads: [], refused: { number: 1, because: 'no', at: 0 } });
  assert.equal(sent(), refused);
  assert.equal((await rig.call('node', { params: { node: node.name } })).health, 'unhealthy');
});

test('waves: the second wave starts when the first is healthy; paused deployments move nobody', async () => {
  const rig = await aControlPlane();
  const rollout = { healthyFor: '1s', healthyWithin: '20s', waves: [{ share: 0.34 }, { share: 1 }] };
  await rig.apply(aSite(), aConnector(), aFlow(), aDeployment({ rollout }));
  const nodes = [await aNode(rig), await aNode(rig), await aNode(rig)];
  await reportFor(rig, nodes, 12);
  await rig.apply(aFlow({ about: 'second' }), aDeployment({ rollout, paused: true }));
  await reportFor(rig, nodes, 3);
  assert.deepEqual(
    nodes.map((node) => node.manifest()!.releases['pv']),
    [1, 1, 1],
  );
  assert.equal((await deployment(rig)).rollout?.phase, 'paused');
  await rig.apply(aDeployment({ rollout }));
  const moved = nodes.filter((node) => node.manifest()!.releases['pv'] === 2).length;
  assert.ok(moved > 0 && moved < 3, `${moved} moved at once`);
  await reportFor(rig, nodes, 8);
  assert.deepEqual(
    nodes.map((node) => node.manifest()!.releases['pv']),
    [2, 2, 2],
  );
});

test('a node that leaves a deployment loses it; a deleted deployment takes its flows from every node', async () => {
  const rig = await aControlPlane();
  await rig.apply(...everything());
  const node = await aNode(rig);
  await reportFor(rig, [node], 4);
  await rig.apply({ ...aSite(), labels: {} });
  assert.deepEqual(node.manifest()!.workloads, []);
  await rig.apply(aSite());
  assert.deepEqual(node.manifest()!.releases, { pv: 3 });
  await rig.call('apply', { body: { delete: [{ kind: 'Deployment', name: 'pv' }] } });
  await rig.settle();
  assert.deepEqual(
    node.manifest()!.workloads.map((one) => one.kind),
    ['connector'],
  );
});
