import type { ConnectorPorts } from '../../adapters/connectors/port.ts';
import { type LinearModel, linearSession } from '../../adapters/runtimes/fake-runtime.ts';
import type { Runtime } from '../../adapters/runtimes/port.ts';
import { createFakeClock } from '../../adapters/system/fake-clock.ts';
import { seededRandom } from '../../adapters/system/random.ts';
import type { ResolvedConnector } from '../../contracts/kinds/connector.ts';
import { ResolvedFlowSpec } from '../../contracts/kinds/flow.ts';
import type { ConnectorWorkload, FlowWorkload } from '../../contracts/manifest.ts';
import type { Checkpoint, Sample } from '../../contracts/records.ts';
import type { FromRunner, Publication, ToRunner, WriteOutcome } from '../../contracts/runner.ts';
import { digestOf } from '../../core/base/digest.ts';
import { createRunner, type Runner } from './create-runner.ts';

/** y = 2 · a. */
const twice: LinearModel = {
  inputs: [{ name: 'X', type: 'float32', shape: [1, 1] }],
  outputs: { y: { weights: [[2]], bias: [0] } },
};
const modelSha256 = 'a'.repeat(64);
const minuteMs = 60_000;

/** Equipment `plc` with the tags `a`, and `set`, which can be written. */
export function aConnectorWorkload(part: Partial<ResolvedConnector> = {}): ConnectorWorkload {
  const connector: ResolvedConnector = {
    name: 'plc',
    equipment: 'plc',
    protocol: 'fake',
    config: { password: '${secret.plc}' },
    scan: '1s',
    staleAfter: '30s',
    tags: [
      { name: 'a', type: 'number', writable: false, source: {}, dataClass: 'internal' },
      { name: 'set', type: 'number', writable: true, source: {}, dataClass: 'internal' },
    ],
    ...part,
  };
  return { kind: 'connector', id: 'shared/connector/plc', runner: 'shared', connector, digest: digestOf(connector) };
}

/** Doubles `a` by a model, decides above 10, writes the doubled value when that begins, and publishes each prediction. */
export const decidingSteps = [
  { id: 'm', model: { use: 'm:1', inputs: { X: ['a'] }, outputs: { y: 'y' } } },
  { id: 'high', when: { value: 'm.y', above: 10 } },
  { id: 'act', write: { tag: 'plc/set', value: 'm.y', when: 'high', on: 'rising' } },
  { id: 'tell', publish: { stream: 'predictions', values: { y: 'm.y' }, forTime: '1h' } },
];

export function aFlowWorkload(name = 'f', steps: readonly unknown[] = decidingSteps, release = 1): FlowWorkload {
  const signature = { inputs: twice.inputs, outputs: [{ name: 'y', type: 'float32', shape: [1] }] };
  const flow = ResolvedFlowSpec.parse({ inputs: { a: { tag: 'plc/a' } }, steps, streams: { predictions: {} } });
  const usesModel = JSON.stringify(steps).includes('m:1');
  const body: Omit<FlowWorkload, 'digest'> = {
    kind: 'flow',
    id: `shared/flow/${name}`,
    runner: 'shared',
    name,
    deployment: 'd',
    release,
    flow,
    models: usesModel
      ? { 'm:1': { name: 'm', version: 1, artifact: { sha256: modelSha256, sizeBytes: 1 }, signature } }
      : {},
    after: ['shared/connector/plc'],
  };
  return { ...body, digest: digestOf(body) };
}

