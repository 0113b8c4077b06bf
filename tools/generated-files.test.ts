import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { generatedFiles } from './generated-files.ts';

test('the generated files are the ones that were committed; if not: npm run generate', () => {
  for (const { path, text } of generatedFiles()) {
    assert.ok(
      readFileSync(join(import.meta.dirname, '..', path), 'utf8') === text,
      `${path} is out of date: npm run generate`,
    );
  }
});
