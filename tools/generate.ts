/** Writes the files that are made from code and committed: docs/openapi.json. `--check` only says whether they are up to date. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generatedFiles } from './generated-files.ts';

const root = join(import.meta.dirname, '..');
const check = process.argv.includes('--check');
const stale = generatedFiles().filter(({ path, text }) => readIfThere(join(root, path)) !== text);
for (const { path, text } of stale) {
  if (!check) writeFileSync(join(root, path), text);
  process.stdout.write(`${check ? 'out of date' : 'written'}: ${path}\n`);
}
process.exitCode = check && stale.length > 0 ? 1 : 0;

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
