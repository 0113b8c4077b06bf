import { join } from 'node:path';
import { openFileJournal } from '../../../adapters/journal/file-journal.ts';
import { diskFiles } from '../../../adapters/system/disk-files.ts';
import type { ApiClient } from '../../../apps/cli/api-client.ts';
import type { ObservedStream } from '../../../contracts/records.ts';
import type { NodeView, StoredRecord } from '../../../contracts/views.ts';
import { allRecords } from './all-records.ts';
import type { DemoWorld, RunningDemo } from './bring-up.ts';
import { demoPlants } from './demo-plants.ts';
import type { MadeFaults } from './faults.ts';
import { type Completeness, completeness, countBetween, type SiteFigures, siteFigures } from './figures.ts';
import { childrenOf, rssMb } from './process-facts.ts';
import { toEvent, toNextPrediction } from './recovery.ts';
import { waitFor } from './supervisor.ts';

/** Longest wait for the backlog of every node to be stored. */
export const DRAIN_WITHIN_MS = 60_000;

export interface SiteSummary extends SiteFigures {
  readonly name: string;
  readonly records: Completeness;
  /** What the site did while nobody could reach it. */
  readonly whileCut?: { readonly predictions: number; readonly decisions: number; readonly writes: number };
}

/** The one JSON object of the scripted form. */
export interface DemoSummary {
  readonly sites: readonly SiteSummary[];
  readonly startup: { readonly installedToFirstPredictionMs: number };
  readonly controlPlane: { readonly rssMb: number | null };
  readonly agents: readonly {
    readonly name: string;
    readonly rssMb: number | null;
    readonly runnerRssMb: number | null;
  }[];
  readonly paceMs: number;
  readonly ranSeconds: number;
  readonly recoveryMs?: {
    /** From the line's return until every node is connected again. */
    readonly line: number;
    /** From the line's return until no record waited at any node. */
    readonly backlog: number;
    /** From SIGKILL until the API answers and every node is connected. */
    readonly controlPlane: number;
    /** From SIGKILL until the agent works again, and until its site's next prediction is kept (hours of data are `paceMs` apart). */
    readonly agent: { readonly started: number | null; readonly nextPrediction: number | null };
    readonly runner: { readonly started: number | null; readonly nextPrediction: number | null };
  };
}

type Memory = Pick<DemoSummary, 'controlPlane' | 'agents'>;

/** Resident memory of control plane, agents and runners, now. */
export function observeMemory(demo: RunningDemo): Memory {
  const ofPid = (pid: number | undefined) => (pid === undefined ? null : rssMb(pid));
  return {
    controlPlane: { rssMb: ofPid(demo.controlPlane.child.pid()) },
    agents: [...demo.agents].map(([name, child]) => {
      const pid = child.pid();
      const runners = pid === undefined ? [] : childrenOf(pid).flatMap((runner) => rssMb(runner) ?? []);
      return {
        name,
        rssMb: ofPid(pid),
        runnerRssMb: runners.length === 0 ? null : runners.reduce((sum, mb) => sum + mb, 0),
      };
    }),
  };
}

/** Waits until every number that a node gave is acknowledged, and gives the milliseconds that took. */
export async function untilDrained(world: DemoWorld, api: ApiClient): Promise<number> {
  const begunAt = world.clock.monotonic();
  const since = world.clock.now();
  await waitFor(world.clock, world.signal, {
    what: 'Every record of every node is stored',
    withinMs: DRAIN_WITHIN_MS,
    everyMs: 100,
    check: async () => {
      const nodes = await api.call('nodes', { query: {} }).catch(() => undefined);
      return nodes?.items.every((node) => isDrained(node, since)) === true ? true : undefined;
    },
  });
  return Math.round(world.clock.monotonic() - begunAt);
}

function isDrained({ connected, report }: NodeView, since: number): boolean {
  return (
    connected &&
    report !== null &&
    report.at > since &&
    report.streams.every((stream) => stream.acknowledged >= stream.published)
  );
}

/** What the journals of the nodes say that they numbered, read from their disks; the agents must have been stopped. */
export async function journalled(world: DemoWorld): Promise<ReadonlyMap<string, ObservedStream[]>> {
  const found = new Map<string, ObservedStream[]>();
  for (const { node } of demoPlants) {
    const files = diskFiles(join(world.folder, 'nodes', node, 'journal'));
    const journal = await openFileJournal({ files, clock: world.clock, random: world.random });
    found.set(node, journal.observe());
    await journal.close();
  }
  return found;
}

/** Everything that the control plane has stored of the demo's nodes. */
export async function storedRecords(api: ApiClient): Promise<StoredRecord[]> {
  const { items: streams } = await api.call('streams', {});
  const parts = await Promise.all(demoPlants.map(({ node }) => allRecords(api, node, streams)));
  return parts.flat();
}

/** The figures of all sites, from what is stored and what the nodes' own journals say. */
export function summarise(
  facts: {
    records: readonly StoredRecord[];
    journals: ReadonlyMap<string, ObservedStream[]>;
    memory: Memory;
    faults?: MadeFaults | undefined;
  },
  run: Pick<DemoSummary, 'startup' | 'paceMs' | 'ranSeconds'>,
): DemoSummary {
  const { faults, records } = facts;
  const sites = demoPlants.map(({ site, node }): SiteSummary => {
    const own = records.filter((record) => record.node === node);
    const during = (kind: 'prediction' | 'decision' | 'write') =>
      faults === undefined ? 0 : countBetween(own, kind, faults.cut.from, faults.cut.to);
    return {
      name: site,
      ...siteFigures(own),
      records: completeness(facts.journals.get(node) ?? [], own),
      ...(faults === undefined
        ? {}
        : { whileCut: { predictions: during('prediction'), decisions: during('decision'), writes: during('write') } }),
    };
  });
  if (faults === undefined) return { sites, ...facts.memory, ...run };
  const recoveryMs = {
    line: faults.lineMs,
    backlog: faults.backlogMs,
    controlPlane: faults.controlPlaneMs,
    agent: {
      started: toEvent(faults.agent, 'agent-started', records),
      nextPrediction: toNextPrediction(faults.agent, records),
    },
    runner: {
      started: toEvent(faults.runner, 'runner-started', records),
      nextPrediction: toNextPrediction(faults.runner, records),
    },
  };
  return { sites, ...facts.memory, ...run, recoveryMs };
}

/** What is wrong with a run; empty when it was good. */
export function summaryProblems(summary: DemoSummary): string[] {
  const problems = summary.sites.flatMap((site) => [
    ...(site.predictions > 0 ? [] : [`${site.name} predicted nothing`]),
    ...(site.records.stored > 0 ? [] : [`nothing of ${site.name} is stored`]),
    ...(site.records.lost === 0 ? [] : [`${site.name} lost ${site.records.lost} records`]),
    ...(site.records.duplicated === 0 ? [] : [`${site.name} has ${site.records.duplicated} records twice`]),
    ...(site.whileCut === undefined || site.whileCut.predictions > 0
      ? []
      : [`${site.name} predicted nothing while its line was cut`]),
  ]);
  const { recoveryMs } = summary;
  if (recoveryMs === undefined) return problems;
  const never = [recoveryMs.agent.nextPrediction, recoveryMs.runner.nextPrediction].some((ms) => ms === null);
  return never ? [...problems, 'an agent or a runner did not come back'] : problems;
}
