import { useMutation, useQueryClient } from '@tanstack/react-query';
import { call } from '../api/call.ts';
import { routeKey } from '../api/use-route.ts';

/** Ends the session; the console leaves its pages and forgets everything that it had read. */
export function useSignOut() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async () => {
      await client.cancelQueries();
      return call('signOut', {});
    },
    onSettled: async () => {
      await client.resetQueries({ queryKey: routeKey('me', {}) });
      client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'me' && queryKey[0] !== 'health' });
    },
  });
}
