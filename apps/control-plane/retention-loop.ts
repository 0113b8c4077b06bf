import type { DocumentWrite, ResourceWrite } from '../../adapters/store/port.ts';
import { ALARMS_MAX } from './alarms.ts';
import type { Centre } from './centre.ts';
import { collections } from './mirror.ts';

/** Records removed in one transaction, and in one run. */
const TRIM_BATCH = 5000;
const TRIM_BATCHES_MAX = 20;
/** A token stays for so long after it expired, so that people can see what became of it. */
const EXPIRED_TOKEN_KEPT_MS = 7 * 86_400_000;
const REMOVALS_MAX = 500;

/** Removes what was kept for long enough: old records, cleared alarms beyond the number that is kept, expired tokens. */
export async function removeOld(centre: Centre): Promise<void> {
  const { ports, config, mirror } = centre;
  const now = ports.clock.now();
  for (let batch = 0; batch < TRIM_BATCHES_MAX; batch += 1) {
    if ((await ports.records.trim(now - config.recordsKeptMs, TRIM_BATCH)) < TRIM_BATCH) break;
  }
  const cleared = [...mirror.alarms.values()]
    .filter((alarm) => alarm.phase === 'cleared' || !mirror.resources.Node.has(alarm.node))
    .sort((a, b) => (a.clearedAt ?? a.raisedAt) - (b.clearedAt ?? b.raisedAt));
  const spare = cleared.slice(0, Math.max(0, Math.min(REMOVALS_MAX, mirror.alarms.size - ALARMS_MAX)));
  const documents: DocumentWrite[] = spare.map(({ id }) => ({ collection: collections.alarms, key: id, body: null }));
  const expired = [...mirror.resources.Token.values()].filter(
    ({ spec }) => spec.expiresAt + EXPIRED_TOKEN_KEPT_MS < now,
  );
  const resources: ResourceWrite[] = expired
    .slice(0, REMOVALS_MAX)
    .map(({ name, generation }) => ({ kind: 'Token', name, expected: generation, put: null }));
  if (documents.length + resources.length === 0) return;
  await centre.commit({ actor: 'system', because: 'kept for long enough', documents, resources });
  for (const { id } of spare) mirror.alarms.delete(id);
}
