import type { Sample } from '../../contracts/records.ts';

const TAGS_MAX = 5000;

/** The newest sample of each tag that was seen while somebody watched. */
export interface NewestValues {
  add(samples: readonly Sample[]): void;
  all(): Sample[];
}

export function createNewestValues(): NewestValues {
  const newest = new Map<string, Sample>();
  return {
    add: (samples) => {
      for (const sample of samples)
        if (newest.has(sample.tag) || newest.size < TAGS_MAX) newest.set(sample.tag, sample);
    },
    all: () => [...newest.values()].sort((a, b) => (a.tag < b.tag ? -1 : 1)),
  };
}
