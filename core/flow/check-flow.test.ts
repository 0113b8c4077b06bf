import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FlowSpec } from '../../contracts/kinds/flow.ts';
import { checkFlow } from './check-flow.ts';
import { aFlow, aModel } from './flow-builders.ts';
import type { FlowFacts, TagFact } from './flow-facts.ts';

const number: TagFact = { type: 'number', unit: 'kW', writable: false };
const tags: Record<string, TagFact> = {
  'plc/a': number,
  'plc/b': { type: 'number', writable: false },
  'plc/on': { type: 'boolean', writable: false },
  'plc/setpoint': { type: 'number', unit: '%', writable: true },
};
const facts: FlowFacts = { tags, models: { 'm@champion': aModel(3) } };

function problemsOf(steps: unknown[], more: Record<string, unknown> = {}, against: FlowFacts = facts): string[] {
  return checkFlow(aFlow(steps, more), against).map(
    ({ where, message, hint }) => `${where}: ${message}${hint === undefined ? '' : ` | ${hint}`}`,
  );
}

test('a flow without problems has none', () => {
  assert.deepEqual(
    problemsOf([
      { id: 'p', model: { use: 'm@champion', inputs: { X: ['w', 'b'] }, outputs: { y: 'y' } } },
      { id: 'w', window: { of: 'a', last: 2 } },
      { id: 'hot', when: { value: 'p.y', above: 3 } },
      { id: 'set', write: { tag: 'plc/setpoint', when: 'hot', on: 'rising', value: 50 } },
    ]),
    [],
  );
});

test('names', () => {
  assert.deepEqual(
    problemsOf([
      { id: 'a', compute: { x: 'b' } },
      { id: 's', compute: { x: 'b' } },
      { id: 's', compute: { x: 'b' } },
    ]),
    [
      'steps[0].id: "a" is already inputs.a | Give each input and step its own name.',
      'steps[2].id: "s" is already steps[1].id | Give each input and step its own name.',
    ],
  );
  assert.deepEqual(problemsOf([{ id: 'time', compute: { x: 'b' } }]), [
    'steps[0].id: "time" is a word of the expression language | Choose another id.',
  ]);
});

test('references, with the nearest known name', () => {
  const steps = [
    { id: 'hourly', resample: { of: 'a', every: '1h' } },
    { id: 'w', window: { of: 'hourlly', last: 2 } },
    { id: 'c', compute: { x: 'hourly' } },
    { id: 'v', window: { of: 'c.y', last: 2 } },
    { id: 'u', window: { of: 'c', last: 2 } },
    { id: 't', window: { of: 'a.x', last: 2 } },
    { id: 'alarm', alarm: { when: 'hourly', message: 'x {hourley}' } },
    { id: 'z', window: { of: 'alarm', last: 2 } },
  ];
  assert.deepEqual(problemsOf(steps), [
    'steps[1].window.of: there is no input or step "hourlly" | Did you mean "hourly"?',
    'steps[3].window.of: "c" has no "y" | Known: x.',
    'steps[4].window.of: "c" has several values | Say one of: c.x.',
    'steps[5].window.of: "a" has one value | Say "a".',
    'steps[6].alarm.when: hourly is a number, not true or false',
    'steps[6].alarm.message: there is no input or step "hourley" | Did you mean "hourly"?',
    'steps[7].window.of: "alarm" gives no values | Name a step that gives some.',
  ]);
});

test('cycles are named, and what hangs on them is left alone', () => {
  assert.deepEqual(
    problemsOf([
      { id: 'x', compute: { v: 'z.v + 1' } },
      { id: 'y', compute: { v: 'x.v' } },
      { id: 'z', window: { of: { v: 'y.v' }, last: 1 } },
      { id: 'after', compute: { v: 'x.v' } },
    ]),
    ['steps[0]: the steps wait for each other: x → y → z → x | Take one of these references away.'],
  );
  assert.deepEqual(problemsOf([{ id: 'x', compute: { v: 'x.v + a' } }]), [
    'steps[0]: the steps wait for each other: x → x | Take one of these references away.',
  ]);
});

test('tags: unknown, wrong type, unit, not writable', () => {
  const inputs = {
    inputs: {
      a: { tag: 'plc/aa' },
      b: { tag: 'plc/on' },
      c: { tag: 'plc/a', unit: 'MW' },
      d: { tag: 'plc/a', unit: 'Cel' },
    },
  };
  assert.deepEqual(
    problemsOf(
      [
        { id: 's', write: { tag: 'plc/setpont', value: 'c' } },
        { id: 't', write: { tag: 'plc/a', value: 'c' } },
        { id: 'u', write: { tag: 'plc/setpoint', value: 'c > 1' } },
      ],
      inputs,
    ),
    [
      'inputs.a.tag: there is no tag "plc/aa" | Did you mean "plc/a"?',
      'inputs.b.type: plc/on gives boolean, not number | Say type: boolean, and use it so.',
      'inputs.d.unit: plc/a is in kW, which does not convert to Cel | Say unit: kW, and convert in a compute step.',
      'steps[0].write.tag: there is no tag "plc/setpont" | Did you mean "plc/setpoint"?',
      'steps[1].write.tag: plc/a is not writable | Mark it writable at its connector, if the equipment allows it. Writable: plc/setpoint.',
      'steps[2].write.value: plc/setpoint takes number, not boolean',
    ],
  );
});

