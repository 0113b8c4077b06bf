import assert from 'node:assert/strict';
import test from 'node:test';
import { AlertRuleSpec } from '../../contracts/kinds/alert-rule.ts';
import { type AlertFacts, planAlerts } from './plan-alerts.ts';

const rule = (when: unknown) => ({
  name: 'r',
  spec: AlertRuleSpec.parse({ target: { all: true }, when, severity: 'critical' }),
});
const node = (seenAt: number) => ({ name: 'n', site: 's', labels: {}, report: null, seenAt });

test('an unseen node raises once and clears when it is back', () => {
  const rules = [rule({ is: 'node-unseen', for: '1m' })];
  const facts = (seenAt: number, standing: AlertFacts['standing']) => ({ rules, nodes: [node(seenAt)], standing });
  assert.deepEqual(planAlerts(facts(0, []), 59_999).raise, []);
  const raised = planAlerts(facts(0, []), 60_000);
  assert.deepEqual(
    raised.raise.map((a) => [a.node, a.severity]),
    [['n', 'critical']],
  );
  assert.deepEqual(planAlerts(facts(0, raised.standing), 70_000).raise, []);
  const back = planAlerts(facts(70_001, raised.standing), 70_002);
  assert.deepEqual([back.standing.length, back.clear.length], [0, 1]);
});

test('a condition must hold without a break for the time of its rule', () => {
  const rules = [rule({ is: 'connector-bad', for: '10s' })];
  const report = {
    connectors: [{ equipment: 'weather', quality: 'bad', because: 'no answer' }],
    workloads: [],
    streams: [],
    refused: null,
  } as never;
  const bad = { ...node(0), report };
  const first = planAlerts({ rules, nodes: [bad], standing: [] }, 0);
  assert.equal(first.raise.length, 0);
  assert.equal(planAlerts({ rules, nodes: [bad], standing: first.standing }, 9_999).raise.length, 0);
  assert.match(
    planAlerts({ rules, nodes: [bad], standing: first.standing }, 10_000).raise[0]!.message,
    /weather: no answer/,
  );
  const well = planAlerts({ rules, nodes: [node(0)], standing: first.standing }, 5_000);
  assert.deepEqual([well.standing, well.clear], [[], []]);
});

test('a rule that means other nodes says nothing', () => {
  const elsewhere = {
    name: 'r',
    spec: AlertRuleSpec.parse({ target: { nodes: ['other'] }, when: { is: 'node-unseen', for: '1s' } }),
  };
  assert.deepEqual(planAlerts({ rules: [elsewhere], nodes: [node(0)], standing: [] }, 1e6).raise, []);
});
