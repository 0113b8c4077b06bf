import type { ApiClient } from '../../../apps/cli/api-client.ts';
import { PAGE_MAX } from '../../../contracts/api.ts';
import type { StoredRecord, StreamView } from '../../../contracts/views.ts';

/** Pages of one stream that are read at most. */
const PAGES_MAX = 10_000;

/** Every stored record of every stream of a node, page after page by number. */
export async function allRecords(
  api: ApiClient,
  node: string,
  streams: readonly StreamView[],
): Promise<StoredRecord[]> {
  const found: StoredRecord[] = [];
  for (const stream of new Set(streams.filter((each) => each.node === node).map((each) => each.stream))) {
    let after = 0;
    for (let page = 0; page < PAGES_MAX; page++) {
      const { items } = await api.call('records', { params: { node, stream }, query: { after, limit: PAGE_MAX } });
      found.push(...items);
      const last = items.at(-1);
      if (last === undefined || items.length < PAGE_MAX) break;
      after = last.number;
    }
  }
  return found;
}
