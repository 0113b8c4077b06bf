import type { DocumentWrite } from '../../adapters/store/port.ts';
import type { AlarmView, StoredRecord } from '../../contracts/views.ts';
import type { Centre } from './centre.ts';
import { releasesOfNode } from './fleet.ts';
import { collections, type KeptAlarm, type Mirror } from './mirror.ts';

/** Alarm records looked at when the control plane starts, in case it ended between keeping a record and its alarm. */
const REPLAY_MAX = 5000;
/** Alarms kept; of the cleared ones the oldest go first. */
export const ALARMS_MAX = 10_000;

/** Alarms kept of one node, so that none fills the memory with names: the cleared ones go first, then the oldest. */
export const ALARMS_PER_NODE_MAX = 1000;
/** What an alarm is called, and what it says, beyond this is cut or not kept: a node writes both. */
const ID_MAX = 300;
const MESSAGE_MAX = 2000;

/** Takes alarm records in, each once: raises and clears what they say. The documents that keep it. */
export function takeAlarms(mirror: Mirror, records: readonly StoredRecord[]): DocumentWrite[] {
  const changed = new Map<string, KeptAlarm>();
  for (const record of records) {
    const { body, node, incarnation, number } = record;
    if (body.kind !== 'alarm') continue;
    const id = `${node}/${body.flow}/${body.step}/${body.alarm}`;
    if (id.length > ID_MAX) continue;
    const known = mirror.alarms.get(id);
    const last = known?.last;
    if (last != null && last.incarnation === incarnation && last.number >= number) continue;
    const alarm: KeptAlarm =
      body.phase === 'cleared' && known !== undefined
        ? { ...known, phase: 'cleared', clearedAt: body.sourceTime, last: { incarnation, number } }
        : {
            id,
            from: 'flow',
            node,
            site: mirror.resources.Node.get(node)?.spec.site ?? 'unknown',
            name: body.alarm,
            severity: body.severity,
            message: body.message.slice(0, MESSAGE_MAX),
            phase: body.phase,
            raisedAt: body.sourceTime,
            clearedAt: body.phase === 'cleared' ? body.sourceTime : null,
            acknowledgedBy: null,
            flow: body.flow,
            step: body.step,
            tag: body.tag ?? null,
            release: releaseWith(mirror, node, body.flow),
            last: { incarnation, number },
          };
    mirror.alarms.set(id, alarm);
    changed.set(id, alarm);
  }
  const gone = new Set([...new Set(records.map((one) => one.node))].flatMap((node) => beyondMax(mirror, node)));
  for (const id of gone) mirror.alarms.delete(id);
  const kept = [...changed.values()].filter(({ id }) => !gone.has(id));
  return [
    ...kept.map((alarm) => ({ collection: collections.alarms, key: alarm.id, body: alarm })),
    ...[...gone].map((id) => ({ collection: collections.alarms, key: id, body: null })),
  ];
}

function beyondMax(mirror: Mirror, node: string): string[] {
  const own = [...mirror.alarms.values()].filter((alarm) => alarm.node === node && alarm.from === 'flow');
  if (own.length <= ALARMS_PER_NODE_MAX) return [];
  const rank = ({ phase }: KeptAlarm) => (phase === 'cleared' ? 0 : 1);
  own.sort((a, b) => rank(a) - rank(b) || a.raisedAt - b.raisedAt);
  return own.slice(0, own.length - ALARMS_PER_NODE_MAX).map(({ id }) => id);
}

/** Takes in what was recorded shortly before the last end. */
export async function replayAlarms(centre: Centre): Promise<void> {
  const records = await centre.ports.records.read({ kinds: ['alarm'], newest: REPLAY_MAX, limit: REPLAY_MAX });
  const documents = takeAlarms(centre.mirror, records);
  if (documents.length > 0) await centre.commit({ actor: 'system', documents });
}

/** Marks an alarm as looked after; undefined when there is none with this id. */
export async function acknowledge(centre: Centre, id: string, actor: string): Promise<AlarmView | undefined> {
  const alarm = centre.mirror.alarms.get(id);
  if (alarm === undefined) return undefined;
  const acknowledged: KeptAlarm = { ...alarm, acknowledgedBy: alarm.acknowledgedBy ?? actor };
  await centre.commit({ actor, documents: [{ collection: collections.alarms, key: id, body: acknowledged }] });
  centre.mirror.alarms.set(id, acknowledged);
  centre.watch.publish({ kind: 'node', node: alarm.node }, alarm.node);
  return acknowledged;
}

function releaseWith(mirror: Mirror, node: string, flow: string): AlarmView['release'] {
  const release = releasesOfNode(mirror, node).find((one) => one.body.flows[flow] !== undefined);
  return release === undefined ? null : { deployment: release.deployment, release: release.release };
}
