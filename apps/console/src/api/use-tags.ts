import { useMemo } from 'react';
import { ConnectorSpec, type TagSpec } from '../../../../contracts/kinds/connector.ts';
import { useRoute } from './use-route.ts';

/** A tag with the path by which flows name it and the connector that brings it. */
export interface KnownTag {
  path: string;
  connector: string;
  tag: TagSpec;
}

/** Every tag that a connector defines. */
export function useTags(): readonly KnownTag[] {
  const items = useRoute('listResources', { params: { kind: 'Connector' }, query: { limit: 1000 } }).data?.items;
  return useMemo(
    () =>
      (items ?? []).flatMap(({ name, spec }) => {
        const connector = ConnectorSpec.safeParse(spec);
        if (!connector.success) return [];
        return connector.data.tags.map((tag) => ({
          path: `${connector.data.equipment}/${tag.name}`,
          connector: name,
          tag,
        }));
      }),
    [items],
  );
}