/** A runner over fakes, with equipment that is played by hand. */
export function createRunnerRig(options: { runtime?: Runtime } = {}) {
  const clock = createFakeClock(10 * 3_600_000);
  const heard: FromRunner[] = [];
  const connectors: { spec: ResolvedConnector; ports: ConnectorPorts; started: boolean; stopped: boolean }[] = [];
  const writes: { tag: string; value: unknown }[] = [];
  const controls = {
    /** How writes end. */
    outcome: { outcome: 'written', previous: 0 } as WriteOutcome,
    /** What becomes of a batch: journalled, refused with this code, or left unanswered. */
    journal: 'journalled' as string | 'unanswered',
    writeMs: 0,
  };
  const journal: Publication[] = [];
  const checkpoints = new Map<string, Checkpoint>();
  let nextRequest = 1;

  const runner: Runner = createRunner({
    clock,
    random: seededRandom(1),
    runtime: options.runtime ?? { name: 'linear', load: async () => linearSession(twice) },
    createConnector: (spec, ports) => {
      const connector = { spec, ports, started: false, stopped: false };
      connectors.push(connector);
      return {
        start: () => {
          connector.started = true;
        },
        write: async (tag, value) => {
          await clock.sleep(controls.writeMs);
          if (controls.outcome.outcome === 'written') writes.push({ tag, value });
          return controls.outcome;
        },
        observe: () => ({
          equipment: spec.equipment,
          protocol: spec.protocol,
          phase: 'connected',
          quality: 'good',
          scans: 1,
          errors: 0,
          requests: 1,
          reconnects: 0,
          lastAnswerAt: 1,
        }),
        stop: async () => {
          connector.stopped = true;
        },
      };
    },
    say: (message) => {
      heard.push(message);
      if (message.kind !== 'batch' || controls.journal === 'unanswered') return;
      const { batch, records, checkpoint } = message;
      if (controls.journal === 'journalled') {
        journal.push(...records);
        if (checkpoint !== null) checkpoints.set(checkpoint.workload, structuredClone(checkpoint));
        clock.setTimer(1, () => runner.receive({ kind: 'journalled', batch }));
      } else {
        const code = controls.journal;
        clock.setTimer(1, () => runner.receive({ kind: 'not-journalled', batch, code, because: code }));
      }
    },
    rssBytes: () => 1,
  });

  const ask = async (message: ToRunner): Promise<Extract<FromRunner, { kind: 'answered' }>> => {
    runner.receive(message);
    for (let turn = 0; turn < 200; turn++) {
      const request = 'request' in message ? message.request : 0;
      const answer = heard.find((one) => one.kind === 'answered' && one.request === request);
      if (answer?.kind === 'answered') return answer;
      await clock.advance(10);
    }
    throw new Error('the runner did not answer');
  };
  return {
    clock,
    runner,
    heard,
    connectors,
    writes,
    controls,
    journal,
    checkpoints,
    start: (workload: ConnectorWorkload | FlowWorkload, more: Partial<Extract<ToRunner, { kind: 'start' }>> = {}) =>
      ask({
        kind: 'start',
        request: nextRequest++,
        workload,
        artifacts: { [modelSha256]: 'a path that nothing opens' },
        secrets: { plc: 'hunter2' },
        writableTags: ['plc/set'],
        checkpoint: null,
        ...more,
      }),
    stop: (id: string) => ask({ kind: 'stop', request: nextRequest++, id }),
    /** A sample of `plc/a`, so many minutes after the beginning; good unless a reason is given. */
    sample: (minute: number, value: number, because?: string) => {
      const quality = because === undefined ? 'good' : 'bad';
      const said = because === undefined ? {} : { because };
      const sourceTime = minute * minuteMs;
      const sample: Sample = { tag: 'plc/a', value, quality, sourceTime, timeFrom: 'source', ...said };
      connectors.findLast((connector) => !connector.stopped)?.ports.onSamples([sample], clock.monotonic());
    },
    observed: () => {
      const newest = heard.findLast((one) => one.kind === 'observed' || one.kind === 'answered');
      if (newest?.kind !== 'observed' && newest?.kind !== 'answered') throw new Error('nothing was observed yet');
      return newest.observed;
    },
    ofKind: <K extends Publication['body']['kind']>(kind: K) =>
      journal.flatMap(({ body }) => (body.kind === kind ? [body as Extract<Publication['body'], { kind: K }>] : [])),
  };
}
