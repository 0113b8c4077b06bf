import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aRunningFlow, recordsOf } from '../flow-builders.ts';

test('is raised once and cleared once, with values in its message', () => {
  const { push } = aRunningFlow([
    { id: 'hot', when: { value: 'a', above: 10 } },
    {
      id: 'heat',
      alarm: {
        when: 'hot',
        severity: 'critical',
        message: 'It is {a:1} here, {b} there, {c.x} elsewhere',
        tag: 'plc/a',
      },
    },
    { id: 'c', compute: { x: 'b * 2' } },
  ]);
  const phases = [9, 11.25, 12, null, 9].map((value, index) =>
    recordsOf(push('a', index + 1, value, value === null ? 'fault' : undefined), 'alarm').map((r) => [
      r.phase,
      r.message,
    ]),
  );
  assert.deepEqual(phases, [
    [],
    [['raised', 'It is 11.3 here, ? there, ? elsewhere']],
    [],
    [],
    [['cleared', 'It is 9.0 here, ? there, ? elsewhere']],
  ]);
  push('b', 6, 1.23456789);
  const [record] = recordsOf(push('a', 7, 20), 'alarm');
  assert.equal(record!.message, 'It is 20.0 here, 1.23457 there, 2.46914 elsewhere');
  assert.deepEqual([record!.alarm, record!.severity, record!.tag], ['heat', 'critical', 'plc/a']);
});
