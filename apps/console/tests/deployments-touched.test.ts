import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Change } from '../../../contracts/changes.ts';
import { deploymentsTouched } from '../src/pages/changes/deployments-touched.ts';

const changed = (kind: Change['kind'], name: string) => ({ kind, name }) as Change;
const deployments = [
  { name: 'pv', spec: { flows: ['irradiance'] } },
  { name: 'other', spec: { flows: ['pumps'] } },
];
const flows = [
  { name: 'irradiance', spec: { steps: [{ id: 'm', model: { use: 'ghi@champion' } }] } },
  { name: 'pumps', spec: { steps: [{ id: 'w' }] } },
];

test('a deployment is touched by itself, by its flow and by the model of its flow', () => {
  for (const change of [changed('Deployment', 'pv'), changed('Flow', 'irradiance'), changed('Model', 'ghi')]) {
    assert.deepEqual([...deploymentsTouched([change], deployments, flows)], ['pv']);
  }
});

test('what no deployment runs touches none', () => {
  assert.equal(deploymentsTouched([changed('Site', 'pv'), changed('Flow', 'unused')], deployments, flows).size, 0);
});
