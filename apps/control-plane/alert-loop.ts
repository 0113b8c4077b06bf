import type { DocumentWrite } from '../../adapters/store/port.ts';
import { planAlerts, type StandingAlert } from '../../core/alerts/plan-alerts.ts';
import type { Centre } from './centre.ts';
import { selectable } from './fleet.ts';
import { collections, type KeptAlarm } from './mirror.ts';

const keyOf = (alert: StandingAlert) => `${alert.rule}/${alert.node}`;

/** Raises and clears the alerts of rules, from what is observed now. */
export async function checkAlerts(centre: Centre): Promise<void> {
  const { mirror, ports } = centre;
  const { resources } = mirror;
  if (resources.AlertRule.size === 0 && mirror.standing.length === 0) return;
  const now = ports.clock.now();
  const nodes = [...resources.Node.values()].map((node) => {
    const kept = mirror.reports.get(node.name);
    return { ...selectable(resources, node), report: kept?.report ?? null, seenAt: kept?.seenAt ?? node.createdAt };
  });
  const rules = [...resources.AlertRule.values()].map(({ name, spec }) => ({ name, spec }));
  const plan = planAlerts({ rules, nodes, standing: mirror.standing }, now);

  const before = new Map(mirror.standing.map((alert) => [keyOf(alert), alert]));
  const after = new Map(plan.standing.map((alert) => [keyOf(alert), alert]));
  const changed = plan.standing.filter((alert) => JSON.stringify(alert) !== JSON.stringify(before.get(keyOf(alert))));
  const gone = mirror.standing.filter((alert) => !after.has(keyOf(alert)));
  const alarms = [
    ...plan.raise.map((alert) => raisedAlarm(centre, alert, now)),
    ...plan.clear.flatMap((alert) => clearedAlarm(centre, alert, now) ?? []),
  ];
  const documents: DocumentWrite[] = [
    ...changed.map((alert) => ({ collection: collections.standing, key: keyOf(alert), body: alert })),
    ...gone.map((alert) => ({ collection: collections.standing, key: keyOf(alert), body: null })),
    ...alarms.map((alarm) => ({ collection: collections.alarms, key: alarm.id, body: alarm })),
  ];
  if (documents.length > 0) await centre.commit({ actor: 'system', documents });
  mirror.standing = plan.standing;
  for (const alarm of alarms) mirror.alarms.set(alarm.id, alarm);
  for (const { rule, node, severity, message } of plan.raise) {
    centre.emit({ kind: 'alert-raised', rule, node, severity, message });
  }
  for (const { rule, node, message } of plan.clear) centre.emit({ kind: 'alert-cleared', rule, node, message });
  for (const { node } of [...plan.raise, ...plan.clear]) centre.watch.publish({ kind: 'node', node }, node);
}

function raisedAlarm(centre: Centre, alert: StandingAlert, now: number): KeptAlarm {
  return {
    id: `rule/${keyOf(alert)}`,
    from: 'rule',
    node: alert.node,
    site: centre.mirror.resources.Node.get(alert.node)?.spec.site ?? 'unknown',
    name: alert.rule,
    severity: alert.severity,
    message: alert.message,
    phase: 'raised',
    raisedAt: now,
    clearedAt: null,
    acknowledgedBy: null,
    flow: null,
    step: null,
    tag: null,
    release: null,
    last: null,
  };
}

function clearedAlarm(centre: Centre, alert: StandingAlert, now: number): KeptAlarm | undefined {
  const alarm = centre.mirror.alarms.get(`rule/${keyOf(alert)}`);
  return alarm === undefined ? undefined : { ...alarm, phase: 'cleared', clearedAt: now };
}
