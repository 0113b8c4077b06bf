import type { AgentEvent } from '../../../contracts/events.ts';
import type { StoredRecord } from '../../../contracts/views.ts';

/** One fault that was made, on the wall clock of this machine. */
export interface Fault {
  readonly node: string;
  readonly at: number;
}

/** Milliseconds from a fault until the first prediction that the node journalled after it; null when there was none. */
export function toNextPrediction(fault: Fault, records: readonly StoredRecord[]): number | null {
  return first(
    fault,
    records.filter((record) => record.body.kind === 'prediction'),
  );
}

/** Milliseconds from a fault until the node journalled an event of this kind; null when it never did. */
export function toEvent(fault: Fault, kind: AgentEvent['kind'], records: readonly StoredRecord[]): number | null {
  return first(
    fault,
    records.filter(({ body }) => body.kind === 'event' && body.event.kind === kind),
  );
}

function first(fault: Fault, records: readonly StoredRecord[]): number | null {
  const after = records
    .filter((record) => record.node === fault.node && record.at > fault.at)
    .map((record) => record.at);
  return after.length === 0 ? null : Math.min(...after) - fault.at;
}
