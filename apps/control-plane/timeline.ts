import type { Change } from '../../contracts/changes.ts';
import { AgentEvent, ControlEvent } from '../../contracts/events.ts';
import type { StoredRecord, TimelineEntry } from '../../contracts/views.ts';
import { sayAgentEvent } from '../../core/base/say-event.ts';
import { type Centre, changeEntry, eventEntry } from './centre.ts';
import { CENTRE_NODE } from './event-log.ts';
import type { Mirror } from './mirror.ts';

/** Changes looked at for one page, in pages of this size. */
const CHANGES_PAGE = 500;
const CHANGES_PAGES_MAX = 10;
/** A filter may need to look at more events than it shows. */
const LOOK_FACTOR = 5;
const LOOK_MAX = 5000;

export interface TimelineQuery {
  readonly before?: number | undefined;
  readonly limit: number;
  readonly node?: string | undefined;
  readonly site?: string | undefined;
}

/** Events of nodes and of the control plane, alarms and changes, newest first. */
export async function readTimeline(centre: Centre, query: TimelineQuery): Promise<TimelineEntry[]> {
  const { mirror } = centre;
  const wanted = (entry: TimelineEntry) =>
    (query.node === undefined || entry.node === query.node) && (query.site === undefined || entry.site === query.site);
  const [records, changes] = await Promise.all([readEvents(centre, query), readChanges(centre, query)]);
  const entries = [...records.flatMap((record) => recordEntry(mirror, record) ?? []), ...changes.map(changeEntry)];
  return entries
    .filter(wanted)
    .sort((a, b) => b.at - a.at)
    .slice(0, query.limit);
}

/** A record of a node or of the control plane as a line of the timeline; undefined when it is none. */
export function recordEntry(mirror: Mirror, record: StoredRecord): TimelineEntry | undefined {
  const { body, node, number, incarnation } = record;
  if (node === CENTRE_NODE) {
    const event = body.kind === 'event' ? ControlEvent.safeParse(body.event).data : undefined;
    return event === undefined ? undefined : eventEntry(mirror, record, event);
  }
  const site = mirror.resources.Node.get(node)?.spec.site ?? null;
  const common = { id: `${node}/${incarnation}/${record.stream}/${number}`, at: record.at, node, site };
  if (body.kind === 'event') {
    const event = AgentEvent.safeParse(body.event).data;
    const said =
      event === undefined ? { sentence: `Event ${body.event.kind}`, severity: 'info' as const } : sayAgentEvent(event);
    return { ...common, from: 'node', ...said, detail: body.event };
  }
  if (body.kind !== 'alarm') return undefined;
  const raised = body.phase === 'raised';
  const sentence = raised ? `Alarm: ${body.message}` : `Alarm over: ${body.message}`;
  return { ...common, from: 'alarm', severity: raised ? body.severity : 'info', sentence, detail: body };
}

async function readEvents(centre: Centre, { before, limit, node, site }: TimelineQuery): Promise<StoredRecord[]> {
  const look = node === undefined && site === undefined ? limit : Math.min(LOOK_MAX, limit * LOOK_FACTOR);
  const common = {
    kinds: ['event', 'alarm'] as const,
    newest: look,
    limit: look,
    ...(before === undefined ? {} : { atBefore: before }),
  };
  if (node === undefined) return centre.ports.records.read(common);
  const own = centre.ports.records.read({ ...common, node });
  return [...(await own), ...(await centre.ports.records.read({ ...common, node: CENTRE_NODE }))];
}

async function readChanges(centre: Centre, { before, limit, node, site }: TimelineQuery): Promise<Change[]> {
  const found: Change[] = [];
  const named = node === undefined ? {} : { kind: 'Node' as const, name: node };
  for (let page = 0, below: number | undefined; page < CHANGES_PAGES_MAX && found.length < limit; page += 1) {
    const changes = await centre.ports.store.changes({
      limit: CHANGES_PAGE,
      ...named,
      ...(below === undefined ? {} : { before: below }),
    });
    const fits = (change: Change) =>
      (before === undefined || change.at < before) && (site === undefined || changeEntry(change).site === site);
    found.push(...changes.filter(fits));
    below = changes.at(-1)?.number;
    if (changes.length < CHANGES_PAGE) break;
  }
  return found.slice(0, limit);
}
