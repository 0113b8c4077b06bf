import { createConnector } from '../../adapters/connectors/create-connector.ts';
import { onnxRuntime } from '../../adapters/runtimes/onnx-runtime.ts';
import { loadOnnxLibrary } from '../../adapters/runtimes/onnx-session.ts';
import { systemRandom } from '../../adapters/system/random.ts';
import { systemClock } from '../../adapters/system/system-clock.ts';
import type { FromRunner, ToRunner } from '../../contracts/runner.ts';
import { createRunner } from './create-runner.ts';

if (process.send === undefined) {
  process.stderr.write('orla runner: it is started by the agent, not by hand: see `orla agent`.\n');
  process.exit(2);
}

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
