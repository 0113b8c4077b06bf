import { Button, Modal, Stack } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import type { DeploymentView, ReleaseView } from '../../../../../contracts/views.ts';
import { call } from '../../api/call.ts';
import { actorName } from '../../parts/actor-name.ts';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Empty } from '../../parts/empty.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';
import { KeyValues } from '../../parts/key-values.tsx';
import { type Meaning, MeaningMark } from '../../parts/meaning.tsx';
import { Section } from '../../parts/section.tsx';
import { TimeAgo } from '../../time/time-ago.tsx';

const ofOutcome: { [K in ReleaseView['outcome']]: Meaning } = {
  current: 'good',
  superseded: 'info',
  'rolled-back': 'bad',
  'rolling-out': 'moving',
};

/** The releases of a deployment, each with the way back to it. */
export function ReleaseTable({ deployment }: { deployment: DeploymentView }) {
  const { release: pointed } = useSearch({ strict: false });
  const [back, setBack] = useState<ReleaseView | null>(null);
  const columns: readonly Column<ReleaseView>[] = [
    {
      id: 'release',
      name: 'Release',
      value: ({ release }) => release,
      show: ({ release }) => (
        <>
          {release}{' '}
          {release === pointed && (
            <MeaningMark meaning="info" plain>
              this one
            </MeaningMark>
          )}
        </>
      ),
    },
    {
      id: 'outcome',
      name: 'Now',
      value: ({ outcome }) => outcome,
      show: ({ outcome }) => <MeaningMark meaning={ofOutcome[outcome]}>{outcome.replace('-', ' ')}</MeaningMark>,
    },
    {
      id: 'made',
      name: 'Made',
      value: ({ madeAt }) => madeAt,
      show: ({ madeAt, madeBy }) => (
        <>
          <TimeAgo at={madeAt} /> by {actorName(madeBy)}
        </>
      ),
      wide: true,
    },
    { id: 'because', name: 'Because', value: ({ because }) => because, wide: true },
    { id: 'flows', name: 'Flows', value: ({ flows }) => flows.join(', '), wide: true },
    {
      id: 'models',
      name: 'Models',
      value: ({ models }) => models.join(', '),
      show: ({ models }) =>
        models.map((model) => (
          <Link
            key={model}
            to="/models/$model"
            params={{ model: model.split(':')[0]! }}
            search={{ version: Number(model.split(':')[1]) }}
          >
            {model}{' '}
          </Link>
        )),
    },
    {
      id: 'back',
      name: 'Go back',
      value: () => null,
      show: (release) =>
        release.release === deployment.release ? (
          '–'
        ) : (
          <Button variant="default" size="compact-xs" onClick={() => setBack(release)}>
            Roll back …
          </Button>
        ),
    },
  ];
  return (
    <Section flush>
      <DataTable
        label="releases"
        rows={[...deployment.releases].sort((a, b) => b.release - a.release)}
        columns={columns}
        rowKey={({ release }) => String(release)}
        empty={<Empty title="No release yet">A release is one immutable revision of this deployment.</Empty>}
      />
      <RollBack deployment={deployment} to={back} onClose={() => setBack(null)} />
    </Section>
  );
}

function RollBack({
  deployment,
  to,
  onClose,
}: {
  deployment: DeploymentView;
  to: ReleaseView | null;
  onClose: () => void;
}) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const roll = useMutation({
    mutationFn: (release: number) =>
      call('rollBack', { params: { deployment: deployment.name }, body: { to: release } }),
    onSuccess: async () => {
      onClose();
      await client.invalidateQueries();
      await navigate({ to: '.', search: (before) => ({ ...before, tab: 'overview' }) });
    },
  });
  const now = deployment.releases.find(({ release }) => release === deployment.release);
  return (
    <Modal
      opened={to !== null}
      onClose={onClose}
      title={`Roll ${deployment.name} back to release ${to?.release}?`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {to !== null && (
        <Stack gap="md">
          <KeyValues
            rows={[
              ['Nodes that move', deployment.counts.target],
              ['Flows', change(now?.flows, to.flows)],
              ['Models', change(now?.models, to.models)],
              ['How', 'as a new rollout, behind health, with rollback'],
            ]}
          />
          {roll.isError && <ErrorNote error={roll.error} />}
          <Button size="sm" loading={roll.isPending} onClick={() => roll.mutate(to.release)}>
            Roll back to release {to.release}
          </Button>
        </Stack>
      )}
    </Modal>
  );
}

function change(before: readonly string[] | undefined, after: readonly string[]): string {
  const from = (before ?? []).join(', ');
  const to = after.join(', ');
  return from === to ? to : `${from || 'none'} → ${to || 'none'}`;
}
