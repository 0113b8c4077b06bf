import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EdgeError } from '../../contracts/errors.ts';
import type { ConnectorWorkload, FlowWorkload } from '../../contracts/manifest.ts';
import type { Checkpoint } from '../../contracts/records.ts';
import type { LiveValues, LogLine } from '../../contracts/report.ts';
import type { Publication } from '../../contracts/runner.ts';
import type { CreateWorkloads, StartContext, Workloads } from './port.ts';

/** Workloads whose equipment changes its value all the time, so that the flow publishes all the time. */
export interface WorkloadsRig {
  create: CreateWorkloads;
  connector: ConnectorWorkload;
  /** Two definitions of one flow, of which the second may replace the first. */
  flow: FlowWorkload;
  nextFlow: FlowWorkload;
  /** A flow with another id that cannot start, for a reason that `brokenBecause` matches. */
  brokenFlow: FlowWorkload;
  brokenBecause: RegExp;
  context: StartContext;
  /** Ends the process that hosts the runner, as SIGKILL does. */
  crash(workloads: Workloads, runner: string): void;
  /** Lets things happen until `done` says so; fails when it never does. */
  until(done: () => boolean): Promise<void>;
  close(): Promise<void>;
}

/** What every host of workloads promises. */
export function workloadsConformance(name: string, make: () => Promise<WorkloadsRig>): void {
  const withRig = (title: string, run: (heard: Heard) => Promise<void>) =>
    test(`${name}: ${title}`, async () => {
      const rig = await make();
      const heard = listen(rig);
      try {
        await run(heard);
      } finally {
        await heard.workloads.close();
        await rig.close();
      }
    });

  withRig('what is started is observed, becomes healthy and publishes, each batch with its checkpoint', async (h) => {
    await h.startBoth();
    assert.deepEqual(h.phases(), { connector: 'running', flow: 'running' });
    await h.rig.until(() => h.observed(h.rig.flow.id)?.health === 'healthy' && h.batches.length >= 3);
    const { records, checkpoint } = h.batches.findLast((batch) => batch.records.length > 0)!;
    assert.equal(records[0]?.body.kind, 'sample');
    assert.deepEqual([checkpoint?.workload, checkpoint?.digest], [h.rig.flow.id, h.rig.flow.digest]);
    assert.equal(h.observed(h.rig.connector.id)?.health, 'healthy');
    assert.equal(h.workloads.observe().connectors[0]?.id, h.rig.connector.id);
  });

  withRig('starting the same again does nothing; another definition takes over without a stop', async (h) => {
    await h.startBoth();
    await h.wait(h.workloads.start(h.rig.flow, h.rig.context));
    assert.equal(h.observed(h.rig.flow.id)?.restarts, 0);
    await h.wait(h.workloads.start(h.rig.nextFlow, h.rig.context));
    const seen = h.observed(h.rig.flow.id);
    assert.deepEqual([seen?.phase, seen?.digest], ['running', h.rig.nextFlow.digest]);
    assert.deepEqual(h.exits, []);
    const before = h.batches.length;
    await h.rig.until(() =>
      h.batches.slice(before).some(({ checkpoint }) => checkpoint?.digest === h.rig.nextFlow.digest),
    );
  });

  withRig('what cannot start is refused with the reason, is not observed, and the others go on', async (h) => {
    await h.startBoth();
    await assert.rejects(h.wait(h.workloads.start(h.rig.brokenFlow, h.rig.context)), { message: h.rig.brokenBecause });
    assert.equal(h.observed(h.rig.brokenFlow.id), undefined);
    const before = h.batches.length;
    await h.rig.until(() => h.batches.length > before + 1);
  });

  withRig('what is stopped is gone, also when it never ran, and says nothing more', async (h) => {
    await h.startBoth();
    await h.rig.until(() => h.batches.length > 0);
    await h.wait(h.workloads.stop(h.rig.flow.id));
    assert.equal(h.observed(h.rig.flow.id), undefined);
    await h.wait(h.workloads.stop(h.rig.flow.id));
    await h.wait(h.workloads.stop('shared/flow/never'));
    const before = h.batches.length;
    await h.wait(h.workloads.stop(h.rig.connector.id));
    assert.deepEqual(h.workloads.observe().workloads, []);
    assert.equal(h.batches.length, before);
  });

  withRig('records that are not taken come again, and meanwhile no more than one batch', async (h) => {
    h.answer = 'refuse';
    await h.startBoth();
    await h.rig.until(() => h.batches.some(({ records }) => records.length > 0));
    const first = h.batches.find(({ records }) => records.length > 0)!;
    h.answer = 'take';
    const from = h.batches.indexOf(first) + 1;
    await h.rig.until(() => h.batches.slice(from).some(({ records }) => records.length > 0));
    const again = h.batches.slice(from).find(({ records }) => records.length > 0)!;
    assert.deepEqual(again.records[0], first.records[0]);
    h.answer = 'never';
    const before = h.batches.length;
    await h.rig.until(() => h.batches.length > before);
    await h.pass();
    assert.equal(h.batches.length, before + 1);
  });

  withRig('a process that dies is told of once; what it hosted has failed until it is started again', async (h) => {
    await h.startBoth();
    await h.rig.until(() => h.batches.some(({ checkpoint }) => checkpoint !== null));
    h.rig.crash(h.workloads, 'shared');
    await h.rig.until(() => h.exits.length > 0);
    assert.deepEqual(h.phases(), { connector: 'failed', flow: 'failed' });
    assert.match(h.observed(h.rig.flow.id)?.because ?? '', /SIGKILL/);
    const checkpoint = h.batches.findLast((batch) => batch.checkpoint !== null)?.checkpoint ?? null;
    await h.startBoth({ ...h.rig.context, checkpoint });
    assert.deepEqual(h.phases(), { connector: 'running', flow: 'running' });
    assert.equal(h.observed(h.rig.flow.id)?.restarts, 1);
    const before = h.batches.length;
    await h.rig.until(() => h.batches.length > before + 1);
    assert.deepEqual(h.exits, ['shared']);
  });

  withRig('live values come while somebody watches', async (h) => {
    await h.startBoth();
    await h.rig.until(() => h.batches.length > 0);
    assert.deepEqual(h.lives, []);
    h.workloads.watch(60_000);
    await h.rig.until(() => h.lives.length >= 2);
    h.workloads.watch(0);
  });

  withRig('after closing nothing is heard and nothing can be started', async (h) => {
    await h.startBoth();
    await h.wait(h.workloads.close());
    const before = h.batches.length;
    await assert.rejects(h.wait(h.workloads.start(h.rig.nextFlow, h.rig.context)), { code: 'closed' });
    assert.deepEqual([h.batches.length, h.exits], [before, []]);
  });
}

