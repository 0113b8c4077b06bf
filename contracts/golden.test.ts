import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import type { z } from 'zod';
import { canonicalJson } from './canonical-json.ts';
import { Change, Plan } from './changes.ts';
import { AgentEvent, ControlEvent } from './events.ts';
import { CentreFrame, NodeFrame } from './link.ts';
import { Manifest, Trust } from './manifest.ts';
import { RecordBody } from './records.ts';
import { kinds } from './resource.ts';
import { Step } from './steps.ts';

/** Folder of `testdata/<version>/` → the schema that must read every file in it, for ever. */
const schemas: Record<string, z.ZodType> = {
  'agent-event': AgentEvent,
  'centre-frame': CentreFrame,
  change: Change,
  'control-event': ControlEvent,
  manifest: Manifest,
  'node-frame': NodeFrame,
  plan: Plan,
  record: RecordBody,
  step: Step,
  trust: Trust,
  ...Object.fromEntries(Object.entries(kinds).map(([kind, { spec }]) => [`spec-${kind}`, spec])),
};

const root = join(import.meta.dirname, 'testdata');
const files = readdirSync(root, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name));

test('every message ever released still reads, and nothing in it is lost', () => {
  for (const file of files) {
    const folder = file.split('/').at(-2)!;
    const schema = schemas[folder];
    assert.ok(schema !== undefined, `${file}: no schema is called ${folder}`);
    const released: unknown = JSON.parse(readFileSync(file, 'utf8'));
    const read = schema.safeParse(released);
    assert.ok(read.success, `${file}: ${read.success ? '' : read.error.message}`);
    assertKeeps(read.data, released, file);
  }
});

test('every schema and every kind of every union has a released example', () => {
  const missing: string[] = [];
  for (const [folder, schema] of Object.entries(schemas)) {
    const examples = files.filter((file) => file.split('/').at(-2) === folder);
    if (examples.length === 0) missing.push(folder);
    const seen = new Set(examples.map((file) => JSON.parse(readFileSync(file, 'utf8')).kind));
    const options = (schema as { options?: { shape?: { kind?: { value?: string } } }[] }).options ?? [];
    for (const option of options) {
      const kind = option.shape?.kind?.value;
      if (kind !== undefined && !seen.has(kind)) missing.push(`${folder}: ${kind}`);
    }
  }
  assert.deepEqual(missing, []);
});

/** What was released is still there after reading; defaults may have been added. */
function assertKeeps(read: unknown, released: unknown, where: string): void {
  if (released === null || typeof released !== 'object') {
    assert.equal(canonicalJson(read), canonicalJson(released), where);
    return;
  }
  for (const [key, value] of Object.entries(released))
    assertKeeps((read as Record<string, unknown>)?.[key], value, `${where}: ${key}`);
}
