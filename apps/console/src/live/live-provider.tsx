import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';
import type { WatchEvent } from '../../../../contracts/views.ts';
import { createRefresher } from './refresher.ts';
import { createWatchFeed, type FeedPhase, type WatchFeed } from './watch-feed.ts';

type Listener = (event: WatchEvent) => void;

interface Live {
  /** Calls the listener with every event until the returned function is called. */
  listen(listener: Listener): () => void;
  /** Follows one node's records and live values until the returned function is called. */
  want: WatchFeed['want'];
}

const LiveContext = createContext<Live | null>(null);
const PhaseContext = createContext<FeedPhase>({ phase: 'connecting', since: 0 });

/** Keeps one watch feed open while somebody is signed in, and refreshes what its events make out of date. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const [phase, setPhase] = useState<FeedPhase>(() => ({ phase: 'connecting', since: Date.now() }));
  const [{ feed, refresher, live }] = useState(() => {
    const listeners = new Set<Listener>();
    const refresher = createRefresher(client);
    let wasLost = false;
    const feed = createWatchFeed({
      onEvent(event) {
        refresher.take(event);
        for (const listener of listeners) listener(event);
      },
      onPhase(next) {
        setPhase((before) => (before.phase === next ? before : { phase: next, since: Date.now() }));
        if (next === 'live' && wasLost) refresher.everything();
        wasLost = next === 'lost';
      },
    });
    const listen = (listener: Listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    };
    return { feed, refresher, live: { listen, want: feed.want } satisfies Live };
  });

  useEffect(() => {
    feed.open();
    return () => {
      feed.close();
      refresher.close();
    };
  }, [feed, refresher]);

  return (
    <LiveContext value={live}>
      <PhaseContext value={phase}>{children}</PhaseContext>
    </LiveContext>
  );
}

/** The watch feed of this console. */
export function useLive(): Live {
  const live = useContext(LiveContext);
  if (live === null) throw new Error('useLive is used outside LiveProvider');
  return live;
}

/** Whether the watch feed is live, and since when it is what it is. */
export function useFeedPhase(): FeedPhase {
  return useContext(PhaseContext);
}
