import type { RecordStore } from '../../adapters/store/port.ts';
import type { ControlEvent } from '../../contracts/events.ts';
import type { StreamRecord } from '../../contracts/records.ts';

/** The control plane keeps its own events as records of this node, which is a name that no real node can have. */
export const CENTRE_NODE = '~control-plane';
const STREAM = 'events';
const INCARNATION = 'control-plane';
/** Events that wait for the disk; when more do, the newest are given up. */
const WAITING_MAX = 2000;
const BATCH_MAX = 200;

export interface EventLog {
  /** Takes an event and writes it when the disk allows. */
  write(event: ControlEvent, at: number): void;
  /** Events given up because the disk would not take them. */
  lost(): number;
  /** Resolves when everything that can be written is. */
  flushed(): Promise<void>;
}

export interface EventLogOptions {
  records: RecordStore;
  onWritten(record: StreamRecord, event: ControlEvent): void;
  onError(error: unknown): void;
}

/** Opens the log behind its last event. */
export async function openEventLog({ records, onWritten, onError }: EventLogOptions): Promise<EventLog> {
  const [position] = await records.positions(CENTRE_NODE);
  const waiting: { at: number; event: ControlEvent }[] = [];
  let last = position?.upTo ?? 0;
  let lost = 0;
  let writing: Promise<void> | undefined;

  const writeSome = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, BATCH_MAX);
      const made = batch.map(({ at, event }, index) => ({
        number: last + 1 + index,
        at,
        body: { kind: 'event' as const, event },
      }));
      const at = batch.at(-1)!.at;
      const taken = await records.append({
        node: CENTRE_NODE,
        stream: STREAM,
        incarnation: INCARNATION,
        records: made,
        dropped: [],
        at,
      });
      last = taken.upTo;
      waiting.splice(0, batch.length);
      for (const [index, record] of made.entries()) onWritten(record, batch[index]!.event);
    }
  };

  return {
    write: (event, at) => {
      if (waiting.length >= WAITING_MAX) lost += 1;
      else waiting.push({ at, event });
      writing ??= writeSome()
        .catch(onError)
        .finally(() => {
          writing = undefined;
        });
    },
    lost: () => lost,
    flushed: async () => writing,
  };
}
