import { lazy, Suspense } from 'react';
import type { Kind } from '../../../../contracts/resource.ts';
import { EventsOf } from './events-of.tsx';
import { HistoryOf } from './history-of.tsx';
import type { PageTab } from './tabs-in-address.tsx';

const DefinitionOf = lazy(() => import('./definition-of.tsx'));

/** The tab with a resource as it is written, and the way to change it. */
export function definitionTab(kind: Kind, name: string): PageTab {
  return {
    value: 'definition',
    label: 'Definition',
    show: () => (
      <Suspense fallback={null}>
        <DefinitionOf kind={kind} name={name} />
      </Suspense>
    ),
  };
}

/** The tab with every change of a resource, each with its undo. */
export function historyTab(kind: Kind, name: string): PageTab {
  return { value: 'history', label: 'History', show: () => <HistoryOf kind={kind} name={name} /> };
}

/** The tab with what happened at a node or a site. */
export function eventsTab(where: { node: string } | { site: string }): PageTab {
  return { value: 'events', label: 'Events', show: () => <EventsOf where={where} /> };
}
