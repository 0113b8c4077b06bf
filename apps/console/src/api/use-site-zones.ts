import { useMemo } from 'react';
import { useRoute } from './use-route.ts';

/** The time zone of every site by its name. */
export function useSiteZones(): ReadonlyMap<string, string> {
  const items = useRoute('sites', {}).data?.items;
  return useMemo(() => new Map((items ?? []).map(({ name, timeZone }) => [name, timeZone])), [items]);
}
