import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EdgeError } from '../../../contracts/errors.ts';
import { parseResources } from '../src/pages/changes/parse-resources.ts';
import { templates } from '../src/pages/changes/templates.ts';

test('every template is one resource of its kind', () => {
  for (const [kind, text] of Object.entries(templates)) {
    assert.deepEqual(
      parseResources(text).map((resource) => resource.kind),
      [kind],
    );
  }
});

test('several documents are several resources', () => {
  assert.equal(parseResources('kind: Site\nname: a\n---\nkind: Site\nname: b\n').length, 2);
});

test('broken YAML names line and column', () => {
  assert.throws(
    () => parseResources('kind: Site\nname: [a\nspec: {}\n'),
    (error) =>
      error instanceof EdgeError && error.code === 'invalid-yaml' && /^line \d+, column \d+$/.test(error.where ?? ''),
  );
});

test('a document without a name is refused', () => {
  assert.throws(
    () => parseResources('kind: Site\n'),
    (error) => error instanceof EdgeError && error.code === 'invalid-resource',
  );
});
