import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runtimeConformance } from './conformance.ts';
import { fakeRuntime, type LinearModel } from './fake-runtime.ts';

const model: LinearModel = {
  inputs: [{ name: 'x', type: 'float32', shape: [1, 3] }],
  outputs: { y: { weights: [[1, 2, 3]], bias: [0.5] } },
};

runtimeConformance('fake', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'orla-fake-runtime-'));
  const linearPath = join(folder, 'linear.json');
  writeFileSync(linearPath, JSON.stringify(model));
  const garbagePath = join(folder, 'garbage.json');
  writeFileSync(garbagePath, '{"inputs":');
  return { runtime: fakeRuntime(), linearPath, garbagePath };
});
