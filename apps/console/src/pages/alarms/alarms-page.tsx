import { SegmentedControl } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { AlertRuleSpec } from '../../../../../contracts/kinds/alert-rule.ts';
import { useRoute } from '../../api/use-route.ts';
import { AlarmTable } from '../../parts/alarm-table.tsx';
import { Answered } from '../../parts/answered.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Empty } from '../../parts/empty.tsx';
import { LinkButton } from '../../parts/link-button.tsx';
import { SeverityMark } from '../../parts/marks.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { Section } from '../../parts/section.tsx';
import { selectorText } from '../../parts/selector-text.ts';
import { TabsInAddress } from '../../parts/tabs-in-address.tsx';

/** What needs somebody now? */
export default function AlarmsPage() {
  return (
    <>
      <PageHead title="Alarms" />
      <TabsInAddress
        label="Alarms"
        tabs={[
          { value: 'alarms', label: 'Alarms', show: () => <Alarms /> },
          { value: 'rules', label: 'Alert rules', show: () => <Rules /> },
        ]}
      />
    </>
  );
}

function Alarms() {
  const [phase, setPhase] = useState<'raised' | 'all'>('raised');
  const alarms = useRoute('alarms', { query: { phase, limit: 1000 } });
  return (
    <Section
      flush
      actions={
        <SegmentedControl
          size="xs"
          aria-label="Which alarms"
          data={[
            { value: 'raised', label: 'Raised' },
            { value: 'all', label: 'All' },
          ]}
          value={phase}
          onChange={(value) => setPhase(value === 'all' ? 'all' : 'raised')}
        />
      }
    >
      <Answered query={alarms}>{({ items }) => <AlarmTable alarms={items} />}</Answered>
    </Section>
  );
}

interface Rule {
  name: string;
  spec: AlertRuleSpec;
}

const ruleColumns: readonly Column<Rule>[] = [
  {
    id: 'name',
    name: 'Rule',
    value: ({ name }) => name,
    show: ({ name }) => (
      <Link to="/change" search={{ kind: 'AlertRule', name }}>
        {name}
      </Link>
    ),
  },
  {
    id: 'severity',
    name: 'Severity',
    value: ({ spec }) => spec.severity,
    show: ({ spec }) => <SeverityMark severity={spec.severity} />,
  },
  {
    id: 'when',
    name: 'When',
    value: ({ spec: { when } }) =>
      `${when.is.replaceAll('-', ' ')}${'for' in when ? ` for ${when.for}` : ''}${'above' in when ? ` above ${when.above * 100} %` : ''}`,
  },
  { id: 'target', name: 'At', value: ({ spec }) => selectorText(spec.target), wide: true },
];

function Rules() {
  const rules = useRoute('listResources', { params: { kind: 'AlertRule' }, query: { limit: 1000 } });
  const create = (
    <LinkButton to="/change" search={{ kind: 'AlertRule' }} leftSection={<IconPlus size={14} aria-hidden />}>
      New rule
    </LinkButton>
  );
  return (
    <Section flush title="Alert rules" actions={create}>
      <Answered query={rules}>
        {({ items }) => (
          <DataTable
            label="alert rules"
            rows={items.map(({ name, spec }) => ({ name, spec: AlertRuleSpec.parse(spec) }))}
            columns={ruleColumns}
            rowKey={({ name }) => name}
            empty={
              <Empty title="No rule yet" action={create}>
                Rules are evaluated in the control plane over what is observed: a node unseen, a workload unhealthy,
                equipment that does not answer, a stream that fills.
              </Empty>
            }
          />
        )}
      </Answered>
    </Section>
  );
}
