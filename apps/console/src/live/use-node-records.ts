import { type UseQueryResult, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { EdgeError } from '../../../../contracts/errors.ts';
import type { StreamRecord } from '../../../../contracts/records.ts';
import { call } from '../api/call.ts';
import { useLive } from './live-provider.tsx';

/** Records of one stream kept in the browser at most; older ones leave. */
export const RECORDS_KEPT_MAX = 5000;
const SLOW_REFRESH_MS = 60_000;

/** The newest records of a stream of a node in order of their number, with new ones appended as they arrive. */
export function useNodeRecords(
  node: string | undefined,
  stream: string,
  newest = 1000,
): UseQueryResult<readonly StreamRecord[], EdgeError> {
  const client = useQueryClient();
  const { listen, want } = useLive();
  const key = ['records', node, stream, newest];
  const result = useQuery<readonly StreamRecord[], EdgeError>({
    queryKey: key,
    enabled: node !== undefined,
    refetchInterval: SLOW_REFRESH_MS,
    queryFn: async ({ signal }) => {
      const answer = await call(
        'records',
        { params: { node: node ?? '', stream }, query: { newest, limit: newest } },
        signal,
      );
      return merge(client.getQueryData<readonly StreamRecord[]>(key) ?? [], answer.items);
    },
  });
  useEffect(() => {
    if (node === undefined) return;
    const release = want(node);
    const stop = listen((event) => {
      if (event.kind !== 'records' || event.node !== node || event.stream !== stream) return;
      client.setQueryData<readonly StreamRecord[]>(['records', node, stream, newest], (before) =>
        before === undefined ? before : merge(before, event.records),
      );
    });
    return () => {
      stop();
      release();
    };
  }, [client, listen, want, node, stream, newest]);
  return result;
}

function merge(before: readonly StreamRecord[], more: readonly StreamRecord[]): readonly StreamRecord[] {
  // Numbers start again when a node gets a new journal, so the time of journalling tells such records apart.
  const all = new Map([...before, ...more].map((record) => [`${record.at} ${record.number}`, record]));
  return [...all.values()].sort((a, b) => a.at - b.at || a.number - b.number).slice(-RECORDS_KEPT_MAX);
}
