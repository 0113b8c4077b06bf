import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Runtime, Tensor } from './port.ts';

/** A runtime with model files that the implementation makes for the suite. */
export interface RuntimeRig {
  runtime: Runtime;
  /** x float32[1, 3] → y: sums of 1·x0 + 2·x1 + 3·x2 + 0.5. */
  linearPath: string;
  /** Bytes that are no model. */
  garbagePath: string;
}

const x = (...values: number[]): Record<string, Tensor> => ({
  x: { type: 'float32', shape: [1, values.length], data: Float32Array.from(values) },
});

/** What every runtime promises. */
export function runtimeConformance(name: string, make: () => Promise<RuntimeRig>): void {
  const y = (outputs: Record<string, Tensor>) => (outputs['y']!.data as Float32Array)[0]!;

  test(`${name}: a model tells its signature and gives its outputs`, async () => {
    const { runtime, linearPath } = await make();
    const session = await runtime.load(linearPath, { threads: 1 });
    assert.deepEqual(session.signature.inputs, [{ name: 'x', type: 'float32', shape: [1, 3] }]);
    assert.deepEqual(
      session.signature.outputs.map((output) => [output.name, output.type]),
      [['y', 'float32']],
    );
    assert.equal(y(await session.run(x(1, 10, 100))), 321.5);
    await session.close();
  });

  test(`${name}: calls overlap, each with its own outputs, and inputs stay as they are`, async () => {
    const { runtime, linearPath } = await make();
    const session = await runtime.load(linearPath, { threads: 1 });
    const inputs = Array.from({ length: 50 }, (_, i) => x(i, 0, 0));
    const outputs = await Promise.all(inputs.map((input) => session.run(input)));
    assert.deepEqual(
      outputs.map(y),
      inputs.map((_, i) => i + 0.5),
    );
    assert.deepEqual(inputs[7], x(7, 0, 0));
    await session.run(x(9, 9, 9));
    assert.deepEqual(
      outputs.map(y),
      inputs.map((_, i) => i + 0.5),
      'a later call changes nothing',
    );
    await session.close();
  });

  test(`${name}: inputs that do not fit are named, with what was expected; the session goes on`, async () => {
    const { runtime, linearPath } = await make();
    const session = await runtime.load(linearPath, { threads: 1 });
    const bad: [Record<string, Tensor>, RegExp][] = [
      [{}, /x .*nothing.*float32\[1, 3\]/],
      [x(1, 2), /x .*float32\[1, 2\].*float32\[1, 3\]/],
      [{ ...x(1, 2, 3), z: x(1)['x']! }, /z/],
      [{ x: { type: 'int32', shape: [1, 3], data: Int32Array.of(1, 2, 3) } }, /x .*int32\[1, 3\]/],
      [{ x: { type: 'float32', shape: [1, 3], data: Float32Array.of(1, 2) } }, /x .*2 values/],
    ];
    for (const [inputs, message] of bad) {
      await assert.rejects(session.run(inputs), { code: 'invalid-model', message });
    }
    assert.equal(y(await session.run(x(0, 0, 0))), 0.5);
    await session.close();
  });

  test(`${name}: closing twice is harmless, and a closed model cannot be called`, async () => {
    const { runtime, linearPath } = await make();
    const session = await runtime.load(linearPath, { threads: 1 });
    await session.close();
    await session.close();
    await assert.rejects(session.run(x(1, 2, 3)), { code: 'closed' });
  });

  test(`${name}: what is no model is refused`, async () => {
    const { runtime, linearPath, garbagePath } = await make();
    await assert.rejects(runtime.load(garbagePath, { threads: 1 }), { code: 'invalid-model' });
    await assert.rejects(runtime.load(`${linearPath}.missing`, { threads: 1 }), { code: 'invalid-model' });
  });
}
