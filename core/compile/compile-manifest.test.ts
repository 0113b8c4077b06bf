import assert from 'node:assert/strict';
import test from 'node:test';
import type { Resource } from '../../contracts/resource.ts';
import { planRelease } from '../release/plan-release.ts';
import type { Release } from '../release/release.ts';
import { type CompileFacts, compileManifest } from './compile-manifest.ts';
import { aConnector, aDeployment, aFlowResource, aNode, aSite } from './resource-builders.ts';

function aRelease(deployment: Resource<'Deployment'>, flows: Resource<'Flow'>[], connectors = [aConnector()]): Release {
  const planned = planRelease({
    deployment,
    flows,
    connectors,
    models: [],
    versions: [],
    nodes: [aNode()],
    sites: [aSite()],
    latest: null,
  });
  assert.ok(planned.kind === 'make', JSON.stringify(planned));
  return {
    deployment: deployment.name,
    release: planned.release,
    digest: planned.digest,
    body: planned.body,
    madeAt: 0,
    madeBy: 'x',
    because: '',
  };
}
const facts = (part: Partial<CompileFacts> = {}): CompileFacts => ({
  node: aNode(),
  site: aSite(),
  releases: [aRelease(aDeployment(), [aFlowResource()])],
  connectors: [aConnector()],
  secrets: [],
  ...part,
});
function compiled(f: CompileFacts) {
  const outcome = compileManifest(f);
  assert.ok(outcome.kind === 'compiled', JSON.stringify(outcome));
  return outcome;
}
function problems(f: CompileFacts) {
  const outcome = compileManifest(f);
  assert.ok(outcome.kind === 'problem', 'expected problems');
  return outcome.problems.map((p) => `${p.where}: ${p.message} ${p.hint ?? ''}`).join('\n');
}

test('the flow comes after the connectors that it uses', () => {
  const { body } = compiled(facts());
  assert.deepEqual(
    body.workloads.map((w) => w.id),
    ['shared/connector/weather', 'shared/flow/watch'],
  );
  const flow = body.workloads[1]!;
  assert.deepEqual(flow.kind === 'flow' && flow.after, ['shared/connector/weather']);
  assert.deepEqual(body.releases, { pv: 1 });
  assert.deepEqual(Object.keys(body.streams).sort(), ['alarms', 'decisions', 'events', 'scores']);
});

test('the same facts give the same digest, whatever the order', () => {
  const a = aConnector({ name: 'a', spec: { equipment: 'a' } });
  assert.equal(
    compiled(facts({ connectors: [aConnector(), a] })).digest,
    compiled(facts({ connectors: [a, aConnector()] })).digest,
  );
});

test('a node that runs nothing still watches its equipment', () => {
  assert.deepEqual(
    compiled(facts({ releases: [] })).body.workloads.map((w) => w.id),
    ['shared/connector/weather'],
  );
});

test('a flow that asks for its own runner brings its connectors there, and a shared user keeps its own', () => {
  const own = aFlowResource({ name: 'own', spec: { isolation: 'dedicated' } });
  const release = aRelease(aDeployment({ spec: { flows: ['own', 'watch'] } }), [own, aFlowResource()]);
  assert.deepEqual(
    compiled(facts({ releases: [release] })).body.workloads.map((w) => w.id),
    ['flow-own/connector/weather', 'shared/connector/weather', 'flow-own/flow/own', 'shared/flow/watch'],
  );
});

test('what is nearer wins: deployment, then site, then node', () => {
  const connector = aConnector({ spec: { config: { host: `\${host}`, port: `\${port}`, unit: `\${unit}` } } });
  const release = aRelease(
    aDeployment({ spec: { variables: { host: 'd', port: 1, unit: 1 } } }),
    [aFlowResource()],
    [connector],
  );
  const { body } = compiled(
    facts({
      releases: [release],
      connectors: [connector],
      site: aSite({ spec: { variables: { port: 2, unit: 2 } } }),
      node: aNode({ spec: { variables: { unit: 3 } } }),
    }),
  );
  const workload = body.workloads[0]!;
  assert.deepEqual(workload.kind === 'connector' && workload.connector.config, { host: 'd', port: 2, unit: 3 });
});

