import type { QueryClient } from '@tanstack/react-query';
import type { RouteName } from '../../../../contracts/api.ts';
import type { WatchEvent } from '../../../../contracts/views.ts';

const GATHER_MS = 400;

/** What an event makes out of date. */
const staleAfter: { [K in WatchEvent['kind']]: readonly RouteName[] } = {
  change: [
    'listResources',
    'getResource',
    'changes',
    'overview',
    'sites',
    'nodes',
    'node',
    'nodeManifest',
    'deployments',
    'deployment',
    'timeline',
  ],
  node: ['nodes', 'node', 'nodeManifest', 'sites', 'overview', 'streams'],
  deployment: ['deployments', 'deployment', 'overview'],
  records: [],
  live: [],
  timeline: [],
};

/** Runs something after a while; the returned function cancels it. */
export type Later = (run: () => void, ms: number) => () => void;

export interface Refresher {
  take(event: WatchEvent): void;
  everything(): void;
  close(): void;
}

/** Asks again for what events make out of date, gathered so that a burst of events costs one request per answer. */
export function createRefresher(client: QueryClient, later: Later = laterByTimer): Refresher {
  const stale = new Set<RouteName>();
  let cancel: (() => void) | undefined;
  const flush = () => {
    cancel = undefined;
    const names = new Set(stale);
    stale.clear();
    void client.invalidateQueries({ predicate: (query) => names.has(query.queryKey[0] as RouteName) });
  };
  const mark = (names: readonly RouteName[]) => {
    for (const name of names) stale.add(name);
    if (stale.size > 0) cancel ??= later(flush, GATHER_MS);
  };
  return {
    take(event) {
      mark(staleAfter[event.kind]);
      if (event.kind === 'timeline') mark(event.entry.from === 'alarm' ? ['alarms', 'overview', 'sites'] : []);
      if (event.kind === 'records' && event.records.some((record) => record.body.kind === 'alarm'))
        mark(['alarms', 'overview', 'sites']);
    },
    everything() {
      void client.invalidateQueries();
    },
    close() {
      cancel?.();
    },
  };
}

function laterByTimer(run: () => void, ms: number): () => void {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
}
