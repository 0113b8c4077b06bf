import { IconPlus } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { DeploymentView } from '../../../../../contracts/views.ts';
import { useRoute } from '../../api/use-route.ts';
import { Answered } from '../../parts/answered.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Empty } from '../../parts/empty.tsx';
import { LinkButton } from '../../parts/link-button.tsx';
import { HealthMark, RolloutMark } from '../../parts/marks.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { Section } from '../../parts/section.tsx';
import { worstFirst } from '../../parts/worst-first.ts';

const count = (key: keyof DeploymentView['counts'], wide = false): Column<DeploymentView> => ({
  id: key,
  name: key,
  value: ({ counts }) => counts[key],
  right: true,
  wide,
});

const columns: readonly Column<DeploymentView>[] = [
  {
    id: 'name',
    name: 'Deployment',
    value: ({ name }) => name,
    show: ({ name }) => (
      <Link to="/deployments/$deployment" params={{ deployment: name }}>
        {name}
      </Link>
    ),
  },
  { id: 'health', name: 'Health', value: ({ health }) => health, show: ({ health }) => <HealthMark health={health} /> },
  {
    id: 'rollout',
    name: 'Rollout',
    value: ({ rollout }) => rollout?.phase ?? '',
    show: ({ rollout }) => (rollout === null ? '–' : <RolloutMark phase={rollout.phase} />),
  },
  { id: 'release', name: 'Release', value: ({ release }) => release, right: true },
  count('target'),
  count('actual', true),
  count('healthy', true),
  count('unhealthy', true),
  count('unknown', true),
];

const create = (
  <LinkButton to="/change" search={{ kind: 'Deployment' }} leftSection={<IconPlus size={14} aria-hidden />}>
    New deployment
  </LinkButton>
);

/** What is deployed where, and does it run? */
export default function DeploymentsPage() {
  const deployments = useRoute('deployments', {});
  return (
    <>
      <PageHead title="Deployments" actions={create} />
      <Section flush>
        <Answered query={deployments}>
          {({ items }) => (
            <DataTable
              label="deployments"
              rows={worstFirst(items)}
              columns={columns}
              rowKey={({ name }) => name}
              empty={
                <Empty title="Nothing is deployed" action={create}>
                  A deployment says which flows run on which nodes, and how a change goes out: in waves, behind health,
                  with rollback.
                </Empty>
              }
            />
          )}
        </Answered>
      </Section>
    </>
  );
}
