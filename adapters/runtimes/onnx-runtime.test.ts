import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { runtimeConformance } from './conformance.ts';
import { type OnnxRuntimeOptions, onnxRuntime } from './onnx-runtime.ts';
import { type OnnxGraph, writeOnnx } from './write-onnx.ts';

const folder = mkdtempSync(join(tmpdir(), 'orla-onnx-runtime-'));
after(async () => (await import('node:fs/promises')).rm(folder, { recursive: true }));

const file = (name: string, graph: OnnxGraph): string => {
  const path = join(folder, name);
  writeFileSync(path, writeOnnx(graph));
  return path;
};

const linearPath = file('linear.onnx', {
  inputs: [{ name: 'x', type: 'float32', shape: [1, 3] }],
  outputs: [{ name: 'y', type: 'float32', shape: [1, 1] }],
  constants: [
    { name: 'w', type: 'float32', shape: [3, 1], data: Float32Array.of(1, 2, 3) },
    { name: 'b', type: 'float32', shape: [1], data: Float32Array.of(0.5) },
  ],
  nodes: [{ operator: 'Gemm', inputs: ['x', 'w', 'b'], outputs: ['y'] }],
});
const garbagePath = join(folder, 'garbage.onnx');
writeFileSync(garbagePath, 'this is no model');

const placed: string[] = [];
const rig = (options: OnnxRuntimeOptions) => async () => ({
  runtime: onnxRuntime({ ...options, onPlaced: (_path, { where }) => placed.push(where) }),
  linearPath,
  garbagePath,
});
runtimeConformance('onnx inline', rig({ inlineCallMsMax: 1000 }));
runtimeConformance('onnx in a worker', rig({ inlineCallMsMax: 0 }));
runtimeConformance('onnx measured in a worker, run inline', rig({ inlineLoadBytesMax: 0, inlineCallMsMax: 1000 }));

test('onnx: a model runs where its measured call allows', () => {
  assert.deepEqual(
    [placed.slice(0, 4), placed.slice(4, 8), placed.slice(8)],
    [
      ['inline', 'inline', 'inline', 'inline'],
      ['worker', 'worker', 'worker', 'worker'],
      ['inline', 'inline', 'inline', 'inline'],
    ],
  );
});

test('onnx: free dimensions have their names, and types pass through', async () => {
  const path = file('types.onnx', {
    inputs: [
      { name: 'a', type: 'int64', shape: ['batch', 2] },
      { name: 'flag', type: 'bool', shape: [1] },
      { name: 'text', type: 'string', shape: ['batch'] },
    ],
    outputs: [
      { name: 'doubled', type: 'int64', shape: ['batch', 2] },
      { name: 'same', type: 'bool', shape: [1] },
      { name: 'words', type: 'string', shape: ['batch'] },
    ],
    constants: [{ name: 'two', type: 'int64', shape: [1], data: BigInt64Array.of(2n) }],
    nodes: [
      { operator: 'Mul', inputs: ['a', 'two'], outputs: ['doubled'] },
      { operator: 'Not', inputs: ['flag'], outputs: ['same'] },
      { operator: 'Identity', inputs: ['text'], outputs: ['words'] },
    ],
  });
  for (const inlineCallMsMax of [1000, 0]) {
    const session = await onnxRuntime({ inlineCallMsMax }).load(path, { threads: 1 });
    assert.deepEqual(session.signature.inputs[0], { name: 'a', type: 'int64', shape: ['batch', 2] });
    const outputs = await session.run({
      a: { type: 'int64', shape: [2, 2], data: BigInt64Array.of(1n, 2n, 3n, 4n) },
      flag: { type: 'bool', shape: [1], data: Uint8Array.of(1) },
      text: { type: 'string', shape: [2], data: ['sun', 'rain'] },
    });
    assert.deepEqual(outputs['doubled'], { type: 'int64', shape: [2, 2], data: BigInt64Array.of(2n, 4n, 6n, 8n) });
    assert.deepEqual(outputs['same'], { type: 'bool', shape: [1], data: Uint8Array.of(0) });
    assert.deepEqual(outputs['words'], { type: 'string', shape: [2], data: ['sun', 'rain'] });
    await session.close();
  }
});

test('onnx: a type that flows cannot use, and an operator that does not exist, are refused with the reason', async () => {
  const unknown = file('unknown.onnx', {
    inputs: [{ name: 'x', type: 'float32', shape: [1] }],
    outputs: [{ name: 'y', type: 'float32', shape: [1] }],
    constants: [],
    nodes: [{ operator: 'Teleport', inputs: ['x'], outputs: ['y'] }],
  });
  await assert.rejects(onnxRuntime().load(unknown, { threads: 1 }), { code: 'invalid-model', message: /Teleport/ });
  const half = file('half.onnx', {
    inputs: [{ name: 'x', type: 'float16', shape: [1] }],
    outputs: [{ name: 'y', type: 'float16', shape: [1] }],
    constants: [],
    nodes: [{ operator: 'Identity', inputs: ['x'], outputs: ['y'] }],
  });
  await assert.rejects(onnxRuntime().load(half, { threads: 1 }), { code: 'invalid-model', message: /x .*float16/ });
});

test('onnx: a call that waits when its thread is closed ends with an error', async () => {
  const session = await onnxRuntime({ inlineCallMsMax: 0 }).load(linearPath, { threads: 1 });
  const call = session.run({ x: { type: 'float32', shape: [1, 3], data: Float32Array.of(1, 2, 3) } });
  const ended = assert.rejects(call, { code: 'closed' });
  await session.close();
  await ended;
});
