import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EdgeError } from '../../contracts/errors.ts';
import { compileFlow } from './compile-flow.ts';
import { aFlow, aRunningFlow, aSample, minuteMs, newestOf } from './flow-builders.ts';

const doubled = { id: 'c', compute: { x: 'a * 2' } };

test('refuses a flow with problems, and one with variables', () => {
  const refused = (flow: () => unknown, where: string) =>
    assert.throws(
      flow,
      (error) =>
        error instanceof EdgeError &&
        error.code === 'invalid-flow' &&
        error.where === where &&
        error.problems.length > 0,
    );
  refused(() => compileFlow('f', aFlow([{ id: 'w', window: { of: 'x', last: 1 } }]), {}), 'steps[0].window.of');
  refused(
    () => compileFlow('f', aFlow([{ id: 's', sun: { at: 'a', latitude: `\${site.latitude}`, longitude: 1 } }]), {}),
    'steps.0.sun.latitude',
  );
  refused(
    () => compileFlow('f', aFlow([{ id: 'm', model: { use: 'm@x', inputs: { X: ['a'] }, outputs: { y: 'y' } } }]), {}),
    'steps[0].model.use',
  );
});

test('steps may be listed in any order', () => {
  const { flow, push } = aRunningFlow([{ id: 'd', compute: { y: 'c.x + 1' } }, doubled]);
  push('a', 1, 2);
  assert.deepEqual(newestOf(flow, 'd.y'), [1, 5]);
});

test('a sample that is older than the last of its input is late, one of the same time is repeated: dropped and counted', () => {
  const { flow, push } = aRunningFlow([doubled, { id: 'p', publish: { stream: 'scores', values: { x: 'c.x' } } }]);
  assert.equal(push('a', 2, 1).length, 1);
  assert.deepEqual(push('a', 2, 5), []);
  assert.deepEqual(push('a', 1, 5), []);
  assert.equal(push('b', 1, 5).length, 0);
  const none = { bad: 0, gaps: 0, unmatched: 0, overflow: 0, unscored: 0 };
  assert.deepEqual(flow.counters(), { received: 4, repeated: 1, late: 1, ...none });
  assert.deepEqual(newestOf(flow, 'c.x'), [2, 2]);
});

test('quality: bad, uncertain, missing, of the wrong type, not finite', () => {
  const { flow } = aRunningFlow(
    [doubled],
    {},
    { inputs: { a: { tag: 'plc/a' }, strict: { tag: 'plc/a', accept: 'good' } } },
  );
  const after = (minute: number, more: object) => {
    flow.push(aSample({ sourceTime: minute * minuteMs, ...more }));
    return [newestOf(flow, 'a')![1], newestOf(flow, 'strict')![1]];
  };
  assert.deepEqual(after(1, { quality: 'uncertain', value: 3 }), [3, 'bad quality']);
  assert.deepEqual(after(2, { quality: 'bad', value: 3, because: 'stale' }), ['stale', 'stale']);
  assert.deepEqual(after(3, { value: null }), ['bad quality', 'bad quality']);
  assert.deepEqual(after(4, { value: 'x' }), ['wrong type', 'wrong type']);
  assert.deepEqual(after(5, { value: Number.NaN }), ['not a finite number', 'not a finite number']);
  assert.equal(flow.counters().bad, 9);
});

test('tags that it does not read are ignored, and one tag may have several names', () => {
  const { flow, push } = aRunningFlow(
    [{ id: 'c', compute: { x: 'a + a2' } }],
    {},
    { inputs: { a: { tag: 'plc/a' }, a2: { tag: 'plc/a' } } },
  );
  assert.deepEqual(flow.tags, ['plc/a']);
  assert.deepEqual(push('z', 1, 1), []);
  push('a', 1, 4);
  assert.deepEqual(newestOf(flow, 'c.x'), [1, 8]);
});

test('units are converted to what the flow expects', () => {
  const { flow, push } = aRunningFlow(
    [doubled],
    { tags: { 'plc/a': { type: 'number', unit: 'kW', writable: false } } },
    { inputs: { a: { tag: 'plc/a', unit: 'W' } } },
  );
  push('a', 1, 1.5);
  assert.deepEqual(newestOf(flow, 'a'), [1, 1500]);
});

test("a sample stamped on arrival takes the flow's time once sources stamp theirs", () => {
  const { flow } = aRunningFlow([doubled]);
  flow.push(aSample({ sourceTime: 10 * minuteMs, value: 1 }));
  flow.push(aSample({ tag: 'plc/b', sourceTime: 12 * minuteMs, value: 1 }));
  flow.push(aSample({ sourceTime: 1e12, timeFrom: 'arrival', quality: 'bad', value: null, because: 'no answer' }));
  assert.deepEqual(newestOf(flow, 'a'), [12, 'no answer']);
  flow.push(aSample({ sourceTime: 13 * minuteMs, value: 4 }));
  assert.deepEqual(newestOf(flow, 'a'), [13, 4]);
  assert.equal(flow.counters().late, 0);
});

test('when a source begins to stamp its samples, the flow starts anew in that time', () => {
  const { flow } = aRunningFlow([{ id: 'w', window: { of: 'a', last: 2 } }]);
  flow.push(aSample({ sourceTime: 1e12, timeFrom: 'arrival', value: 1 }));
  flow.push(aSample({ sourceTime: 1e12 + 1, timeFrom: 'arrival', value: 1 }));
  assert.deepEqual(newestOf(flow, 'w')![1], [1, 1]);
  flow.push(aSample({ sourceTime: 10 * minuteMs, value: 2 }));
  assert.deepEqual(newestOf(flow, 'w'), [10, 'filling']);
  flow.push(aSample({ sourceTime: 11 * minuteMs, value: 3 }));
  assert.deepEqual(newestOf(flow, 'w'), [11, [2, 3]]);
});

test('the arrival of a sample comes back with its effects', () => {
  const { flow } = aRunningFlow([{ id: 'h', when: { value: 'a', above: 0 } }]);
  assert.equal(flow.push(aSample(), 123.5)[0]!.arrivalMs, 123.5);
});

test('restore refuses what does not fit, and changes nothing', () => {
  const { flow, push } = aRunningFlow([{ id: 'w', window: { of: 'a', last: 2 } }]);
  push('a', 1, 7);
  const snapshot = JSON.stringify(flow.snapshot());
  const other = aRunningFlow([doubled]).flow.snapshot();
  for (const wrong of [null, {}, { ...flow.snapshot(), format: 2 }, other, { ...flow.snapshot(), inputs: 3 }]) {
    assert.throws(
      () => flow.restore(wrong),
      (error) => error instanceof EdgeError && error.code === 'corrupt',
    );
    assert.equal(JSON.stringify(flow.snapshot()), snapshot);
  }
});
