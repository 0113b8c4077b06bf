import { useMutation, useQueryClient } from '@tanstack/react-query';
import { call } from '../api/call.ts';

/** Ends the session; the console forgets everything that it had read. */
export function useSignOut() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => call('signOut', {}),
    onSettled: () => client.resetQueries(),
  });
}
