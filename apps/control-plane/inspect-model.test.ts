import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type OnnxGraph, writeOnnx } from '../../adapters/runtimes/write-onnx.ts';
import type { EdgeError } from '../../contracts/errors.ts';
import { inspectModels } from './inspect-model.ts';
import { residentBytes } from './resident-bytes.ts';

const folder = mkdtempSync(join(tmpdir(), 'orla-inspect-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const inspect = inspectModels(residentBytes);

const graph: OnnxGraph = {
  inputs: [{ name: 'x', type: 'float32', shape: ['n', 3] }],
  outputs: [{ name: 'y', type: 'float32', shape: ['n', 3] }],
  constants: [{ name: 'c', type: 'float32', shape: [3], data: new Float32Array([1, 2, 3]) }],
  nodes: [{ operator: 'Add', inputs: ['x', 'c'], outputs: ['y'] }],
};
function staged(name: string, bytes: Uint8Array) {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return { path, sizeBytes: bytes.length, read: () => assert.fail('the process reads the file itself') };
}

test('a good model is parsed, loaded and run in a process of its own', async () => {
  const facts = await inspect(staged('good', writeOnnx(graph)));
  assert.deepEqual([facts.operators, facts.parameters, facts.opsets], [{ Add: 1 }, 3, { '': 17 }]);
  assert.deepEqual(facts.signature.inputs, [{ name: 'x', type: 'float32', shape: ['n', 3] }]);
});

test("an operator that the runtime does not have is refused in the runtime's own words", async () => {
  const unknown = writeOnnx({ ...graph, nodes: [{ operator: 'Frobnicate', inputs: ['x', 'c'], outputs: ['y'] }] });
  await assert.rejects(inspect(staged('operator', unknown)), (error: EdgeError) => {
    assert.equal(error.code, 'invalid-model');
    assert.match(error.message, /Frobnicate/);
    assert.ok(!error.message.includes(folder), 'no path of this machine is told');
    return true;
  });
});

test('what is no ONNX, and shapes that cannot be computed, are refused', async () => {
  await assert.rejects(inspect(staged('text', Buffer.from('hello'))), { code: 'invalid-model' });
  const shape = writeOnnx({
    ...graph,
    constants: [{ name: 'c', type: 'float32', shape: [2], data: new Float32Array([1, 2]) }],
  });
  await assert.rejects(inspect(staged('shape', shape)), { code: 'invalid-model' });
});

test('limits on time and memory end the process and say so', async () => {
  const model = staged('limits', writeOnnx(graph));
  const slow = inspectModels(residentBytes, { timeMs: 1, memoryBytes: 1e12 });
  await assert.rejects(
    slow(model),
    (error: EdgeError) => error.code === 'invalid-model' && /longer than/.test(error.message),
  );
  const greedy = inspectModels(() => 1e12, { timeMs: 60_000, memoryBytes: 1e9 });
  await assert.rejects(
    greedy(model),
    (error: EdgeError) => error.code === 'invalid-model' && /memory/.test(error.message),
  );
});
