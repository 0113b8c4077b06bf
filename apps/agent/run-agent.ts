import { join } from 'node:path';
import { diskArtifacts } from '../../adapters/artifacts/disk-artifacts.ts';
import { openFileJournal } from '../../adapters/journal/file-journal.ts';
import { createWebSocketLink } from '../../adapters/link/websocket-client.ts';
import { childProcesses } from '../../adapters/system/child-processes.ts';
import { diskFiles } from '../../adapters/system/disk-files.ts';
import { observeMachine } from '../../adapters/system/machine.ts';
import { systemRandom } from '../../adapters/system/random.ts';
import { systemClock } from '../../adapters/system/system-clock.ts';
import { runnerProcesses } from '../../adapters/workloads/runner-process.ts';
import type { AgentEvent } from '../../contracts/events.ts';
import { sayAgentEvent } from '../../core/base/say-event.ts';
import { createAgent } from './create-agent.ts';
import { startLocalServer } from './local-server.ts';
import type { AgentOptions } from './options.ts';
import { keepSettings } from './settings.ts';

const VERSION = '0.1.0';

export interface AgentProcess {
  /** The program and environment of the runners. */
  readonly runner: { readonly command: string; readonly args: readonly string[]; readonly env: Record<string, string> };
  readonly stopped: Promise<void>;
  /** One line of JSON for each event. */
  print(line: string): void;
}

/** Runs an agent on this machine until it is stopped. Rejects when it cannot run, or a defect ended it. */
export async function runAgent(options: AgentOptions, process: AgentProcess): Promise<void> {
  const clock = systemClock();
  const random = systemRandom();
  const files = diskFiles(options.data);
  const print = (level: string, text: string, more: object = {}) =>
    process.print(JSON.stringify({ time: new Date(clock.now()).toISOString(), level, text, ...more }));

  const settings = await keepSettings(files, { url: options.url, ca: options.ca });
  const [journal, artifacts] = await Promise.all([
    openFileJournal({ files: diskFiles(join(options.data, 'journal')), clock, random }),
    diskArtifacts(join(options.data, 'artifacts'), random),
  ]);
  const agent = createAgent(
    {
      clock,
      random,
      files,
      link: createWebSocketLink({ url: settings.url, ca: settings.ca, clock }),
      journal,
      artifacts,
      createWorkloads: runnerProcesses({ processes: childProcesses(), clock, ...process.runner }),
      observeMachine,
    },
    { version: VERSION, join: options.join },
  );
  agent.subscribe((event: AgentEvent) => {
    const { sentence, severity } = sayAgentEvent(event);
    print(severity, sentence, { event: event.kind });
  });
  try {
    await agent.start();
    const local = options.local === undefined ? undefined : await startLocalServer(agent, options.local);
    if (local !== undefined) print('info', `its own page is at http://127.0.0.1:${local.port}/`);
    const never = new Promise<void>(() => {});
    // Enrolment only ends the agent when it fails for good; so does a defect of a loop.
    await Promise.race([process.stopped, agent.enrolled.then(() => never), agent.ended]);
    await local?.close();
  } finally {
    await agent.stop();
    await journal.close();
  }
}
