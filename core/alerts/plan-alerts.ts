import type { AlertRuleSpec } from '../../contracts/kinds/alert-rule.ts';
import type { Severity } from '../../contracts/names.ts';
import type { Report } from '../../contracts/report.ts';
import { durationMs } from '../base/duration.ts';
import { type Selectable, selects } from '../compile/select-nodes.ts';

export interface AlertNode extends Selectable {
  readonly report: Report | null;
  /** When it was last heard of; for one that never was, when it enrolled. */
  readonly seenAt: number;
}

/** A condition that holds, raised or still within its hold time. */
export interface StandingAlert {
  readonly rule: string;
  readonly node: string;
  readonly since: number;
  readonly raised: boolean;
  readonly severity: Severity;
  readonly message: string;
}

export interface AlertFacts {
  readonly rules: readonly { readonly name: string; readonly spec: AlertRuleSpec }[];
  readonly nodes: readonly AlertNode[];
  readonly standing: readonly StandingAlert[];
}

export interface AlertPlan {
  readonly standing: readonly StandingAlert[];
  readonly raise: readonly StandingAlert[];
  readonly clear: readonly StandingAlert[];
}

/** Which alerts to raise and to clear. An alert is raised once its condition has held for the rule's time, and cleared when it no longer holds. */
export function planAlerts(facts: AlertFacts, now: number): AlertPlan {
  const key = (alert: { rule: string; node: string }) => `${alert.rule}/${alert.node}`;
  const before = new Map(facts.standing.map((alert) => [key(alert), alert]));
  const standing: StandingAlert[] = [];
  const raise: StandingAlert[] = [];
  for (const rule of facts.rules) {
    for (const node of facts.nodes) {
      if (!selects(rule.spec.target, node)) continue;
      const holds = condition(rule.spec, node, now);
      if (holds === null) continue;
      const known = before.get(`${rule.name}/${node.name}`);
      const since = known?.since ?? holds.since;
      const due = now - since >= holds.holdMs;
      const alert: StandingAlert = {
        rule: rule.name,
        node: node.name,
        since,
        raised: due || known?.raised === true,
        severity: rule.spec.severity,
        message: rule.spec.message ?? holds.message,
      };
      standing.push(alert);
      if (alert.raised && known?.raised !== true) raise.push(alert);
    }
  }
  const after = new Set(standing.map(key));
  return { standing, raise, clear: facts.standing.filter((alert) => alert.raised && !after.has(key(alert))) };
}

function condition(
  rule: AlertRuleSpec,
  node: AlertNode,
  now: number,
): { since: number; holdMs: number; message: string } | null {
  const { report } = node;
  const when = rule.when;
  switch (when.is) {
    case 'node-unseen':
      return now - node.seenAt > 0 && now - node.seenAt >= durationMs(when.for)
        ? { since: node.seenAt, holdMs: 0, message: `not seen for ${when.for}` }
        : null;
    case 'workload-unhealthy': {
      const bad = report?.workloads.find((workload) => workload.health === 'unhealthy');
      return bad === undefined
        ? null
        : { since: now, holdMs: durationMs(when.for), message: `${bad.id}: ${bad.because ?? 'unhealthy'}` };
    }
    case 'connector-bad': {
      const bad = report?.connectors.find((connector) => connector.quality === 'bad');
      return bad === undefined
        ? null
        : { since: now, holdMs: durationMs(when.for), message: `${bad.equipment}: ${bad.because ?? 'no answer'}` };
    }
    case 'stream-fill': {
      const full = report?.streams.find((stream) => stream.fill > when.above);
      return full === undefined
        ? null
        : { since: now, holdMs: 0, message: `stream ${full.stream} is ${Math.round(full.fill * 100)} % full` };
    }
    case 'records-dropped': {
      const lost = report?.streams.find((stream) => stream.dropped + stream.refused > 0);
      return lost === undefined
        ? null
        : { since: now, holdMs: 0, message: `stream ${lost.stream} gave up ${lost.dropped + lost.refused} records` };
    }
    case 'manifest-refused': {
      const refused = report?.refused ?? null;
      return refused === null
        ? null
        : { since: refused.at, holdMs: 0, message: `refused manifest ${refused.number}: ${refused.because}` };
    }
  }
}
