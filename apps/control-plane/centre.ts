import type { Commit } from '../../adapters/store/port.ts';
import type { Change } from '../../contracts/changes.ts';
import type { ControlEvent } from '../../contracts/events.ts';
import { sayChange, sayControlEvent } from '../../core/base/say-event.ts';
import { CENTRE_NODE, type EventLog, openEventLog } from './event-log.ts';
import { loadMirror, type Mirror, takeChanges } from './mirror.ts';
import type { ControlPlaneConfig, ControlPlanePorts } from './ports.ts';
import { createWatchFeed, type WatchFeed } from './watch-feed.ts';

/** What the loops and routes of one control plane share. */
export interface Centre {
  readonly ports: ControlPlanePorts;
  readonly config: ControlPlaneConfig;
  readonly mirror: Mirror;
  readonly watch: WatchFeed;
  readonly events: EventLog;
  /** Commits to the store, then brings the memory after it and tells everybody. `at` is now. */
  commit(commit: Omit<Commit, 'at'>): Promise<Change[]>;
  emit(event: ControlEvent): void;
  /** Called after every commit with the changes of resources that it made. */
  onChanges(listener: (changes: readonly Change[]) => void): void;
}

/** Reads what is kept and makes what the loops and routes share. */
export async function openCentre(ports: ControlPlanePorts, config: ControlPlaneConfig): Promise<Centre> {
  const mirror = await loadMirror(ports.store);
  const watch = createWatchFeed();
  const listeners: ((changes: readonly Change[]) => void)[] = [];
  const events = await openEventLog({
    records: ports.records,
    onWritten: (record, event) =>
      watch.publish({ kind: 'timeline', entry: eventEntry(mirror, record, event) }, nodeOf(event)),
    onError: (error) => ports.log('error', 'events could not be written', { error: String(error) }),
  });

  return {
    ports,
    config,
    mirror,
    watch,
    events,
    commit: async (commit) => {
      const changes = await ports.store.commit({ ...commit, at: ports.clock.now() });
      takeChanges(mirror, changes);
      for (const change of changes) {
        watch.publish({ kind: 'change', number: change.number, resource: change.kind, name: change.name });
        watch.publish({ kind: 'timeline', entry: changeEntry(change) }, change.kind === 'Node' ? change.name : null);
      }
      if (changes.length > 0) for (const listener of listeners) listener(changes);
      return changes;
    },
    emit: (event) => {
      const said = sayControlEvent(event);
      ports.log(said.severity === 'info' ? 'info' : 'warn', said.sentence);
      events.write(event, ports.clock.now());
    },
    onChanges: (listener) => {
      listeners.push(listener);
    },
  };
}

/** The node that an event of the control plane is about. */
export function nodeOf(event: ControlEvent): string | null {
  return 'node' in event ? event.node : null;
}

/** An event of the control plane as a line of the timeline. */
export function eventEntry(mirror: Mirror, record: { number: number; at: number }, event: ControlEvent) {
  const node = nodeOf(event);
  const site = node === null ? null : (mirror.resources.Node.get(node)?.spec.site ?? null);
  const id = `${CENTRE_NODE}/${record.number}`;
  return { id, at: record.at, from: 'control-plane' as const, node, site, ...sayControlEvent(event), detail: event };
}

/** A change of a resource as a line of the timeline. */
export function changeEntry(change: Change) {
  const spec = (change.after ?? change.before)?.spec;
  const site =
    change.kind === 'Site' ? change.name : change.kind === 'Node' ? String(spec?.['site'] ?? '') || null : null;
  const node = change.kind === 'Node' ? change.name : null;
  const { number, actor, action, kind, name } = change;
  const detail = { number, actor, action, kind, name };
  return { id: `change/${number}`, at: change.at, from: 'change' as const, node, site, ...sayChange(change), detail };
}
