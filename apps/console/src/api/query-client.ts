import { QueryCache, QueryClient } from '@tanstack/react-query';
import { EdgeError } from '../../../../contracts/errors.ts';
import { routeKey } from './use-route.ts';

/** How often every shown answer is asked again even when the watch feed says nothing. */
export const SLOW_REFRESH_MS = 30_000;
const TRIES_MAX = 2;

/** The cache of answers. A 401 anywhere makes the console ask who is signed in, which leads to the sign-in page. */
export function createQueryClient(): QueryClient {
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({
      onError: (error, query) => {
        if (query.queryKey[0] === 'me' || !(error instanceof EdgeError) || error.code !== 'unauthenticated') return;
        void client.resetQueries({ queryKey: routeKey('me', {}) });
      },
    }),
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        refetchInterval: SLOW_REFRESH_MS,
        retry: (failures, error) => failures < TRIES_MAX && error instanceof EdgeError && error.code === 'unreachable',
      },
    },
  });
  return client;
}
