import { IconPlus } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { SiteView } from '../../../../../contracts/views.ts';
import { useRoute } from '../../api/use-route.ts';
import { Answered } from '../../parts/answered.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Empty } from '../../parts/empty.tsx';
import { LinkButton } from '../../parts/link-button.tsx';
import { HealthMark } from '../../parts/marks.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { Section } from '../../parts/section.tsx';
import { worstFirst } from '../../parts/worst-first.ts';

const columns: readonly Column<SiteView>[] = [
  {
    id: 'name',
    name: 'Site',
    value: ({ name, title }) => `${title} ${name}`,
    show: ({ name, title }) => (
      <Link to="/sites/$site" params={{ site: name }}>
        {title || name}
      </Link>
    ),
  },
  { id: 'health', name: 'Health', value: ({ health }) => health, show: ({ health }) => <HealthMark health={health} /> },
  { id: 'because', name: 'Because', value: ({ because }) => because, wide: true },
  { id: 'nodes', name: 'Nodes', value: ({ nodes }) => nodes.length, right: true },
  { id: 'alarms', name: 'Alarms', value: ({ alarms }) => alarms, right: true },
  {
    id: 'labels',
    name: 'Labels',
    value: ({ labels }) =>
      Object.entries(labels)
        .map((pair) => pair.join(': '))
        .join(', '),
    wide: true,
  },
  { id: 'zone', name: 'Time zone', value: ({ timeZone }) => timeZone, wide: true },
];

const create = (
  <LinkButton to="/change" search={{ kind: 'Site' }} leftSection={<IconPlus size={14} aria-hidden />}>
    New site
  </LinkButton>
);

/** Which sites there are, and how each is, the worst first. */
export default function SitesPage() {
  const sites = useRoute('sites', {});
  return (
    <>
      <PageHead title="Sites" actions={create} />
      <Section flush>
        <Answered query={sites}>
          {({ items }) => (
            <DataTable
              label="sites"
              rows={worstFirst(items)}
              columns={columns}
              rowKey={({ name }) => name}
              empty={
                <Empty title="No site yet" action={create}>
                  A site is a physical place: coordinates, time zone, labels and variables that its nodes inherit.
                </Empty>
              }
            />
          )}
        </Answered>
      </Section>
    </>
  );
}
