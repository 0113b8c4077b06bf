import type { Files } from '../../adapters/system/files.ts';
import type { Machine } from '../../adapters/system/machine.ts';
import type { Workloads } from '../../adapters/workloads/port.ts';
import type { ObservedStream } from '../../contracts/records.ts';
import type { Report } from '../../contracts/report.ts';
import type { ManifestKeeper } from './manifest-keeper.ts';
import type { ReconcileLoop } from './reconcile-loop.ts';

export interface ReportFacts {
  readonly node: string;
  readonly at: number;
  readonly version: string;
  readonly startedAt: number;
  readonly machine: Machine;
  readonly diskFreeBytes: number;
  readonly keeper: ManifestKeeper;
  readonly reconcile: ReconcileLoop;
  readonly workloads: Workloads;
  readonly streams: readonly ObservedStream[];
}

/** Everything that is observed at the node, whole. */
export function makeReport(facts: ReportFacts): Report {
  const { machine, keeper, reconcile } = facts;
  const { workloads, connectors, rssBytes } = facts.workloads.observe();
  const { rssBytes: agentRssBytes, ...host } = machine;
  return {
    node: facts.node,
    at: facts.at,
    agentVersion: facts.version,
    startedAt: facts.startedAt,
    manifestNumber: keeper.kept()?.manifest.number ?? 0,
    manifestSha256: keeper.kept()?.sha256 ?? null,
    trustNumber: keeper.trust()?.number ?? 0,
    converged: reconcile.converged(),
    refused: keeper.refused(),
    stuck: reconcile.stuck(),
    host: { ...host, diskFreeBytes: facts.diskFreeBytes, agentRssBytes, runnersRssBytes: rssBytes },
    workloads: [...workloads],
    connectors: [...connectors],
    streams: [...facts.streams],
  };
}

/** Bytes free for the data directory; 0 when the disk does not say. */
export async function diskFree(files: Files): Promise<number> {
  return files.freeSpace('report:free-space').catch(() => 0);
}
