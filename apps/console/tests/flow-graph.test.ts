import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { FlowSpec } from '../../../contracts/kinds/flow.ts';
import { layOutFlow } from '../src/pages/flows/flow-graph.ts';

const text = readFileSync(join(import.meta.dirname, '../../../examples/pv-irradiance/flow.yaml'), 'utf8');
const boxes = layOutFlow(FlowSpec.parse((parse(text) as { spec: unknown }).spec));
const box = (id: string) => boxes.find((each) => each.id === id)!;

test('every step stands below all that it reads', () => {
  for (const { id, level, reads } of boxes) {
    for (const name of reads) assert.ok(box(name).level < level, `${id} must stand below ${name}`);
  }
});

test('what a step reads is found in references, expressions and messages', () => {
  assert.deepEqual(box('ghi_hour').reads, ['ghi']);
  assert.deepEqual([...box('sky').reads].sort(), ['dhi_hour', 'ghi_hour', 'sun_now']);
  assert.ok(box('ramp').reads.includes('cloudy'));
});

test('no two boxes share a place', () => {
  const places = boxes.map(({ level, place }) => `${level} ${place}`);
  assert.equal(new Set(places).size, boxes.length);
});
