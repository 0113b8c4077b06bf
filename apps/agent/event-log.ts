import type { Journal } from '../../adapters/journal/port.ts';
import type { Clock } from '../../adapters/system/clock.ts';
import type { AgentEvent } from '../../contracts/events.ts';
import type { Publication } from '../../contracts/runner.ts';
import { sayAgentEvent } from '../../core/base/say-event.ts';
import type { LogRing } from './log-ring.ts';

/** The stream that holds what happened at the node. */
export const EVENTS_STREAM = 'events';
/** Events that wait for the journal, for example while the disk is full; beyond it the oldest is forgotten. */
const WAITING_MAX = 500;

export interface EventLog {
  /** Tells listeners, the log and the journal. Never fails: what the journal does not take now, it gets later. */
  emit(event: AgentEvent): void;
  subscribe(listener: (event: AgentEvent, at: number) => void): () => void;
  /** Tries again to journal what waits. */
  retry(): void;
}

export function createEventLog(ports: { clock: Clock; journal: Journal }, logs: LogRing, onKept: () => void): EventLog {
  const listeners = new Set<(event: AgentEvent, at: number) => void>();
  const waiting: Publication[] = [];
  let writing = false;

  const drain = async () => {
    if (writing) return;
    writing = true;
    try {
      while (waiting.length > 0) {
        const records = waiting.slice();
        await ports.journal.append({ records, checkpoint: null });
        waiting.splice(0, records.length);
        onKept();
      }
    } catch {
      // It stays in the queue: the next event or `retry` tries again.
    } finally {
      writing = false;
    }
  };

  return {
    emit: (event) => {
      const at = ports.clock.now();
      const { sentence, severity } = sayAgentEvent(event);
      logs.add({ at, level: severity === 'info' ? 'info' : 'warn', from: 'agent', text: sentence.slice(0, 4000) });
      for (const listener of listeners) listener(event, at);
      if (!writing && waiting.length >= WAITING_MAX) waiting.shift();
      waiting.push({ stream: EVENTS_STREAM, body: { kind: 'event', event } });
      void drain();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    retry: () => void drain(),
  };
}
