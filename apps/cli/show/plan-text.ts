import type { Plan, PlannedChange, PlannedNode } from '../../../contracts/changes.ts';
import { sayStep } from '../../../core/base/say-event.ts';
import type { Paint } from './paint.ts';
import { bytesText, countText, valueText } from './quantity.ts';

const FIELDS_SHOWN = 12;
const NODES_SHOWN = 20;

/** Whether applying this would change anything. */
export function changesSomething(plan: Plan): boolean {
  return plan.changes.some((change) => change.action !== 'unchanged');
}

/** A plan as people read it: what changes, what which node would do and why, how it goes out. */
export function planText(plan: Plan, paint: Paint): string {
  const changes = plan.changes.filter((change) => change.action !== 'unchanged');
  const unchanged = plan.changes.length - changes.length;
  const moved = plan.nodes.filter((node) => node.steps.length > 0 || node.problem !== null || node.writes.length > 0);
  const lines = [
    ...changes.flatMap((change) => changeLines(change, paint)),
    ...(unchanged > 0 ? [paint.faint(`  ${countText(unchanged, 'resource')} unchanged`)] : []),
    ...(changes.length === 0 ? ['Nothing would change.'] : []),
  ];
  if (moved.length > 0) {
    lines.push('', paint.strong(`${countText(moved.length, 'node')} would act`));
    lines.push(...moved.slice(0, NODES_SHOWN).flatMap((node) => nodeLines(node, paint)));
    if (moved.length > NODES_SHOWN) lines.push(paint.faint(`  … and ${moved.length - NODES_SHOWN} more`));
  } else if (changes.length > 0) lines.push('', 'No node would act.');
  for (const rollout of plan.rollouts) {
    const from = rollout.from === null ? 'first release' : `from release ${rollout.from}`;
    lines.push(
      `Rollout of ${paint.strong(rollout.deployment)}, ${from}: ${countText(rollout.nodes, 'node')} in ${countText(rollout.waves, 'wave')}; ${rollout.because}`,
    );
  }
  if (plan.downloadBytes > 0) lines.push(`Nodes would fetch ${bytesText(plan.downloadBytes)}.`);
  return `${lines.join('\n')}\n`;
}

const signs = { create: '+', update: '~', delete: '-', unchanged: ' ' } as const;

function changeLines(change: PlannedChange, paint: Paint): string[] {
  const colour = { create: paint.good, update: paint.warning, delete: paint.bad, unchanged: paint.faint }[
    change.action
  ];
  const head = colour(`${signs[change.action]} ${change.action} ${change.kind} ${change.name}`);
  if (change.action !== 'update') return [head];
  const shown = change.fields
    .slice(0, FIELDS_SHOWN)
    .map(({ path, before, after }) => `      ${path}: ${valueText(before)} → ${valueText(after)}`);
  const more = change.fields.length - shown.length;
  return [head, ...shown, ...(more > 0 ? [paint.faint(`      … and ${countText(more, 'field')} more`)] : [])];
}

function nodeLines(node: PlannedNode, paint: Paint): string[] {
  return [
    `  ${node.node} (${node.site})${node.because === '' ? '' : paint.faint(`  ${node.because}`)}`,
    ...node.steps.map((step) => `      ${sayStep(step)}`),
    ...node.writes.map((tag) => paint.warning(`      ! may newly write ${tag}`)),
    ...(node.problem === null ? [] : [paint.bad(`      ✗ keeps what it has: ${node.problem}`)]),
  ];
}
