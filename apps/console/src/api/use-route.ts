import { keepPreviousData, type QueryKey, type UseQueryResult, useQuery } from '@tanstack/react-query';
import type { AnswerOf, RouteName } from '../../../../contracts/api.ts';
import type { EdgeError } from '../../../../contracts/errors.ts';
import type { RequestParts } from '../../../../contracts/request.ts';
import { call } from './call.ts';

/** The key under which the answer of a route is cached: its name first, so that a feed event can refresh all of it. */
export function routeKey<N extends RouteName>(name: N, parts: RequestParts<N>): QueryKey {
  return [name, parts];
}

/** The answer of a GET route, cached, refreshed by the watch feed and, slowly, by itself. */
export function useRoute<N extends RouteName>(
  name: N,
  parts: RequestParts<N>,
  options: { enabled?: boolean; refetchInterval?: number | false; staleTime?: number } = {},
): UseQueryResult<AnswerOf<N>, EdgeError> {
  return useQuery<AnswerOf<N>, EdgeError>({
    queryKey: routeKey(name, parts),
    queryFn: ({ signal }) => call(name, parts, signal),
    placeholderData: keepPreviousData,
    ...options,
  });
}
