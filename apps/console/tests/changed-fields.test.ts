import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Change } from '../../../contracts/changes.ts';
import { changedFields } from '../src/pages/changes/changed-fields.ts';

const kept = (spec: Record<string, unknown>) => ({
  kind: 'Flow' as const,
  name: 'f',
  labels: {},
  spec,
  generation: 1,
  createdAt: 0,
  updatedAt: 0,
});
const change = (before: Record<string, unknown> | null, after: Record<string, unknown> | null): Change => ({
  number: 1,
  at: 0,
  actor: 'system',
  action: 'updated',
  kind: 'Flow',
  name: 'f',
  before: before === null ? null : kept(before),
  after: after === null ? null : kept(after),
  previousHash: '',
  hash: '',
});

test('a changed field deep in a list is named by its path', () => {
  const fields = changedFields(change({ steps: [{ id: 'a', above: 250 }] }, { steps: [{ id: 'a', above: 240 }] }));
  assert.deepEqual(fields, [{ path: 'spec.steps[0].above', before: 250, after: 240 }]);
});

test('a field that comes or goes is undefined on the other side', () => {
  assert.deepEqual(changedFields(change({ a: 1 }, { b: 2 })), [
    { path: 'spec.a', before: 1, after: undefined },
    { path: 'spec.b', before: undefined, after: 2 },
  ]);
});

test('what was created or deleted whole has no changed field', () => {
  assert.deepEqual(changedFields(change(null, { a: 1 })), []);
  assert.deepEqual(changedFields(change({ a: 1 }, null)), []);
});
