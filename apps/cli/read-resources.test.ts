import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { parseResources, placeProblems, readResources, segmentsOf } from './read-resources.ts';

const flow = `kind: Flow
name: pv
spec:
  inputs:
    ghi: { tag: weather/ghi }
  steps:
    - id: hour
      resample: { of: ghi, evry: 1h }
    - id: cloudy
      when:
        value: hour
        above: 250
---
kind: Site
name: here
spec: { latitude: 45, longitude: 8 }
`;

test('several documents of one text are several resources', () => {
  const written = parseResources('a.yaml', flow);
  assert.deepEqual(
    written.map(({ resource }) => [resource.kind, resource.name]),
    [
      ['Flow', 'pv'],
      ['Site', 'here'],
    ],
  );
});

test('a field is found again at its line and column, in blocks and in flows of YAML', () => {
  const [pv, site] = parseResources('a.yaml', flow);
  assert.equal(pv?.place('spec.steps[0].resample.evry'), 'a.yaml:8:28');
  assert.equal(pv?.place('spec.steps.1.when.above'), 'a.yaml:12:9');
  assert.equal(pv?.place('spec.steps.cloudy.when'), 'a.yaml:10:7');
  assert.equal(site?.place('spec.longitude'), 'a.yaml:16:23');
});

test('a field that is missing is placed at the nearest thing around it', () => {
  const [pv] = parseResources('a.yaml', flow);
  assert.equal(pv?.place('spec.steps[0].resample.every'), 'a.yaml:8:7');
  assert.equal(pv?.place('spec.steps[9]'), 'a.yaml:6:3');
  assert.equal(pv?.place(''), 'a.yaml:1:1');
});

test('keys with dots in them are found', () => {
  const [one] = parseResources('a.yaml', 'kind: Site\nname: x\nlabels:\n  a.b/c: d\nspec: {}\n');
  assert.equal(one?.place('labels.a.b/c'), 'a.yaml:4:3');
});

test('problems of the control plane get their place; problems of something else keep theirs', () => {
  const written = parseResources('a.yaml', flow);
  const placed = placeProblems(
    [
      { where: 'Flow pv: spec.steps[1].when.above', message: 'too high' },
      { where: 'resources[1].spec.latitude', message: 'too far' },
      { where: 'Connector other: spec.tags', message: 'none' },
      { message: 'nowhere' },
    ],
    written,
  );
  assert.deepEqual(
    placed.map((problem) => problem.where),
    [
      'a.yaml:12:9 (Flow pv: spec.steps[1].when.above)',
      'a.yaml:16:9 (resources[1].spec.latitude)',
      'Connector other: spec.tags',
      undefined,
    ],
  );
});

test('broken YAML is refused with line and column', () => {
  assert.throws(() => parseResources('b.yaml', 'kind: Site\nname: x\nspec: { latitude: 4\n'), {
    code: 'invalid-yaml',
    where: /^b\.yaml:4:1$/,
  });
  assert.throws(() => parseResources('b.yaml', 'kind: Site\nkind: Node\nname: x\n'), {
    code: 'invalid-yaml',
    where: 'b.yaml:2:1',
  });
});

test('what is no resource is refused where it stands', () => {
  assert.throws(() => parseResources('c.yaml', 'kind: Site\n'), {
    code: 'invalid-resource',
    where: 'c.yaml:1:1',
    message: /needs a name/,
  });
  assert.throws(() => parseResources('c.yaml', 'just text\n'), { code: 'invalid-resource' });
});

test('what was read from the control plane can be applied again', () => {
  const [kept] = parseResources(
    'k.json',
    '{"kind":"Site","name":"x","generation":3,"createdAt":1,"updatedAt":2,"spec":{}}',
  );
  assert.deepEqual(kept?.resource, { kind: 'Site', name: 'x', generation: 3, spec: {} });
});

test('files, folders and standard input', async (t) => {
  const cwd = mkdtempSync(join(tmpdir(), 'orla-read-'));
  t.after(() => rmSync(cwd, { recursive: true }));
  mkdirSync(join(cwd, 'plant', 'deep'), { recursive: true });
  writeFileSync(join(cwd, 'plant', 'b.yaml'), 'kind: Site\nname: b\n');
  writeFileSync(join(cwd, 'plant', 'deep', 'a.json'), '{"kind":"Site","name":"a"}');
  writeFileSync(join(cwd, 'plant', 'notes.txt'), 'not read');
  const from = { cwd, input: Readable.from(['kind: Site\nname: piped\n']) };
  const written = await readResources(['plant', '-'], from);
  assert.deepEqual(
    written.map(({ resource }) => resource.name),
    ['b', 'a', 'piped'],
  );
  assert.equal(written[2]?.place('name'), 'standard input:2:1');
  await assert.rejects(readResources(['nothing.yaml'], from), { code: 'not-found' });
  writeFileSync(join(cwd, 'empty.yaml'), '# nothing\n');
  await assert.rejects(readResources(['empty.yaml'], from), { code: 'bad-request' });
});

test('paths of fields in both spellings', () => {
  assert.deepEqual(segmentsOf('spec.steps[2].when.for'), ['spec', 'steps', '2', 'when', 'for']);
  assert.deepEqual(segmentsOf('spec.steps.2'), ['spec', 'steps', '2']);
});
