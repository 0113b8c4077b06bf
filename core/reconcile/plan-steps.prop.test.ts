import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type { Workload } from '../../contracts/manifest.ts';
import { artifactsOf, type Observed, planSteps } from './plan-steps.ts';

const digest = (n: number) => String(n % 10).repeat(64);

function aFlow(name: string, definition: number, artifact: number, after: string[]): Workload {
  return {
    id: `shared/flow/${name}`,
    kind: 'flow',
    digest: digest(definition),
    runner: 'shared',
    name,
    deployment: 'd',
    release: 1,
    flow: { inputs: {}, steps: [], streams: {}, isolation: 'shared' },
    models: {
      'm@champion': {
        name: 'm',
        version: 1,
        artifact: { sha256: digest(artifact), sizeBytes: 10 },
        signature: { inputs: [], outputs: [] },
      },
    },
    after,
  };
}

function aConnectorWorkload(name: string, definition: number): Workload {
  return {
    id: `shared/connector/${name}`,
    kind: 'connector',
    digest: digest(definition),
    runner: 'shared',
    connector: { name, equipment: name, protocol: 'modbus', config: {}, scan: '1s', staleAfter: '30s', tags: [] },
  };
}

const desired = fc
  .record({
    connectors: fc.uniqueArray(fc.record({ name: fc.constantFrom('a', 'b', 'c'), definition: fc.nat(9) }), {
      selector: (c) => c.name,
    }),
    flows: fc.uniqueArray(
      fc.record({ name: fc.constantFrom('x', 'y', 'z'), definition: fc.nat(9), artifact: fc.nat(9) }),
      { selector: (f) => f.name },
    ),
  })
  .map(({ connectors, flows }) => {
    const hosts = connectors.map((c) => aConnectorWorkload(c.name, c.definition));
    return {
      workloads: [
        ...hosts,
        ...flows.map((f) =>
          aFlow(
            f.name,
            f.definition,
            f.artifact,
            hosts.map((h) => h.id),
          ),
        ),
      ],
    };
  });

const observed: fc.Arbitrary<Observed> = fc.record({
  workloads: fc
    .uniqueArray(
      fc.record({
        id: fc.constantFrom(
          ...['a', 'b', 'c', 'old'].map((n) => `shared/connector/${n}`),
          ...['x', 'y', 'z', 'old'].map((n) => `shared/flow/${n}`),
        ),
        digest: fc.nat(9).map(digest),
        phase: fc.constantFrom('running' as const, 'failed' as const),
      }),
      { selector: (w) => w.id },
    )
    .map((all) =>
      all.map((w) => ({
        ...w,
        runner: 'shared',
        kind: w.id.includes('/flow/') ? ('flow' as const) : ('connector' as const),
      })),
    ),
  artifacts: fc.uniqueArray(fc.nat(9).map(digest)),
});

/** What a node that does every step perfectly would then observe. */
function afterwards(seen: Observed, steps: ReturnType<typeof planSteps>): Observed {
  let workloads = [...seen.workloads];
  let artifacts = [...seen.artifacts];
  for (const step of steps) {
    if (step.kind === 'fetch-artifact') artifacts.push(step.artifact.sha256);
    if (step.kind === 'remove-artifact') artifacts = artifacts.filter((a) => a !== step.sha256);
    if (step.kind === 'stop-workload') workloads = workloads.filter((w) => w.id !== step.id);
    if (step.kind === 'start-workload') {
      const { id, kind, digest: is, runner } = step.workload;
      workloads = [...workloads.filter((w) => w.id !== id), { id, kind, digest: is, runner, phase: 'running' }];
    }
  }
  return { workloads, artifacts };
}

test('a node that does what the plan says converges, and then there is nothing to do', () => {
  fc.assert(
    fc.property(desired, observed, (wanted, first) => {
      let seen = first;
      for (let round = 0; round < 6; round++) seen = afterwards(seen, planSteps(wanted, seen));
      assert.deepEqual(planSteps(wanted, seen), []);
      assert.deepEqual(
        new Map(seen.workloads.map((w) => [w.id, w.digest])),
        new Map(wanted.workloads.map((w) => [w.id, w.digest])),
      );
      const needed = new Set(wanted.workloads.flatMap(artifactsOf).map((a) => a.sha256));
      assert.deepEqual(new Set(seen.artifacts), needed);
    }),
  );
});

test('nothing starts before its artifacts are there and what it comes after runs as wanted', () => {
  fc.assert(
    fc.property(desired, observed, (wanted, seen) => {
      for (const step of planSteps(wanted, seen)) {
        if (step.kind !== 'start-workload') continue;
        for (const artifact of artifactsOf(step.workload)) assert.ok(seen.artifacts.includes(artifact.sha256));
        for (const id of step.workload.kind === 'flow' ? step.workload.after : []) {
          const host = seen.workloads.find((w) => w.id === id);
          assert.equal(host?.phase, 'running');
          assert.equal(host?.digest, wanted.workloads.find((w) => w.id === id)?.digest);
        }
      }
    }),
  );
});

test('a workload that runs as wanted is never touched', () => {
  fc.assert(
    fc.property(desired, observed, (wanted, seen) => {
      const touched = new Set(
        planSteps(wanted, seen).flatMap((s) =>
          s.kind === 'start-workload' ? [s.workload.id] : s.kind === 'stop-workload' ? [s.id] : [],
        ),
      );
      for (const workload of seen.workloads) {
        const want = wanted.workloads.find((w) => w.id === workload.id);
        if (want?.digest === workload.digest && workload.phase === 'running') assert.ok(!touched.has(workload.id));
      }
    }),
  );
});

test('no artifact goes while anything else is still to do', () => {
  fc.assert(
    fc.property(desired, observed, (wanted, seen) => {
      const kinds = new Set(planSteps(wanted, seen).map((step) => step.kind));
      if (kinds.has('remove-artifact')) assert.deepEqual([...kinds], ['remove-artifact']);
    }),
  );
});
