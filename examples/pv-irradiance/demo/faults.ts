import { EdgeError } from '../../../contracts/errors.ts';
import type { DemoWorld, RunningDemo } from './bring-up.ts';
import { demoPlants } from './demo-plants.ts';
import type { LineProxy } from './line-proxy.ts';
import { childrenOf } from './process-facts.ts';
import type { Fault } from './recovery.ts';
import { waitFor } from './supervisor.ts';

/** When each fault was made, and how long the control plane's side took to see everything whole again. */
export interface MadeFaults {
  readonly cut: { readonly from: number; readonly to: number };
  readonly agent: Fault;
  readonly runner: Fault;
  readonly controlPlaneKilledAt: number;
  /** From the line's return until every node was connected. */
  readonly lineMs: number;
  /** From the line's return until no record waited at any node. */
  readonly backlogMs: number;
  /** From SIGKILL until the API answered and every node was connected. */
  readonly controlPlaneMs: number;
}

/** Longest wait for everything to be whole again after a fault. */
const RECOVER_WITHIN_MS = 90_000;

/**
 * Cuts every line for a third of `runMs`, kills a runner and an agent meanwhile, and later the control plane, each with
 * SIGKILL; resolves when `runMs` are over.
 */
export async function makeFaults(
  world: DemoWorld,
  demo: RunningDemo,
  line: LineProxy,
  runMs: number,
): Promise<MadeFaults> {
  const { clock, signal, say } = world;
  const begunAt = clock.monotonic();
  const until = (share: number) => clock.sleep(Math.max(0, begunAt + runMs * share - clock.monotonic()), signal);
  const [first, second] = demoPlants;
  if (first === undefined || second === undefined) throw new Error('the demo needs two plants');

  await until(1 / 6);
  say('cutting the line between every agent and the control plane');
  line.cut();
  const cutFrom = clock.now();
  await until(1 / 6 + 1 / 12);
  const runner = killRunner(world, demo, first.node);
  await until(1 / 6 + 1 / 6);
  const agent = killAgent(world, demo, second.node);
  await until(1 / 2);
  say('the line is back');
  line.restore();
  const cut = { from: cutFrom, to: clock.now() };
  const [lineMs, backlogMs] = await Promise.all([
    untilWhole(world, demo, 'after the line was cut'),
    untilCaughtUp(world, demo),
  ]);
  await until(2 / 3);
  say('killing the control plane');
  const controlPlaneKilledAt = clock.now();
  demo.controlPlane.child.kill();
  const controlPlaneMs = await untilWhole(world, demo, 'after the control plane was killed');
  await until(1);
  return { cut, agent, runner, controlPlaneKilledAt, lineMs, backlogMs, controlPlaneMs };
}

function killRunner(world: DemoWorld, demo: RunningDemo, node: string): Fault {
  const agent = demo.agents.get(node)?.pid();
  const runner = agent === undefined ? undefined : childrenOf(agent)[0];
  if (runner === undefined) throw new EdgeError('not-found', `${node} has no runner.`, { where: node });
  world.say(`killing the runner of ${node}`);
  const at = world.clock.now();
  process.kill(runner, 'SIGKILL');
  return { node, at };
}

function killAgent(world: DemoWorld, demo: RunningDemo, node: string): Fault {
  world.say(`killing the agent of ${node}`);
  const at = world.clock.now();
  demo.agents.get(node)?.kill();
  return { node, at };
}

/** Milliseconds until each node has said at least once that nothing waits. */
async function untilCaughtUp(world: DemoWorld, demo: RunningDemo): Promise<number> {
  const begunAt = world.clock.monotonic();
  const since = world.clock.now();
  const caughtUp = new Set<string>();
  await waitFor(world.clock, world.signal, {
    what: 'Every node has caught up after the line was cut',
    withinMs: RECOVER_WITHIN_MS,
    everyMs: 100,
    check: async () => {
      const nodes = await demo.controlPlane.api
        .call('nodes', { query: {} }, { timeoutMs: 2000 })
        .catch(() => undefined);
      for (const { name, report } of nodes?.items ?? []) {
        const nothingWaits = report?.streams.every((stream) => stream.pending === 0) === true;
        if (nothingWaits && (report?.at ?? 0) >= since) caughtUp.add(name);
      }
      return caughtUp.size === demoPlants.length ? true : undefined;
    },
  });
  return Math.round(world.clock.monotonic() - begunAt);
}

/** Milliseconds until the API answers and all nodes are connected and have reported since. */
async function untilWhole(world: DemoWorld, demo: RunningDemo, what: string): Promise<number> {
  const begunAt = world.clock.monotonic();
  const since = world.clock.now();
  await waitFor(world.clock, world.signal, {
    what: `Every node is connected ${what}`,
    withinMs: RECOVER_WITHIN_MS,
    everyMs: 50,
    child: demo.controlPlane.child,
    check: async () => {
      const nodes = await demo.controlPlane.api
        .call('nodes', { query: {} }, { timeoutMs: 2000 })
        .catch(() => undefined);
      const whole = nodes?.items.every((node) => node.connected && (node.seenAt ?? 0) >= since);
      return whole === true && nodes?.items.length === demoPlants.length ? true : undefined;
    },
  });
  return Math.round(world.clock.monotonic() - begunAt);
}
