/** The program of a runner: hosts flows and connectors for the agent that started it. */
import { setFlagsFromString } from 'node:v8';
import type { FromRunner, ToRunner } from '../../contracts/runner.ts';

if (process.send === undefined) {
  process.stderr.write('orla runner: it is started by the agent, not by hand: see `orla agent`.\n');
  process.exit(2);
}

// Keeps the young generation as small as it begins: loading modules would let it grow to many times that.
setFlagsFromString('--semi-space-growth-factor=1');
const [{ createConnector }, { onnxRuntime }, { loadOnnxLibrary }, { systemRandom }, { systemClock }, { createRunner }] =
  await Promise.all([
    import('../../adapters/connectors/create-connector.ts'),
    import('../../adapters/runtimes/onnx-runtime.ts'),
    import('../../adapters/runtimes/onnx-session.ts'),
    import('../../adapters/system/random.ts'),
    import('../../adapters/system/system-clock.ts'),
    import('./create-runner.ts'),
  ]);

const runner = createRunner({
  clock: systemClock(),
  random: systemRandom(),
  runtime: onnxRuntime(),
  createConnector,
  say: (message: FromRunner) => void process.send?.(message, undefined, undefined, () => {}),
  rssBytes: () => process.memoryUsage.rss(),
});

const end = (agentGone: boolean) => {
  runner.stop({ agentGone }).then(
    () => process.exit(0),
    () => process.exit(1),
  );
};
process.on('message', (message) => runner.receive(message as ToRunner));
// The agent is gone or wants it: nothing here may go on by itself.
process.on('disconnect', () => end(true));
process.on('SIGTERM', () => end(false));
// A terminal sends this to the whole group; the agent decides when its runners end.
process.on('SIGINT', () => {});
process.send({ kind: 'ready', pid: process.pid } satisfies FromRunner);
// The first model should not wait for it, and the agent should not wait for either.
await loadOnnxLibrary();
