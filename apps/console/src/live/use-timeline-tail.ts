import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { AnswerOf } from '../../../../contracts/api.ts';
import { useLive } from './live-provider.tsx';

const KEPT_MAX = 2000;

/** Puts new entries of the timeline among the cached ones as they arrive, newest first, unless paused. */
export function useTimelineTail(paused = false): void {
  const client = useQueryClient();
  const { listen } = useLive();
  useEffect(() => {
    if (paused) return;
    return listen((event) => {
      if (event.kind !== 'timeline') return;
      const { entry } = event;
      for (const query of client.getQueryCache().findAll({ queryKey: ['timeline'] })) {
        const { query: asked } = query.queryKey[1] as { query?: { node?: string; site?: string } };
        if (asked?.node !== undefined && asked.node !== entry.node) continue;
        if (asked?.site !== undefined && asked.site !== entry.site) continue;
        client.setQueryData<AnswerOf<'timeline'>>(query.queryKey, (before) =>
          before === undefined || before.items.some(({ id }) => id === entry.id)
            ? before
            : { items: [entry, ...before.items].sort((a, b) => b.at - a.at).slice(0, KEPT_MAX) },
        );
      }
    });
  }, [client, listen, paused]);
}
