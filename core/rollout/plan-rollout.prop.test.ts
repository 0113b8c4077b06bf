import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { RolloutPolicy } from '../../contracts/kinds/deployment.ts';
import { planRollout, type RolloutFacts, type RolloutNode, waveSizes } from './plan-rollout.ts';

const policy = RolloutPolicy.parse({});

function aRolloutNode(part: Partial<RolloutNode> & { node: string }): RolloutNode {
  return {
    assigned: 1,
    observed: 1,
    health: 'healthy',
    because: '',
    healthSince: 0,
    movedAt: null,
    healthBefore: null,
    ...part,
  };
}
const moved = (node: string, part: Partial<RolloutNode> = {}) =>
  aRolloutNode({ node, assigned: 2, observed: 2, movedAt: 0, healthBefore: 'healthy', ...part });

const facts = (nodes: RolloutNode[], part: Partial<RolloutFacts> = {}): RolloutFacts => ({
  policy,
  paused: false,
  from: 1,
  to: 2,
  nodes,
  ...part,
});

test('by default every node moves at once', () => {
  const decision = planRollout(facts([aRolloutNode({ node: 'a' }), aRolloutNode({ node: 'b' })]), 1000);
  assert.equal(decision.phase, 'running');
  assert.deepEqual(decision.start, ['a', 'b']);
});

test('it is done when every node has been healthy on it for as long as the policy says', () => {
  const nodes = [moved('a'), moved('b')];
  assert.equal(planRollout(facts(nodes), 4_999).phase, 'running');
  assert.equal(planRollout(facts(nodes), 5_000).phase, 'done');
});

test('one unhealthy node sends every moved node back', () => {
  const decision = planRollout(facts([moved('a', { health: 'unhealthy', because: 'x' }), moved('b')]), 6_000);
  assert.equal(decision.phase, 'rolled-back');
  assert.deepEqual(decision.rollBack, [
    { node: 'a', to: 1 },
    { node: 'b', to: 1 },
  ]);
  assert.match(decision.because, /a: x/);
});

test('a node that was unhealthy before is no evidence against the release', () => {
  const decision = planRollout(
    facts([moved('a', { health: 'unhealthy', healthBefore: 'unhealthy' }), moved('b')]),
    6_000,
  );
  assert.equal(decision.phase, 'done');
});

test('the first release has nothing to go back to: it stops and says so', () => {
  const decision = planRollout(facts([moved('a', { health: 'unhealthy' })], { from: null }), 6_000);
  assert.equal(decision.phase, 'running');
  assert.deepEqual(decision.rollBack, []);
  assert.match(decision.because, /no earlier release/);
});

test('a node that cannot be seen does not hold up the others for ever', () => {
  const nodes = [moved('a'), moved('b', { observed: 1, health: 'unknown', because: 'not seen lately' })];
  assert.equal(planRollout(facts(nodes), 60_000).phase, 'running');
  assert.equal(planRollout(facts(nodes), 120_000).phase, 'done');
});

test('while nobody can be seen it waits', () => {
  const nodes = [moved('a', { observed: 1, health: 'unknown' })];
  assert.equal(planRollout(facts(nodes), 1e9).phase, 'running');
});

test('a paused deployment moves nobody', () => {
  const decision = planRollout(facts([aRolloutNode({ node: 'a' })], { paused: true }), 0);
  assert.deepEqual([decision.phase, decision.start], ['paused', []]);
});

const aPolicy = fc
  .record({
    maxUnhealthy: fc.nat(3),
    waves: fc
      .array(fc.record({ share: fc.double({ min: 0.01, max: 1, noNaN: true }) }), { minLength: 1, maxLength: 4 })
      .map((waves) => [...waves].sort((a, b) => a.share - b.share)),
  })
  .map((part) => RolloutPolicy.parse(part));

const someNodes = fc.uniqueArray(
  fc.record({
    node: fc.constantFrom(...'abcdefghij'),
    assigned: fc.constantFrom(1, 2),
    observed: fc.constantFrom(1, 2),
    health: fc.constantFrom('healthy' as const, 'unhealthy' as const, 'unknown' as const),
    because: fc.constant('why'),
    healthSince: fc.nat(200_000),
    movedAt: fc.nat(200_000),
    healthBefore: fc.constantFrom('healthy' as const, 'unhealthy' as const, 'unknown' as const),
  }),
  { selector: (n) => n.node, minLength: 1 },
);

test('it never moves a node beyond the wave that it is in, nor one twice', () => {
  fc.assert(
    fc.property(aPolicy, someNodes, fc.nat(400_000), (p, nodes, now) => {
      const decision = planRollout(facts(nodes, { policy: p }), now);
      const reach = waveSizes(p, nodes.length)[Math.min(decision.wave, decision.waves) - 1]!;
      const order = nodes.map((n) => n.node).sort();
      for (const node of decision.start) {
        assert.ok(order.indexOf(node) < reach);
        assert.equal(nodes.find((n) => n.node === node)?.assigned, 1);
      }
      if (decision.phase === 'rolled-back') assert.deepEqual(decision.start, []);
    }),
  );
});

test('more unhealthy nodes than allowed always end it, and then nobody else moves', () => {
  fc.assert(
    fc.property(aPolicy, someNodes, fc.nat(400_000), (p, nodes, now) => {
      const decision = planRollout(facts(nodes, { policy: p }), now);
      const bad = decision.nodes.filter((n) => n.phase === 'unhealthy').length;
      assert.equal(decision.phase === 'rolled-back', bad > p.maxUnhealthy);
      if (decision.phase === 'rolled-back') {
        assert.deepEqual(
          new Set(decision.rollBack.map((r) => r.node)),
          new Set(nodes.filter((n) => n.assigned === 2).map((n) => n.node)),
        );
      }
    }),
  );
});

test('healthy nodes always finish: each wave that is healthy opens the next one', () => {
  fc.assert(
    fc.property(aPolicy, fc.integer({ min: 1, max: 10 }), (p, size) => {
      let nodes = [...'abcdefghij'].slice(0, size).map((node) => aRolloutNode({ node }));
      let now = 0;
      for (let round = 0; round < 12; round++) {
        const decision = planRollout(facts(nodes, { policy: p }), now);
        if (decision.phase === 'done') return;
        nodes = nodes.map((n) =>
          decision.start.includes(n.node) ? moved(n.node, { movedAt: now, healthSince: now }) : n,
        );
        now += 10_000;
      }
      assert.fail('never done');
    }),
  );
});