type Heard = ReturnType<typeof listen>;

function listen(rig: WorkloadsRig) {
  const batches: { records: readonly Publication[]; checkpoint: Checkpoint | null }[] = [];
  const lives: LiveValues[] = [];
  const exits: string[] = [];
  const logs: LogLine[] = [];
  const heard = { rig, batches, lives, exits, logs, answer: 'take' as 'take' | 'refuse' | 'never' };
  const workloads = rig.create({
    onBatch: async (records, checkpoint) => {
      batches.push({ records, checkpoint });
      if (heard.answer === 'refuse') throw new EdgeError('disk-full', 'The disk is full.');
      if (heard.answer === 'never') await new Promise(() => {});
    },
    onLive: (live) => lives.push(live),
    onLog: (line) => logs.push(line),
    onExit: (runner) => exits.push(runner),
  });
  const wait = async <T>(promise: Promise<T>): Promise<T> => {
    let settled = false;
    const mark = () => {
      settled = true;
    };
    promise.then(mark, mark);
    await rig.until(() => settled);
    return promise;
  };
  const observed = (id: string) => workloads.observe().workloads.find((workload) => workload.id === id);
  return Object.assign(heard, {
    workloads,
    wait,
    observed,
    phases: () => ({ connector: observed(rig.connector.id)?.phase, flow: observed(rig.flow.id)?.phase }),
    startBoth: async (context = rig.context) => {
      await wait(workloads.start(rig.connector, context));
      await wait(workloads.start(rig.flow, context));
    },
    /** Lets some time pass. */
    pass: async () => {
      let looks = 0;
      await rig.until(() => ++looks > 50);
    },
  });
}
