import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import { onnxRuntime } from '../adapters/runtimes/onnx-runtime.ts';
import { systemClock } from '../adapters/system/system-clock.ts';
import { createFlowHost } from '../apps/runner/flow-host.ts';
import { ResolvedFlowSpec } from '../contracts/kinds/flow.ts';
import type { FlowWorkload } from '../contracts/manifest.ts';
import type { Publication } from '../contracts/runner.ts';
import { prng } from '../core/base/prng.ts';
import { compileFlow } from '../core/flow/compile-flow.ts';
import { type BenchResult, benchResult, median } from './bench-result.ts';
import { MOBILENET_INPUTS, mobilenetV2, smallPerceptron } from './mobilenet-v2.ts';

const ROUNDS = 7;

/** One model, measured raw and in a flow. */
interface Case {
  file: string;
  inputs: number;
  /** Calls of each kind in one slice, and slices in one round; the two take turns. */
  calls: number;
  slices: number;
}

/**
 * The call of a model in a flow, from the sample that completes its window to the record of its prediction, against the
 * call of ONNX Runtime alone: same process, same model, one thread each.
 */
export async function run(): Promise<BenchResult[]> {
  const folder = await mkdtemp(join(tmpdir(), 'orla-bench-inference-'));
  try {
    const small = join(folder, 'perceptron.onnx');
    const large = join(folder, 'mobilenet.onnx');
    await writeFile(small, smallPerceptron(prng(1).number));
    await writeFile(large, mobilenetV2(prng(2).number));
    const quick = await measure({ file: small, inputs: 32, calls: 500, slices: 10 });
    const slow = await measure({ file: large, inputs: MOBILENET_INPUTS, calls: 5, slices: 10 });
    return [
      benchResult({
        name: 'inference-small',
        what: 'Added by the flow to a call of a perceptron 32-64-64-8: window, checks, record',
        comparator: 'session.run of onnxruntime-node, same process, one thread',
        unit: 'µs',
        budget: { atMost: 25 },
        runs: quick.map(({ rawUs, flowUs }) => flowUs - rawUs),
        details: detailsOf(quick),
      }),
      benchResult({
        name: 'inference-mobilenet-v2',
        what: 'Call of a MobileNetV2 in a flow (in its own thread) ÷ the same call alone',
        comparator: 'session.run of onnxruntime-node, same process, one thread',
        unit: '×',
        budget: { atMost: 1.05 },
        runs: slow.map(({ rawUs, flowUs }) => flowUs / rawUs),
        details: detailsOf(slow),
      }),
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Round {
  rawUs: number;
  flowUs: number;
}

const detailsOf = (rounds: readonly Round[]) => ({
  rawUs: round1(median(rounds.map(({ rawUs }) => rawUs))),
  inFlowUs: round1(median(rounds.map(({ flowUs }) => flowUs))),
});
const round1 = (value: number) => Math.round(value * 10) / 10;

async function measure({ file, inputs, calls, slices }: Case): Promise<Round[]> {
  const raw = await rawCall(file, inputs);
  const flow = await flowCall(file, inputs);
  const rounds: Round[] = [];
  // The first round only warms up.
  for (let round = 0; round <= ROUNDS; round++) {
    const rawUs: number[] = [];
    const flowUs: number[] = [];
    for (let slice = 0; slice < slices; slice++) {
      await timed(raw.call, calls, rawUs);
      await timed(flow.call, calls, flowUs);
    }
    if (round > 0) rounds.push({ rawUs: median(rawUs), flowUs: median(flowUs) });
  }
  await raw.close();
  await flow.close();
  return rounds;
}

async function timed(call: () => Promise<unknown>, calls: number, into: number[]): Promise<void> {
  for (let i = 0; i < calls; i++) {
    const from = performance.now();
    await call();
    into.push((performance.now() - from) * 1000);
  }
}

async function rawCall(file: string, inputs: number) {
  const session = await ort.InferenceSession.create(file, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
  });
  const data = Float32Array.from({ length: inputs }, (_, i) => i / inputs);
  return {
    call: () => session.run({ x: new ort.Tensor('float32', data, [1, inputs]) }),
    close: () => session.release(),
  };
}

/** A flow whose every sample completes the window, so that each push is one call; resolves with its record. */
async function flowCall(file: string, inputs: number) {
  const session = await onnxRuntime().load(file, { threads: 1 });
  const spec = ResolvedFlowSpec.parse({
    inputs: { v: { tag: 'plc/v' } },
    steps: [
      { id: 'w', window: { of: 'v', last: inputs } },
      { id: 'm', model: { use: 'm:1', inputs: { x: ['w'] }, outputs: { y: 'y[0]' } } },
      { id: 'tell', publish: { stream: 'predictions', values: { y: 'm.y' }, forTime: '1h' } },
    ],
    streams: { predictions: {} },
  });
  const { signature } = session;
  const flow = compileFlow('bench', spec, { models: { 'm:1': { name: 'm', version: 1, signature } } });
  const workload = { id: 'shared/flow/bench', digest: '0'.repeat(64), name: 'bench' } as FlowWorkload;
  let recorded: (record: Publication) => void = () => {};
  const host = createFlowHost(workload, flow, {
    clock: systemClock(),
    sessions: new Map([['m:1', session]]),
    write: async () => ({ outcome: 'written', previous: null }),
    outbox: {
      add: (record) => {
        recorded(record);
        return true;
      },
      touched: () => {},
      answered: () => {},
      setSource: () => {},
      heldBack: () => 0,
      waiting: () => 0,
      close: async () => {},
    },
    onFailed: (because) => {
      throw new Error(because);
    },
  });
  let sourceTime = Date.UTC(2026, 0, 1);
  const push = () => {
    sourceTime += 1000;
    const value = (sourceTime % 7919) / 7919;
    host.push({ tag: 'plc/v', value, quality: 'good', sourceTime, timeFrom: 'source' }, performance.now());
  };
  // A window that is not full yet publishes nothing usable, but publishes: its records are not calls.
  for (let i = 0; i < inputs - 1; i++) push();
  return {
    call: () =>
      new Promise<Publication>((resolve, reject) => {
        recorded = (record) => {
          const { body } = record;
          if (body.kind === 'prediction' && body.values['y'] !== null) resolve(record);
          else reject(new Error('the flow gave no prediction'));
        };
        push();
      }),
    close: () => session.close(),
  };
}
