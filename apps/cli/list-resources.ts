import type { AnswerOf } from '../../contracts/api.ts';
import { PAGE_MAX } from '../../contracts/api.ts';
import type { Kind } from '../../contracts/resource.ts';
import type { ApiClient } from './api-client.ts';

/** Pages that are read at most; with full pages that is more resources than one control plane keeps. */
const PAGES_MAX = 1000;

/** All resources of a kind, page after page, as one answer. */
export async function listResources(
  api: ApiClient,
  kind: Kind,
  label?: string,
): Promise<{ items: AnswerOf<'listResources'>['items']; json: unknown }> {
  const items: AnswerOf<'listResources'>['items'] = [];
  const raw: unknown[] = [];
  let after: string | undefined;
  for (let page = 0; page < PAGES_MAX; page++) {
    const query = {
      limit: PAGE_MAX,
      ...(after === undefined ? {} : { after }),
      ...(label === undefined ? {} : { label }),
    };
    const { answer, json } = await api.ask('listResources', { params: { kind }, query });
    items.push(...answer.items);
    raw.push(...(json as { items: unknown[] }).items);
    if (answer.next === null) break;
    after = answer.next;
  }
  return { items, json: { items: raw, next: null } };
}
