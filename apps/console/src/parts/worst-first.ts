import type { Health } from '../../../../contracts/report.ts';

const order: { [K in Health]: number } = { unhealthy: 0, unknown: 1, healthy: 2 };

/** What needs somebody first: unhealthy, then unknown, then by alarms and name. */
export function worstFirst<T extends { health: Health; name: string; alarms?: number }>(items: readonly T[]): T[] {
  return [...items].sort(
    (a, b) => order[a.health] - order[b.health] || (b.alarms ?? 0) - (a.alarms ?? 0) || a.name.localeCompare(b.name),
  );
}
