import { fork } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { childProcesses } from '../adapters/system/child-processes.ts';
import { systemClock } from '../adapters/system/system-clock.ts';
import { runnerProcesses } from '../adapters/workloads/runner-process.ts';
import { type BenchResult, benchResult, median } from './bench-result.ts';
import { decidingWorkloads, identityPerceptron } from './deciding-flow.ts';
import { startEquipment } from './equipment.ts';

const ROUNDS = 5;
const CHANGES = 300;
const SCAN_MS = 20;
const BUDGET_MS = 2;

/**
 * A register of real equipment (Modbus TCP on loopback) changes at a moment that nobody knows; a runner process sees it at
 * its next scan, asks a model, decides and writes. Measured from the change to the write's arrival at the equipment.
 */
export async function run(): Promise<BenchResult[]> {
  const folder = await mkdtemp(join(tmpdir(), 'orla-bench-decision-'));
  const equipment = await startEquipment();
  const ours: number[] = [];
  const naive: number[] = [];
  const medians: number[] = [];
  try {
    for (let round = 0; round < ROUNDS; round++) {
      const stopLoop = await startNaiveLoop(equipment.port);
      naive.push(p99(await equipment.change(CHANGES, SCAN_MS)));
      stopLoop();
      const stopRunner = await startRunner(folder, equipment.port);
      const latencies = await equipment.change(CHANGES, SCAN_MS);
      ours.push(p99(latencies));
      medians.push(median(latencies));
      await stopRunner();
    }
  } finally {
    await equipment.close();
    await rm(folder, { recursive: true, force: true });
  }
  return [
    benchResult({
      name: 'decision',
      what: `Tag change → model → decision → write at the equipment, p99 of ${CHANGES}, beyond the scan period of ${SCAN_MS} ms`,
      comparator: 'a loop by hand over modbus-serial with the same scan period, without a model (details)',
      unit: 'ms',
      budget: { atMost: BUDGET_MS },
      runs: ours.map((ms) => ms - SCAN_MS),
      details: {
        p99Ms: round2(median(ours)),
        p50Ms: round2(median(medians)),
        byHandP99Ms: round2(median(naive)),
        byHandBeyondScanMs: round2(median(naive) - SCAN_MS),
      },
    }),
  ];
}

const round2 = (value: number) => Math.round(value * 100) / 100;

function p99(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * 0.99) - 1]!;
}

async function startNaiveLoop(port: number): Promise<() => void> {
  const child = fork(join(import.meta.dirname, 'naive-loop.ts'), [String(port), String(SCAN_MS)]);
  await new Promise((resolve) => child.once('message', resolve));
  return () => child.kill('SIGKILL');
}

async function startRunner(folder: string, port: number): Promise<() => Promise<void>> {
  const model = identityPerceptron();
  const path = join(folder, 'model.onnx');
  await writeFile(path, model);
  const { connector, flow, sha256 } = decidingWorkloads(model, port, SCAN_MS);
  const create = runnerProcesses({
    processes: childProcesses(),
    clock: systemClock(),
    command: process.execPath,
    args: [join(import.meta.dirname, '../apps/runner/main.ts')],
    env: { NODE_COMPILE_CACHE: join(folder, 'cache') },
  });
  const workloads = create({
    onBatch: async () => {},
    onLive: () => {},
    onLog: () => {},
    onExit: (_runner, because) => {
      throw new Error(because);
    },
  });
  const context = { artifacts: { [sha256]: path }, secrets: {}, writableTags: ['rig/setpoint'], checkpoint: null };
  await workloads.start(connector, context);
  await workloads.start(flow, context);
  return () => workloads.close();
}