test('a release pins its connectors: a later change reaches the node only with the next release', () => {
  const changed = aConnector({ spec: { config: { host: 'new' } } });
  assert.equal(compiled(facts()).digest, compiled(facts({ connectors: [changed] })).digest);
});

test('a release that differs only in its number leaves every workload alone', () => {
  const release = aRelease(aDeployment(), [aFlowResource()]);
  const [one, two] = [1, 2].map(
    (number) => compiled(facts({ releases: [{ ...release, release: number }] })).body.workloads,
  );
  assert.deepEqual(
    one!.map((w) => w.digest),
    two!.map((w) => w.digest),
  );
});

test('what cannot run is refused with the place and what was probably meant', () => {
  const flow = aFlowResource({
    spec: { inputs: { ghi: { tag: 'weather/gih', type: 'number', accept: 'uncertain' } } },
  });
  assert.match(
    problems(facts({ releases: [aRelease(aDeployment(), [flow])] })),
    /Flow watch: spec\.inputs\.ghi.*weather\/gih.*weather\/ghi/s,
  );
  assert.match(
    problems(facts({ connectors: [aConnector(), aConnector({ name: 'other' })] })),
    /both call their equipment "weather"/,
  );
  const unresolved = aConnector({ name: 'x', spec: { equipment: 'x', config: { host: `\${hots}` } } });
  assert.match(problems(facts({ connectors: [unresolved] })), /Connector x: spec\.config\.host: the variable "hots"/);
  const twice = ['pv', 'pw'].map((name) => aRelease(aDeployment({ name }), [aFlowResource()]));
  assert.match(problems(facts({ releases: twice })), /both bring the flow "watch"/);
});

test('only secrets that something names, and only as sealed to this node, reach the manifest', () => {
  const sealed = { enc: 'AAAA', ciphertext: 'BBBB' };
  const secret = (name: string, node: string) => ({
    kind: 'Secret' as const,
    name,
    labels: {},
    generation: 1,
    createdAt: 0,
    updatedAt: 0,
    spec: { sealed: { [node]: sealed } },
  });
  const connector = aConnector({ spec: { config: { password: `\${secret.broker}` } } });
  const withIt = facts({
    releases: [],
    connectors: [connector],
    secrets: [secret('broker', 'piedmont-1'), secret('other', 'piedmont-1')],
  });
  assert.deepEqual(compiled(withIt).body.secrets, { broker: sealed });
  assert.match(problems({ ...withIt, secrets: [secret('broker', 'elsewhere')] }), /not sealed to this node/);
});

test('a release says what is missing and what changed', () => {
  const base = {
    flows: [aFlowResource()],
    connectors: [aConnector()],
    models: [],
    versions: [],
    nodes: [],
    sites: [aSite()],
  };
  const missing = planRelease({ ...base, deployment: aDeployment({ spec: { flows: ['wach'] } }), latest: null });
  assert.ok(missing.kind === 'problem');
  assert.match(missing.problems[0]!.hint!, /"watch"/);
  const first = aRelease(aDeployment(), [aFlowResource()]);
  assert.equal(planRelease({ ...base, deployment: aDeployment(), latest: first }).kind, 'unchanged');
  assert.equal(
    planRelease({ ...base, deployment: aDeployment({ spec: { paused: true } }), latest: first }).kind,
    'unchanged',
  );
  const next = planRelease({
    ...base,
    deployment: aDeployment(),
    flows: [aFlowResource({ spec: { isolation: 'dedicated' } })],
    latest: first,
  });
  assert.ok(next.kind === 'make');
  assert.deepEqual([next.release, next.because], [2, 'flow watch changed']);
});
