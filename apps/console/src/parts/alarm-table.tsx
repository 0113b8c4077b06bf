import { Button, UnstyledButton } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { AlarmView } from '../../../../contracts/views.ts';
import { useSiteZones } from '../api/use-site-zones.ts';
import { SiteTime } from '../time/site-time.tsx';
import { AlarmPanel } from './alarm-panel.tsx';
import classes from './alarm-table.module.css';
import { type Column, DataTable } from './data-table.tsx';
import { Empty } from './empty.tsx';
import { SeverityMark } from './marks.tsx';
import { MeaningMark } from './meaning.tsx';
import { useAcknowledge } from './use-acknowledge.ts';

const rank = { critical: 0, warning: 1, info: 2 } as const;

/** Alarms, the raised and worst first. Opening one shows its way to the cause. */
export function AlarmTable({ alarms }: { alarms: readonly AlarmView[] }) {
  const { alarm: openId } = useSearch({ strict: false });
  const navigate = useNavigate();
  const zones = useSiteZones();
  const acknowledge = useAcknowledge();
  const open = (id: string | undefined) =>
    void navigate({ to: '.', search: (before) => ({ ...before, alarm: id }), replace: id === undefined });
  const rows = [...alarms].sort(
    (a, b) =>
      Number(a.phase === 'cleared') - Number(b.phase === 'cleared') ||
      rank[a.severity] - rank[b.severity] ||
      b.raisedAt - a.raisedAt,
  );
  const columns: readonly Column<AlarmView>[] = [
    {
      id: 'severity',
      name: 'Severity',
      value: ({ severity }) => rank[severity],
      show: ({ severity }) => <SeverityMark severity={severity} />,
    },
    {
      id: 'message',
      name: 'Alarm',
      value: ({ message, name }) => `${message} ${name}`,
      show: (alarm) => (
        <>
          <UnstyledButton className={classes['open']} onClick={() => open(alarm.id)}>
            {alarm.message}
          </UnstyledButton>
          <span className={classes['narrow']}>
            {alarm.site} <Phase alarm={alarm} />
          </span>
        </>
      ),
    },
    { id: 'site', name: 'Site', value: ({ site }) => site, wide: true },
    { id: 'phase', name: 'Now', value: ({ phase }) => phase, show: (alarm) => <Phase alarm={alarm} />, wide: true },
    {
      id: 'raised',
      name: 'Raised (site time)',
      value: ({ raisedAt }) => raisedAt,
      show: ({ raisedAt, site }) => <SiteTime at={raisedAt} timeZone={zones.get(site) ?? 'UTC'} />,
      wide: true,
    },
    {
      id: 'acknowledged',
      name: 'Looked after by',
      value: ({ acknowledgedBy }) => acknowledgedBy ?? '',
      show: (alarm) =>
        alarm.acknowledgedBy !== null || alarm.phase === 'cleared' ? (
          (alarm.acknowledgedBy ?? '–')
        ) : (
          <Button
            size="compact-xs"
            variant="default"
            loading={acknowledge.isPending && acknowledge.variables === alarm.id}
            onClick={() => acknowledge.mutate(alarm.id)}
          >
            Acknowledge
          </Button>
        ),
    },
  ];
  return (
    <>
      <DataTable
        label="alarms"
        rows={rows}
        columns={columns}
        rowKey={({ id }) => id}
        empty={
          <Empty title="No alarm">
            Alarms of flows and alerts of rules stand here as long as they are raised. Nothing is raised now.
          </Empty>
        }
      />
      <AlarmPanel alarm={alarms.find(({ id }) => id === openId)} onClose={() => open(undefined)} />
    </>
  );
}

function Phase({ alarm }: { alarm: AlarmView }) {
  return alarm.phase === 'raised' ? (
    <MeaningMark meaning={alarm.severity === 'critical' ? 'bad' : 'warning'} plain>
      raised
    </MeaningMark>
  ) : (
    <MeaningMark meaning="good" plain>
      cleared
    </MeaningMark>
  );
}
