import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startBenchCentre } from './bench-centre.ts';
import { type BenchResult, benchResult, median } from './bench-result.ts';
import { decidingWorkloads, identityPerceptron } from './deciding-flow.ts';
import { startEquipment } from './equipment.ts';

const ROUNDS = 5;
const SCAN_MS = 20;
/** What is loaded at the start has settled by then. */
const SETTLE_MS = 8000;
const WAIT_MS = 30_000;
const MIB = 1024 * 1024;

type Centre = Awaited<ReturnType<typeof startBenchCentre>>;

/**
 * Memory of an agent and its idle runner against two Node processes that do nothing, and the time from `kill -9` of either
 * to the first write that a model decided.
 */
export async function run(): Promise<BenchResult[]> {
  const folder = await mkdtemp(join(tmpdir(), 'orla-bench-footprint-'));
  const centre = await startBenchCentre();
  const equipment = await startEquipment();
  const model = identityPerceptron();
  const { connector, flow } = decidingWorkloads(model, equipment.port, SCAN_MS);
  centre.offer(model);
  const node: Node = { centre, folder, agent: undefined };
  try {
    await writeFile(join(folder, 'site-policy.yaml'), 'writes:\n  allow: [rig/*]\n');
    await startAgent(node);
    centre.issue(centre.manifestFor('pi-1', 1, { workloads: [connector] }));
    const memory: Memory[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      memory.push(await measureMemory(node));
      await restartAgent(node);
    }
    centre.issue(centre.manifestFor('pi-1', 2, { workloads: [connector, flow] }));
    await equipment.followed();
    const agentMs: number[] = [];
    const runnerMs: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      runnerMs.push(await recovery(node, equipment, 'runner'));
      await sleep(3000);
      agentMs.push(await recovery(node, equipment, 'agent'));
      await sleep(3000);
    }
    return [memoryResult(memory), recoveryResult('agent', agentMs), recoveryResult('runner', runnerMs)];
  } finally {
    node.agent?.kill('SIGTERM');
    if (node.agent !== undefined) await once(node.agent, 'exit');
    await equipment.close();
    await centre.close();
    await rm(folder, { recursive: true, force: true });
  }
}

interface Node {
  readonly centre: Centre;
  readonly folder: string;
  agent: ChildProcess | undefined;
}

async function startAgent(node: Node): Promise<void> {
  const { centre, folder } = node;
  const main = join(import.meta.dirname, '../apps/agent/main.ts');
  const join_ = ['--join', centre.url, '--token', 'good', '--root', centre.rootKeyId, '--name', 'pi-1'];
  const cache = process.env['NODE_COMPILE_CACHE'] ?? join(folder, 'compile-cache');
  node.agent = spawn(process.execPath, [main, '--data', folder, ...join_], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { NODE_COMPILE_CACHE: cache },
  });
}

async function restartAgent(node: Node): Promise<void> {
  node.centre.reports.length = 0;
  node.agent?.kill('SIGTERM');
  if (node.agent !== undefined) await once(node.agent, 'exit');
  await startAgent(node);
}

/** The process of the runner, as the newest report of a converged node names it. */
async function runnerPid({ centre }: Node): Promise<number> {
  const from = performance.now();
  for (;;) {
    const report = centre.reports.at(-1);
    const pid = report?.workloads[0]?.pid;
    if (report?.converged === true && pid !== undefined) return pid;
    if (performance.now() - from > WAIT_MS) throw new Error('the node did not converge');
    await sleep(50);
  }
}

interface Memory {
  /** Anonymous memory of each, and what both need together if nothing else ran. */
  agent: number;
  runner: number;
  both: number;
  bare: number;
}

async function measureMemory(node: Node): Promise<Memory> {
  const runner = await runnerPid(node);
  const bare = [1, 2].map(() => spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e9)'], { stdio: 'ignore' }));
  await sleep(SETTLE_MS);
  const agent = node.agent!.pid!;
  const measured = {
    agent: memoryOf(agent).anonymous,
    runner: memoryOf(runner).anonymous,
    both: togetherBytes([agent, runner]),
    bare: togetherBytes(bare.map(({ pid }) => pid!)),
  };
  for (const one of bare) one.kill('SIGKILL');
  return measured;
}

/**
 * The sum of the proportional set sizes that processes would have if nothing else ran: their anonymous memory, and every
 * part of a file that any of them has mapped, once. Plain PSS would shrink with every other Node process of the machine.
 */
function togetherBytes(pids: readonly number[]): number {
  const files = new Map<string, number>();
  let bytes = 0;
  for (const pid of pids) {
    const { anonymous, mapped } = memoryOf(pid);
    bytes += anonymous;
    for (const [part, resident] of mapped) files.set(part, Math.max(files.get(part) ?? 0, resident));
  }
  return [...files.values()].reduce((sum, resident) => sum + resident, bytes);
}

/** Bytes of anonymous memory, and of resident file pages by path and offset (Linux proc(5), smaps). */
function memoryOf(pid: number): { anonymous: number; mapped: Map<string, number> } {
  const mapped = new Map<string, number>();
  let anonymous = 0;
  for (const mapping of readFileSync(`/proc/${pid}/smaps`, 'utf8').split(/^(?=[0-9a-f]+-[0-9a-f]+ )/m)) {
    const head = /^\S+ \S+ (\S+) \S+ \S+ *(.*)$/m.exec(mapping);
    const kib = (field: string) => Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(mapping)?.[1] ?? 0) * 1024;
    anonymous += kib('Anonymous');
    const part = `${head?.[2]} ${head?.[1]}`;
    mapped.set(part, (mapped.get(part) ?? 0) + kib('Rss') - kib('Anonymous'));
  }
  return { anonymous, mapped };
}

async function recovery(
  node: Node,
  equipment: Awaited<ReturnType<typeof startEquipment>>,
  what: 'agent' | 'runner',
): Promise<number> {
  const runner = await runnerPid(node);
  const from = performance.now();
  if (what === 'runner') process.kill(runner, 'SIGKILL');
  else {
    node.agent?.kill('SIGKILL');
    await startAgent(node);
  }
  // The runner of the agent that was killed ends by itself; what it still writes does not count.
  while (alive(runner)) await sleep(1);
  await equipment.followed();
  node.centre.reports.length = 0;
  return performance.now() - from;
}

function alive(pid: number): boolean {
  try {
    // A process that ended and was not waited for is a zombie, and takes signals.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

const mib = (bytes: readonly number[]) => Math.round((median(bytes) / MIB) * 10) / 10;

function memoryResult(memory: readonly Memory[]): BenchResult {
  return benchResult({
    name: 'footprint',
    what: 'Memory of agent and idle runner (link, journal, one connector, ONNX Runtime loaded, no model) ÷ two bare Node processes, each pair as if alone',
    comparator: 'two processes of the same Node that do nothing, at the same time',
    unit: '×',
    budget: { atMost: 1.6 },
    runs: memory.map(({ both, bare }) => both / bare),
    details: {
      bothMib: mib(memory.map(({ both }) => both)),
      bareMib: mib(memory.map(({ bare }) => bare)),
      agentOwnMib: mib(memory.map(({ agent }) => agent)),
      runnerOwnMib: mib(memory.map(({ runner }) => runner)),
    },
  });
}

function recoveryResult(what: 'agent' | 'runner', ms: readonly number[]): BenchResult {
  return benchResult({
    name: `recovery-${what}`,
    what: `kill -9 of the ${what} → first write that a model decided`,
    comparator: 'the bound itself',
    unit: 'ms',
    budget: { atMost: 1500 },
    runs: [...ms],
  });
}