test('expressions: syntax and types with their position', () => {
  assert.deepEqual(
    problemsOf([
      { id: 'c', compute: { x: 'a +', y: 'gih * 2', z: 'a + "x"', c: '1 + 2' } },
      { id: 'w', when: { if: 'a + 1' } },
    ]),
    [
      'steps[0].compute.x: Unexpected token: EOF, at character 4 of "a +"',
      'steps[0].compute.y: Unknown variable: gih, at character 1 of "gih * 2" | Known: a, b, time.',
      'steps[0].compute.z: no such overload: double + string, at character 1 of "a + "x"" | Both sides need the same type; write whole numbers with a point (0.0), as series are decimal numbers.',
      'steps[0].compute.c: "1 + 2" reads no series, so it would never be computed | Use the constant where it is needed.',
      'steps[1].when.if: "a + 1" is a number, not true or false',
    ],
  );
});

test('models: unknown, feature count, tensor names, types', () => {
  const model = (more: object) => [
    { id: 'w', window: { of: 'a', last: 2 } },
    { id: 'p', model: { use: 'm@champion', inputs: { X: ['w', 'b'] }, outputs: { y: 'y' }, ...more } },
  ];
  assert.deepEqual(problemsOf(model({ use: 'm@champoin' })), [
    'steps[1].model.use: there is no model "m@champoin" | Did you mean "m@champion"?',
  ]);
  assert.deepEqual(problemsOf(model({ inputs: { X: ['w'] } })), [
    `steps[1].model.inputs.X: 2 features do not fit the model's input "X" (? × 3) | List exactly the features that the model was trained on, in their order.`,
  ]);
  assert.deepEqual(problemsOf(model({ inputs: { x: ['w', 'b'] }, outputs: { y: 'Y', z: 'y[1]' } })), [
    'steps[1].model.inputs.x: the model has no input "x" | Did you mean "X"?',
    'steps[1].model.inputs: the model also needs its input "X" | Add inputs.X with its features.',
    'steps[1].model.outputs.y: the model has no output "Y" | Did you mean "y"?',
    'steps[1].model.outputs.z: "y" has 1 values, so there is no [1] | The last is [0].',
  ]);
  const signature = {
    inputs: [{ name: 'X', type: 'int64', shape: [1, 3] }],
    outputs: [{ name: 'y', type: 'string', shape: [1] }],
  };
  assert.deepEqual(problemsOf(model({}), {}, { models: { 'm@champion': { name: 'm', version: 1, signature } } }), [
    'steps[1].model.inputs.X: the model wants int64 for "X"; flows give float32 | Export the model with float32 inputs.',
    'steps[1].model.outputs.y: the model gives string for "y"; flows read numbers | Name another output.',
  ]);
});

test('streams, durations, constants, joins, scores', () => {
  assert.deepEqual(
    problemsOf(
      [
        { id: 'p', publish: { stream: 'prediction', values: { a: 'a' } } },
        { id: 'r', resample: { of: 'a', every: '0s' } },
        { id: 'w', write: { tag: 'plc/setpoint', value: 5 } },
        { id: 'h', when: { value: 'a', above: 1, stream: 'nowhere' } },
        { id: 'x', write: { tag: 'plc/setpoint', value: 5, when: 'h', min: 9, max: 1 } },
        { id: 'j', join: { series: { a: 'a' }, at: 'b', tolerance: '1s' } },
      ],
      { streams: { predictions: {} } },
    ),
    [
      'steps[0].publish.stream: the flow has no stream "prediction" | Did you mean "predictions"?',
      'steps[1].resample.every: it must be longer than nothing',
      'steps[2].write.value: a constant without `when` would never be written | Name the condition that triggers it.',
      'steps[3].when.stream: the flow has no stream "nowhere" | Declare it under streams.',
      'steps[4].write.min: min is greater than max',
      'steps[4].write.on: a constant never changes | Say on: rising, falling, edge or every.',
      'steps[5].join.series: it joins only one series | Name at least two.',
      'steps[5].join.at: "b" is none of the joined series | Say one of: a.',
    ],
  );
  const units = { inputs: { a: { tag: 'plc/a', unit: 'kW' }, b: { tag: 'plc/a', unit: 'MW' } } };
  assert.deepEqual(problemsOf([{ id: 's', score: { prediction: 'a', truth: 'b', delay: '1h' } }], units), [
    'steps[0].score.truth: the prediction is in kW, the truth in MW | Convert one of them in a compute step.',
  ]);
});

test('what is not known yet is not judged', () => {
  const flow: FlowSpec = aFlow([
    { id: 's', sun: { at: 'a', latitude: `\${site.latitude}`, longitude: `\${site.longitude}`, offset: `\${shift}` } },
    { id: 'r', resample: { of: 'a', every: `\${every}` } },
    { id: 'c', compute: { x: `a * \${factor}` } },
    { id: 'h', when: { if: `c.x > \${limit}` } },
    { id: 'p', model: { use: `\${model}`, inputs: { X: ['c.x'] }, outputs: { y: 'y' } } },
    { id: 'w', write: { tag: `\${equipment}/setpoint`, value: 'p.y', max: `\${max}`, min: 0 } },
  ]);
  assert.deepEqual(checkFlow(flow, facts), []);
  assert.deepEqual(
    checkFlow(
      aFlow([{ id: 'p', model: { use: 'none@here', inputs: { X: ['a'] }, outputs: { y: 'y' } } }], {
        inputs: { a: { tag: 'no/where' } },
      }),
      {},
    ),
    [],
  );
});
