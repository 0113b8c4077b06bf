import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { call } from '../api/call.ts';

/** Says that somebody looks after an alarm. */
export function useAcknowledge() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => call('acknowledgeAlarm', { body: { id } }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['alarms'] }),
    onError: (error) => notifications.show({ color: 'red', title: 'Not acknowledged', message: error.message }),
  });
}
