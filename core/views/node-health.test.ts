import assert from 'node:assert/strict';
import test from 'node:test';
import type { Report } from '../../contracts/report.ts';
import { countDeployment } from './count-deployment.ts';
import { nodeHealth, worstHealth } from './node-health.ts';

const report: Report = {
  node: 'n',
  at: 0,
  agentVersion: '0',
  startedAt: 0,
  manifestNumber: 3,
  manifestSha256: null,
  trustNumber: 1,
  converged: true,
  refused: null,
  stuck: null,
  host: {
    platform: 'x',
    cpus: 1,
    load1: 0,
    memoryBytes: 0,
    memoryFreeBytes: 0,
    diskFreeBytes: 0,
    uptimeS: 0,
    agentRssBytes: 0,
    runnersRssBytes: 0,
  },
  workloads: [],
  connectors: [],
  streams: [],
};
const judge = (part: Partial<Report>, now = 0) =>
  nodeHealth(
    { report: { ...report, ...part }, seenAt: 0, desiredManifest: 3, compileProblem: null, unseenAfterMs: 10 },
    now,
  );
const workload = { id: 'w', kind: 'flow' as const, digest: '0'.repeat(64), runner: 'shared', since: 0, restarts: 0 };

test('a node that was not seen lately is unknown, whatever it said last', () => {
  assert.equal(judge({}, 10).health, 'healthy');
  assert.equal(judge({}, 11).health, 'unknown');
});

test('what is wrong is said, worst first', () => {
  assert.match(judge({ refused: { number: 4, because: 'old', at: 0 } }).because, /refused manifest 4: old/);
  assert.equal(judge({ refused: { number: 2, because: 'old', at: 0 } }).health, 'healthy');
  assert.match(judge({ stuck: { step: 'start x', because: 'y', attempts: 1, since: 0 } }).because, /cannot start x: y/);
  assert.equal(
    judge({ workloads: [{ ...workload, phase: 'failed', health: 'unhealthy', because: 'z' }] }).because,
    'w: z',
  );
  assert.equal(judge({ manifestNumber: 2 }).health, 'unknown');
  assert.equal(judge({ converged: false }).health, 'unknown');
});

test('the five counts add up to the target', () => {
  const nodes = (['healthy', 'unhealthy', 'unknown', 'healthy'] as const).map((health, i) => ({
    health,
    observedRelease: i,
  }));
  assert.deepEqual(countDeployment(nodes, 1), { target: 4, actual: 1, healthy: 2, unhealthy: 1, unknown: 1 });
});

test('the worst part speaks for the whole', () => {
  const part = (name: string, health: 'healthy' | 'unhealthy' | 'unknown') => ({ name, health, because: 'why' });
  assert.deepEqual(worstHealth([part('a', 'unknown'), part('b', 'unhealthy')]), {
    health: 'unhealthy',
    because: 'b: why',
  });
  assert.equal(worstHealth([part('a', 'healthy')]).health, 'healthy');
  assert.equal(worstHealth([]).health, 'unknown');
});
