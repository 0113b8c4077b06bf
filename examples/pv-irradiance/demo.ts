import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { childProcesses } from '../../adapters/system/child-processes.ts';
import { diskFiles } from '../../adapters/system/disk-files.ts';
import { systemRandom } from '../../adapters/system/random.ts';
import { systemClock } from '../../adapters/system/system-clock.ts';
import { buildConsole } from '../../apps/cli/build-console.ts';
import { errorText, exitCodeOf } from '../../apps/cli/show/error-text.ts';
import { createPaint } from '../../apps/cli/show/paint.ts';
import { EdgeError } from '../../contracts/errors.ts';
import {
  applyFlow,
  applySitesAndModel,
  type DemoWorld,
  firstPredictions,
  type RunningDemo,
  startAgents,
  startControlPlane,
  startPlants,
} from './demo/bring-up.ts';
import { type DemoOptions, demoUsage, parseDemoOptions } from './demo/demo-options.ts';
import { demoSettings } from './demo/demo-plants.ts';
import { makeFaults } from './demo/faults.ts';
import { type LineProxy, openLineProxy } from './demo/line-proxy.ts';
import { journalled, observeMemory, storedRecords, summarise, summaryProblems, untilDrained } from './demo/summary.ts';
import { createSupervisor } from './demo/supervisor.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const clock = systemClock();
const colour = process.stderr.isTTY === true;
const paint = createPaint(colour);
const begunAt = clock.monotonic() - process.uptime() * 1000;
const tryText = `  Then try, in another terminal:

    ./orla get nodes                                health, age, manifest
    ./orla top                                      live
    ./orla events --follow                          what happens, as it happens
    ./orla describe deployment pv                   counts, releases
    ./orla get flow pv-irradiance -o yaml > flow.yaml   change it, then: ./orla apply -f flow.yaml

  Ctrl-C stops everything; \`npm run demo\` goes on where it was.

`;

const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopping.abort());

try {
  const options = parseDemoOptions(process.argv.slice(2));
  if (options === undefined) process.stdout.write(demoUsage);
  else process.exitCode = await main(options);
} catch (error) {
  if (stopping.signal.aborted) process.exitCode = 130;
  else {
    process.stderr.write(errorText(error, paint, false));
    process.exitCode = exitCodeOf(error);
  }
}
process.exit();

async function main(options: DemoOptions): Promise<number> {
  const folder = join(root, '.orla', options.folder);
  const lock = await lockFolder(options.folder);
  if (options.fresh || options.once) rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const world = await createWorld(options, folder);
  try {
    return options.once ? await runOnce(world, options) : await runOpen(world);
  } finally {
    world.say('stopping');
    await world.supervisor.stopAll();
    // The figures are out; what is left is only for looking at, and nothing should talk to it.
    if (options.once) rmSync(join(folder, 'control-plane', 'local-access.json'), { force: true });
    await lock.release();
  }
}

async function lockFolder(folder: string) {
  try {
    return await diskFiles(join(root, '.orla')).lock('demo:lock', `${folder}.lock`);
  } catch (cause) {
    if (!(cause instanceof EdgeError) || cause.code !== 'in-use') throw cause;
    throw new EdgeError('in-use', `A demo already runs in .orla/${folder}.`, {
      hint: 'Stop it with Ctrl-C where it runs, or start this one with --folder NAME --listen 127.0.0.1:0.',
      cause,
    });
  }
}

async function createWorld(options: DemoOptions, folder: string): Promise<DemoWorld> {
  const say = (text: string) => {
    const time = `${((clock.monotonic() - begunAt) / 1000).toFixed(1)} s`.padStart(8);
    process.stderr.write(`${paint.faint(time)}  ${text}\n`);
  };
  const { host, port } = options.listen;
  return {
    clock,
    random: systemRandom(),
    signal: stopping.signal,
    root,
    folder,
    host,
    say,
    reportEvery: '1s',
    settings: await demoSettings(join(folder, 'settings.json'), {
      host,
      port,
      paceMs: options.paceMs,
      now: clock.now(),
    }),
    supervisor: createSupervisor({
      processes: childProcesses(),
      clock,
      root,
      logFolder: join(folder, 'logs'),
      execPath: process.execPath,
      onRestart: (name, { code, signal }) =>
        say(paint.warning(`${name} ended (${signal ?? `exit code ${code}`}); starting it again`)),
    }),
  };
}

/** Everything up to the first prediction of every site. */
async function bringUp(world: DemoWorld, line: Pick<LineProxy, 'port'>, built?: Promise<string>): Promise<RunningDemo> {
  const since = clock.now();
  const startServed = async () => startControlPlane(world, await built);
  const [controlPlane, plants] = await Promise.all([startServed(), startPlants(world)]);
  world.say(`control plane on ${controlPlane.url}, three plants with their own protocols`);
  await applySitesAndModel(world, controlPlane.api);
  const agents = await startAgents(world, controlPlane, line);
  world.say(`three agents: ${[...agents.keys()].join(', ')}`);
  await applyFlow(world, controlPlane.api);
  await firstPredictions(world, controlPlane.api, since);
  return { controlPlane, agents, plants };
}

async function runOpen(world: DemoWorld): Promise<number> {
  const built = buildConsole(root, world.say);
  const line = { port: world.settings.controlPlanePort };
  const demo = await bringUp(world, line, built);
  const { controlPlane } = demo;
  const first = controlPlane.firstLink();
  const open =
    first === undefined
      ? `Open ${controlPlane.url} and sign in.`
      : `Open this link once; it makes the first administrator:\n\n    ${paint.strong(first)}`;
  process.stderr.write(`\n  ${open}\n\n${tryText}`);
  await new Promise<void>((resolve) => stopping.signal.addEventListener('abort', () => resolve(), { once: true }));
  return 0;
}

async function runOnce(world: DemoWorld, options: DemoOptions): Promise<number> {
  const target = { host: options.listen.host, port: world.settings.controlPlanePort };
  const line = await openLineProxy(target);
  const demo = await bringUp(world, line);
  const { api } = demo.controlPlane;
  const installedToFirstPredictionMs = Math.round(clock.monotonic() - begunAt);
  world.say(`running for ${options.seconds} s${options.cutLine ? ', with faults' : ''}`);
  const runMs = options.seconds * 1000;
  const faults = options.cutLine ? await makeFaults(world, demo, line, runMs) : undefined;
  if (faults === undefined) await clock.sleep(runMs, stopping.signal);
  const memory = observeMemory(demo);

  world.say('letting the plants rest, waiting until everything is stored');
  for (const plant of demo.plants) await plant.stop();
  await untilDrained(world, api);
  for (const agent of demo.agents.values()) await agent.stop();
  const [records, journals] = await Promise.all([storedRecords(api), journalled(world)]);
  const run = { startup: { installedToFirstPredictionMs }, paceMs: world.settings.paceMs, ranSeconds: options.seconds };
  const summary = summarise({ records, journals, memory, faults }, run);
  const problems = summaryProblems(summary);
  process.stdout.write(options.json ? `${JSON.stringify(summary)}\n` : `${JSON.stringify(summary, null, 2)}\n`);
  for (const problem of problems) process.stderr.write(`${paint.bad('error')} ${problem}\n`);
  await line.close();
  return problems.length === 0 ? 0 : 1;
}
