import { createHash } from 'node:crypto';
import { modbusRigSpec } from '../adapters/connectors/modbus/modbus-rig.ts';
import { writeOnnx } from '../adapters/runtimes/write-onnx.ts';
import { ResolvedFlowSpec } from '../contracts/kinds/flow.ts';
import type { ConnectorWorkload, FlowWorkload } from '../contracts/manifest.ts';
import { digestOf } from '../core/base/digest.ts';

/** A connector to the equipment, and a flow that follows its level by a model and a write. */
export function decidingWorkloads(model: Uint8Array, port: number, scanMs: number) {
  const sha256 = createHash('sha256').update(model).digest('hex');
  const spec = { ...modbusRigSpec(port), scan: `${scanMs}ms` };
  const connector: ConnectorWorkload = {
    kind: 'connector',
    id: 'shared/connector/rig',
    runner: 'shared',
    connector: spec,
    digest: digestOf(spec),
  };
  return { connector, flow: decidingFlow(sha256, model.length), sha256 };
}

function decidingFlow(sha256: string, sizeBytes: number): FlowWorkload {
  const tensor = (name: string) => ({ name, type: 'float32', shape: [1, 1] });
  const body: Omit<FlowWorkload, 'digest'> = {
    kind: 'flow',
    id: 'shared/flow/decide',
    runner: 'shared',
    name: 'decide',
    deployment: 'bench',
    release: 1,
    flow: ResolvedFlowSpec.parse({
      inputs: { level: { tag: 'rig/level' } },
      steps: [
        { id: 'm', model: { use: 'm:1', inputs: { x: ['level'] }, outputs: { y: 'y' } } },
        { id: 'high', when: { value: 'm.y', above: 50 } },
        { id: 'act', write: { tag: 'rig/setpoint', value: 'm.y', when: 'high', on: 'edge' } },
      ],
    }),
    models: {
      'm:1': {
        name: 'm',
        version: 1,
        artifact: { sha256, sizeBytes },
        signature: { inputs: [tensor('x')], outputs: [tensor('y')] },
      },
    },
    after: ['shared/connector/rig'],
  };
  return { ...body, digest: digestOf(body) };
}

/** A perceptron 1-64-64-1 whose output is its input, when that is not negative. */
export function identityPerceptron(): Uint8Array {
  const width = 64;
  const identity = Float32Array.from({ length: width * width }, (_, i) => (i % (width + 1) === 0 ? 1 : 0));
  return writeOnnx({
    inputs: [{ name: 'x', type: 'float32', shape: [1, 1] }],
    outputs: [{ name: 'y', type: 'float32', shape: [1, 1] }],
    constants: [
      { name: 'in', type: 'float32', shape: [1, width], data: new Float32Array(width).fill(1) },
      { name: 'through', type: 'float32', shape: [width, width], data: identity },
      { name: 'out', type: 'float32', shape: [width, 1], data: new Float32Array(width).fill(1 / width) },
    ],
    nodes: [
      { operator: 'MatMul', inputs: ['x', 'in'], outputs: ['a'] },
      { operator: 'Relu', inputs: ['a'], outputs: ['b'] },
      { operator: 'MatMul', inputs: ['b', 'through'], outputs: ['c'] },
      { operator: 'Relu', inputs: ['c'], outputs: ['d'] },
      { operator: 'MatMul', inputs: ['d', 'out'], outputs: ['y'] },
    ],
  });
}
