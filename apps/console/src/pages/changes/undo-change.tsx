import { Button, Drawer, Stack } from '@mantine/core';
import { IconArrowBackUp } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Change } from '../../../../../contracts/changes.ts';
import { call } from '../../api/call.ts';
import { ErrorNote } from '../../parts/error-note.tsx';
import { PlanView } from './plan-view.tsx';

/** Puts back what one change changed: first the plan of it, then the undo itself. */
export function UndoChange({ change, onUndone }: { change: Change; onUndone: (changes: readonly Change[]) => void }) {
  const client = useQueryClient();
  const [opened, setOpened] = useState(false);
  const plan = useMutation({
    mutationFn: () => {
      const { kind, name, before } = change;
      if (before === null) return call('plan', { body: { delete: [{ kind, name }] } });
      return call('plan', { body: { resources: [{ kind, name, labels: before.labels, spec: before.spec }] } });
    },
  });
  const undo = useMutation({
    mutationFn: () => call('undo', { params: { number: change.number } }),
    onSuccess: async ({ changes }) => {
      setOpened(false);
      await client.invalidateQueries();
      onUndone(changes);
    },
  });
  const open = () => {
    setOpened(true);
    plan.mutate();
  };
  return (
    <>
      <Button variant="default" leftSection={<IconArrowBackUp size={14} aria-hidden />} onClick={open}>
        Undo …
      </Button>
      <Drawer
        opened={opened}
        onClose={() => setOpened(false)}
        position="right"
        size="lg"
        title={`Undo change ${change.number}`}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <Stack gap="md">
          {plan.isPending && 'Planning …'}
          {plan.isError && <ErrorNote error={plan.error} again={() => plan.mutate()} />}
          {plan.data !== undefined && <PlanView plan={plan.data} />}
          {undo.isError && <ErrorNote error={undo.error} />}
          <Button
            size="sm"
            disabled={plan.data === undefined || plan.data.problems.length > 0}
            loading={undo.isPending}
            onClick={() => undo.mutate()}
          >
            Undo it now
          </Button>
        </Stack>
      </Drawer>
    </>
  );
}
