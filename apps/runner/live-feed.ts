import type { Clock, Timer } from '../../adapters/system/clock.ts';
import type { Sample } from '../../contracts/records.ts';

const EVERY_MS = 500;
const SAMPLES_MAX = 2000;

/** The newest value of every tag, sent on while somebody looks. */
export interface LiveFeed {
  sample(sample: Sample): void;
  newest(tag: string): Sample | undefined;
  watch(forMs: number): void;
  stop(): void;
}

export function createLiveFeed(clock: Clock, send: (samples: Sample[]) => void): LiveFeed {
  const newest = new Map<string, Sample>();
  const changed = new Set<string>();
  let untilMs = Number.NEGATIVE_INFINITY;
  let timer: Timer | undefined;

  const turn = () => {
    timer = undefined;
    const tags = [...changed].slice(0, SAMPLES_MAX);
    for (const tag of tags) changed.delete(tag);
    if (tags.length > 0) send(tags.flatMap((tag) => newest.get(tag) ?? []));
    if (clock.monotonic() < untilMs) timer = clock.setTimer(EVERY_MS, turn);
  };

  return {
    sample: (sample) => {
      newest.set(sample.tag, sample);
      if (timer !== undefined) changed.add(sample.tag);
    },
    newest: (tag) => newest.get(tag),
    watch: (forMs) => {
      const began = timer === undefined && forMs > 0;
      untilMs = clock.monotonic() + forMs;
      if (!began) return;
      // Whoever begins to look sees everything at once, also what does not change.
      for (const tag of newest.keys()) changed.add(tag);
      timer = clock.setTimer(0, turn);
    },
    stop: () => timer?.cancel(),
  };
}
