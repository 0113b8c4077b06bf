import { IconPlus } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { FlowSpec } from '../../../../../contracts/kinds/flow.ts';
import { useRoute } from '../../api/use-route.ts';
import { Answered } from '../../parts/answered.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Empty } from '../../parts/empty.tsx';
import { LinkButton } from '../../parts/link-button.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { Section } from '../../parts/section.tsx';

interface Row {
  name: string;
  spec: FlowSpec;
}

const columns: readonly Column<Row>[] = [
  {
    id: 'name',
    name: 'Flow',
    value: ({ name }) => name,
    show: ({ name }) => (
      <Link to="/flows/$flow" params={{ flow: name }}>
        {name}
      </Link>
    ),
  },
  { id: 'about', name: 'What for', value: ({ spec }) => spec.about ?? '', wide: true },
  { id: 'inputs', name: 'Inputs', value: ({ spec }) => Object.keys(spec.inputs).length, right: true },
  { id: 'steps', name: 'Steps', value: ({ spec }) => spec.steps.length, right: true },
  { id: 'models', name: 'Models', value: ({ spec }) => modelsOf(spec).join(', ') },
  {
    id: 'writes',
    name: 'Writes',
    value: ({ spec }) => spec.steps.flatMap(({ write }) => (write === undefined ? [] : [write.tag])).join(', '),
    wide: true,
  },
];

const create = (
  <LinkButton to="/change" search={{ kind: 'Flow' }} leftSection={<IconPlus size={14} aria-hidden />}>
    New flow
  </LinkButton>
);

/** Which flows there are: tags → steps → model → decision → tags, alarms, streams. */
export default function FlowsPage() {
  const flows = useRoute('listResources', { params: { kind: 'Flow' }, query: { limit: 1000 } });
  return (
    <>
      <PageHead title="Flows" actions={create} />
      <Section flush>
        <Answered query={flows}>
          {({ items }) => (
            <DataTable
              label="flows"
              rows={items.map(({ name, spec }) => ({ name, spec: spec as unknown as FlowSpec }))}
              columns={columns}
              rowKey={({ name }) => name}
              empty={
                <Empty title="No flow yet" action={create}>
                  A flow turns tags into predictions, decisions, alarms and writes, at the node. It is checked before it
                  is deployed: types, units, cycles, tags that exist.
                </Empty>
              }
            />
          )}
        </Answered>
      </Section>
    </>
  );
}

function modelsOf(spec: FlowSpec): string[] {
  return spec.steps.flatMap(({ model }) => (model === undefined ? [] : [model.use]));
}
