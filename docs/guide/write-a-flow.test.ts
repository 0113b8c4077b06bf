import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parse } from 'yaml';
import { FlowSpec, stepKindOf, stepKinds } from '../../contracts/kinds/flow.ts';
import { checkFlow } from '../../core/flow/check-flow.ts';
import { compileFlow } from '../../core/flow/compile-flow.ts';
import { functionNames } from '../../core/flow/expression-functions.ts';
import type { FlowFacts, TagFact } from '../../core/flow/flow-facts.ts';
import { silentIntervalsMax } from '../../core/flow/steps/resample.ts';

const page = readFileSync(new URL('write-a-flow.md', import.meta.url), 'utf8');
const blocks = [...page.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map((match) => match[1]!);
const specs = blocks.map((block) => {
  const document = parse(block);
  return FlowSpec.parse(document.kind === undefined ? document : document.spec);
});

/** Every tag that the flow names exists, with the type and unit that it expects. */
function factsFor(spec: FlowSpec): FlowFacts {
  const tags: Record<string, TagFact> = {};
  for (const input of Object.values(spec.inputs))
    tags[input.tag] = { type: input.type, unit: input.unit, writable: false };
  for (const step of spec.steps)
    if (step.write !== undefined) tags[step.write.tag] = { type: 'number', writable: true };
  const signature = {
    inputs: [{ name: 'X', type: 'float32', shape: [null, 5] }],
    outputs: [{ name: 'variable', type: 'float32', shape: [null, 1] }],
  };
  return { tags, models: { 'bearing-wear@champion': { name: 'bearing-wear', version: 3, signature } } };
}

specs.forEach((spec, index) => {
  test(`example ${index + 1} has no problems, and runs`, () => {
    const facts = factsFor(spec);
    assert.deepEqual(checkFlow(spec, facts), []);
    const resolved = JSON.parse(JSON.stringify(spec).replaceAll(/"\$\{site\.\w+\}"/g, '45'));
    compileFlow('example', resolved, facts);
  });
});

test('every kind of step has its example', () => {
  const shown = new Set(specs.flatMap((spec) => spec.steps.map(stepKindOf)));
  assert.deepEqual(
    [...stepKinds].filter((kind) => !shown.has(kind)),
    [],
  );
});

test('what the page says in numbers and names is so', () => {
  for (const name of functionNames) assert.ok(page.includes(`\`${name}\``), name);
  assert.ok(page.includes(`gives at most ${silentIntervalsMax} of them`));
});

test('the refusals on the page are what the checker says', () => {
  const inputs = { temperature: { tag: 'pump/temperature' }, flow: { tag: 'pump/flow' } };
  const lines = [
    { steps: [aCompute('x'), aCompute('y'), { id: 'hot', when: { value: 'temprature', above: 80 } }] },
    {
      steps: [
        ...['x', 'y', 'z'].map(aCompute),
        { id: 'recent', window: { of: 'flow', last: 5 } },
        { id: 'm', model: { use: 'pump@champion', inputs: { X: ['recent', 'temperature'] }, outputs: { y: 'y' } } },
      ],
    },
    {
      steps: [
        { id: 'a', compute: { x: 'b.x + flow' } },
        { id: 'b', compute: { x: 'a.x + flow' } },
      ],
    },
  ].flatMap(({ steps }) =>
    checkFlow(FlowSpec.parse({ inputs, steps }), pumpModel).map(
      ({ where, message, hint }) => `${where}: ${message} | ${hint}`,
    ),
  );
  assert.deepEqual(
    /^## When it is refused\n[\s\S]*?^```\n([\s\S]*?)^```$/m.exec(page)![1]!.trimEnd().split('\n'),
    lines,
  );
});

const aCompute = (id: string) => ({ id, compute: { v: 'flow * 2' } });
const pumpModel: FlowFacts = {
  models: {
    'pump@champion': {
      name: 'pump',
      version: 1,
      signature: {
        inputs: [{ name: 'X', type: 'float32', shape: [null, 7] }],
        outputs: [{ name: 'y', type: 'float32', shape: [null, 1] }],
      },
    },
  },
};
