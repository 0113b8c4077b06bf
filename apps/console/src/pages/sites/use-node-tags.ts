import { useRoute } from '../../api/use-route.ts';
import { type KnownTag, useTags } from '../../api/use-tags.ts';

/** The tags of the connectors that a node runs: the same path may be another tag at another node. */
export function useNodeTags(node: string | undefined): readonly KnownTag[] {
  const all = useTags();
  const report = useRoute('node', { params: { node: node ?? '' } }, { enabled: node !== undefined }).data?.report;
  const here = new Set(report?.connectors.map(({ id }) => id.split('/').at(-1)));
  return all.filter(({ connector }) => here.has(connector));
}
