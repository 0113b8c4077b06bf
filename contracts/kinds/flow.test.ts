import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { FlowSpec, ResolvedFlowSpec, stepKindOf, stepKinds } from './flow.ts';

const inputs = { ghi: { tag: 'weather/ghi' } };
const issuesOf = (spec: unknown) =>
  FlowSpec.safeParse(spec).error?.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);

test('defaults are filled in', () => {
  const flow = FlowSpec.parse({ inputs, steps: [{ id: 'h', resample: { of: 'ghi', every: '1h' } }] });
  assert.deepEqual(flow, {
    inputs: { ghi: { tag: 'weather/ghi', type: 'number', accept: 'uncertain' } },
    steps: [
      {
        id: 'h',
        resample: { of: 'ghi', every: '1h', phase: '0s', aggregate: 'mean', minimumGood: 0.5, minimumSamples: 1 },
      },
    ],
    streams: {},
    isolation: 'shared',
  });
  assert.equal(stepKindOf(flow.steps[0]!), 'resample');
});

test('unknown fields are refused where they stand', () => {
  assert.deepEqual(issuesOf({ inputs, steps: [{ id: 'h', resample: { of: 'ghi', every: '1h', evry: 1 } }], x: 1 }), [
    'steps.0.resample: Unrecognized key: "evry"',
    ': Unrecognized key: "x"',
  ]);
});

test('a step has exactly one kind', () => {
  const message = `steps.0: a step has its id and exactly one of: ${stepKinds.join(', ')}`;
  assert.deepEqual(issuesOf({ inputs, steps: [{ id: 'h' }] }), [message]);
  assert.deepEqual(
    issuesOf({ inputs, steps: [{ id: 'h', compute: { a: 'ghi' }, publish: { stream: 's', values: { a: 'ghi' } } }] }),
    [message],
  );
});

test('what belongs together is asked for together', () => {
  const issue = (step: object) => issuesOf({ inputs, steps: [{ id: 's', ...step }] })?.[0];
  assert.match(issue({ window: { of: 'ghi' } })!, /either last or lags/);
  assert.match(issue({ when: { value: 'ghi' } })!, /exactly one of above and below/);
  assert.match(issue({ when: { if: 'ghi > 1', value: 'ghi', above: 1 } })!, /either if, or value/);
  assert.match(issue({ write: { tag: 'a/b', value: 1, on: 'rising' } })!, /need `when`/);
  assert.match(issue({ write: { tag: 'nowhere', value: 'ghi' } })!, /equipment\/tag/);
  assert.match(issue({ compute: {} })!, /at least one/);
});

test('any scalar may be text with variables, until it is resolved', () => {
  const spec = {
    inputs: { ghi: { tag: `\${station}/ghi` } },
    steps: [{ id: 's', sun: { at: 'ghi', latitude: `\${site.latitude}`, longitude: 8, offset: `\${shift}` } }],
  };
  const unresolved = FlowSpec.parse(spec);
  assert.deepEqual(
    ResolvedFlowSpec.safeParse(unresolved).error?.issues.map((issue) => issue.path.join('.')),
    ['inputs.ghi.tag', 'steps.0.sun.latitude', 'steps.0.sun.offset'],
  );
  assert.match(
    issuesOf({ ...spec, steps: [{ id: 's', sun: { at: 'ghi', latitude: 'north', longitude: 8 } }] })!.join(),
    /latitude/,
  );
});

test('has a JSON Schema in which every field of a step is described', () => {
  const schema = z.toJSONSchema(FlowSpec, { io: 'input' }) as unknown as {
    properties: { steps: { items: { properties: Record<string, { description?: string }> } } };
  };
  const described = schema.properties.steps.items.properties;
  for (const kind of stepKinds) assert.ok(described[kind]!.description, kind);
});
