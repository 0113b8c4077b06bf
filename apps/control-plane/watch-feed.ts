import type { WatchEvent } from '../../contracts/views.ts';

/** One reader of the feed. */
export interface WatchReader {
  /** Only this node, with its records and live values; without it everything else, but no records and no live values. */
  readonly node?: string | undefined;
  /** Whoever reads, so that one cannot take the places of all. */
  readonly who?: string | undefined;
  /** Takes one event; false when it has no room left: then it is ended. Must not throw. */
  take(event: WatchEvent): boolean;
  end(): void;
}

/** Most readers at once. */
export const WATCHERS_MAX = 1000;
/** Most readers of one person or token at once. */
const WATCHERS_EACH_MAX = 50;

export interface WatchFeed {
  /** False when there are too many readers already. */
  subscribe(reader: WatchReader): { unsubscribe(): void } | undefined;
  /** `node` is the node that the event is about, if any. Records, live values and what is `detailed` go to its readers only. */
  publish(event: WatchEvent, node?: string | null, detailed?: boolean): void;
  /** Whether somebody reads this node's values. */
  watches(node: string): boolean;
  readers(): number;
  end(): void;
}

/** Tells readers what changed, without ever waiting for one of them: a slow one is ended, and comes back by itself. */
export function createWatchFeed(): WatchFeed {
  const readers = new Set<WatchReader>();
  const give = (reader: WatchReader, event: WatchEvent) => {
    if (reader.take(event)) return;
    readers.delete(reader);
    reader.end();
  };
  return {
    subscribe: (reader) => {
      if (readers.size >= WATCHERS_MAX) return undefined;
      const same = readers.values().filter(({ who }) => who !== undefined && who === reader.who);
      if ([...same].length >= WATCHERS_EACH_MAX) return undefined;
      readers.add(reader);
      return { unsubscribe: () => readers.delete(reader) };
    },
    publish: (event, node = null, forItsReaders = false) => {
      const detailed = forItsReaders || event.kind === 'records' || event.kind === 'live';
      for (const reader of readers) {
        const wanted = reader.node === undefined ? !detailed : node === null || reader.node === node;
        if (wanted) give(reader, event);
      }
    },
    watches: (node) => readers.values().some((reader) => reader.node === node),
    readers: () => readers.size,
    end: () => {
      for (const reader of readers) reader.end();
      readers.clear();
    },
  };
}
