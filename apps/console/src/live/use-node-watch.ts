import { useEffect, useState } from 'react';
import type { Sample } from '../../../../contracts/records.ts';
import { LiveValues } from '../../../../contracts/report.ts';
import { call } from '../api/call.ts';
import { useLive } from './live-provider.tsx';

const WATCH_MS = 60_000;
const RENEW_MS = 45_000;
const POINTS_MAX = 600;

/** The newest value of a tag, when this browser got it, and the numbers before it with their source times. */
export interface LiveTag {
  sample: Sample;
  arrivedAt: number;
  recent: readonly (readonly [number, number])[];
}

/** Asks a node for live values as long as the page shows them; tag → newest value. */
export function useNodeWatch(node: string | undefined): ReadonlyMap<string, LiveTag> {
  const { listen, want } = useLive();
  const [tags, setTags] = useState<{ node: string | undefined; values: ReadonlyMap<string, LiveTag> }>({
    node,
    values: new Map(),
  });
  useEffect(() => {
    if (node === undefined) return;
    const release = want(node);
    const ask = () => void call('watchNode', { params: { node }, body: { forMs: WATCH_MS } }).catch(() => undefined);
    ask();
    const timer = setInterval(ask, RENEW_MS);
    const stop = listen((event) => {
      if (event.kind !== 'live') return;
      const live = LiveValues.safeParse(event.live);
      if (!live.success || live.data.node !== node) return;
      setTags((before) => ({
        node,
        values: take(before.node === node ? before.values : new Map(), live.data.samples),
      }));
    });
    return () => {
      clearInterval(timer);
      stop();
      release();
    };
  }, [node, listen, want]);
  return tags.node === node ? tags.values : new Map();
}

function take(before: ReadonlyMap<string, LiveTag>, samples: readonly Sample[]): ReadonlyMap<string, LiveTag> {
  const next = new Map(before);
  const arrivedAt = Date.now();
  for (const sample of samples) {
    const held = next.get(sample.tag);
    const isNew =
      held === undefined || held.sample.sourceTime !== sample.sourceTime || held.sample.value !== sample.value;
    const recent = held?.recent ?? [];
    const value = typeof sample.value === 'number' && sample.quality !== 'bad' ? sample.value : null;
    next.set(sample.tag, {
      sample,
      arrivedAt,
      recent: isNew && value !== null ? [...recent.slice(1 - POINTS_MAX), [sample.sourceTime, value] as const] : recent,
    });
  }
  return next;
}
