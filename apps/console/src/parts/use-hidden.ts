import { useState } from 'react';

/** Which lines of a chart are hidden, and the switch for one. */
export function useHidden(first: readonly string[] = []): [ReadonlySet<string>, (id: string) => void] {
  const [hidden, setHidden] = useState<ReadonlySet<string>>(() => new Set(first));
  const toggle = (id: string) =>
    setHidden((before) => {
      const next = new Set(before);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  return [hidden, toggle];
}
