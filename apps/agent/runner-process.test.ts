import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { aModbusRig, modbusRigSpec } from '../../adapters/connectors/modbus/modbus-rig.ts';
import { writeOnnx } from '../../adapters/runtimes/write-onnx.ts';
import { childProcesses } from '../../adapters/system/child-processes.ts';
import { systemClock } from '../../adapters/system/system-clock.ts';
import { workloadsConformance } from '../../adapters/workloads/conformance.ts';
import { runnerProcesses } from '../../adapters/workloads/runner-process.ts';
import { ResolvedFlowSpec } from '../../contracts/kinds/flow.ts';
import type { FlowWorkload } from '../../contracts/manifest.ts';
import { digestOf } from '../../core/base/digest.ts';

const sha256 = 'a'.repeat(64);
const GIVE_UP_MS = 30_000;

/** y = 2 · x. */
const model = writeOnnx({
  inputs: [{ name: 'x', type: 'float32', shape: [1, 1] }],
  outputs: [{ name: 'y', type: 'float32', shape: [1, 1] }],
  constants: [{ name: 'two', type: 'float32', shape: [1, 1], data: Float32Array.of(2) }],
  nodes: [{ operator: 'Mul', inputs: ['x', 'two'], outputs: ['y'] }],
});

function aFlow(
  name: string,
  release: number,
  step: unknown = { id: 'm', model: { use: 'm:1', inputs: { x: ['level'] }, outputs: { y: 'y' } } },
): FlowWorkload {
  const signature = {
    inputs: [{ name: 'x', type: 'float32', shape: [1, 1] }],
    outputs: [{ name: 'y', type: 'float32', shape: [1, 1] }],
  };
  const body: Omit<FlowWorkload, 'digest'> = {
    kind: 'flow',
    id: `shared/flow/${name}`,
    runner: 'shared',
    name,
    deployment: 'd',
    release,
    flow: ResolvedFlowSpec.parse({
      inputs: { level: { tag: 'rig/level' } },
      steps: [step, { id: 'tell', publish: { stream: 'predictions', values: { y: 'm.y', level: 'level' } } }],
      streams: { predictions: {} },
    }),
    models: { 'm:1': { name: 'm', version: 1, artifact: { sha256, sizeBytes: model.length }, signature } },
    after: ['shared/connector/rig'],
  };
  return { ...body, digest: digestOf(body) };
}

workloadsConformance('runner process', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'orla-runner-process-'));
  const modelPath = join(folder, 'model.onnx');
  writeFileSync(modelPath, model);
  const clock = systemClock();
  const equipment = await aModbusRig();
  let level = 0;
  const ramp = setInterval(() => {
    level = (level + 1) % 1000;
    equipment.setLevel(level);
  }, 20);
  const spec = { ...modbusRigSpec(equipment.address!.port), scan: '20ms' };
  const create = runnerProcesses({
    processes: childProcesses(),
    clock,
    command: process.execPath,
    args: [fileURLToPath(new URL('../runner/main.ts', import.meta.url))],
    env: { NODE_COMPILE_CACHE: join(tmpdir(), 'orla-test-compile-cache') },
  });
  return {
    create,
    connector: {
      kind: 'connector',
      id: 'shared/connector/rig',
      runner: 'shared',
      digest: digestOf(spec),
      connector: spec,
    },
    flow: aFlow('f', 1),
    nextFlow: aFlow('f', 2),
    brokenFlow: aFlow('broken', 1, { id: 'm', compute: { y: 'no_such + 1.0' } }),
    brokenBecause: /no_such/,
    context: { artifacts: { [sha256]: modelPath }, secrets: {}, writableTags: [], checkpoint: null },
    crash: (workloads) => {
      const pid = workloads.observe().workloads[0]?.pid;
      assert.ok(pid !== undefined);
      process.kill(pid, 'SIGKILL');
    },
    until: async (done) => {
      const fromMs = clock.monotonic();
      while (!done()) {
        assert.ok(clock.monotonic() - fromMs < GIVE_UP_MS, 'it never happened');
        await clock.sleep(5);
      }
    },
    close: async () => {
      clearInterval(ramp);
      await equipment.close();
      rmSync(folder, { recursive: true });
    },
  };
});
