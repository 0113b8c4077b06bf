import { Button, Drawer, Stack } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { AlarmView } from '../../../../contracts/views.ts';
import { useRoute } from '../api/use-route.ts';
import { useSiteZones } from '../api/use-site-zones.ts';
import { SiteTime } from '../time/site-time.tsx';
import classes from './alarm-panel.module.css';
import { KeyValues } from './key-values.tsx';
import { SeverityMark } from './marks.tsx';
import { useAcknowledge } from './use-acknowledge.ts';

/** One alarm and its way to the cause: the tag's chart, the step that raised it, the release and model that brought it. */
export function AlarmPanel({ alarm, onClose }: { alarm: AlarmView | undefined; onClose: () => void }) {
  return (
    <Drawer
      opened={alarm !== undefined}
      onClose={onClose}
      position="right"
      size="md"
      title={alarm === undefined ? '' : `Alarm ${alarm.name}`}
      closeButtonProps={{ 'aria-label': 'Close the alarm' }}
    >
      {alarm !== undefined && <Trail alarm={alarm} />}
    </Drawer>
  );
}

function Trail({ alarm }: { alarm: AlarmView }) {
  const zone = useSiteZones().get(alarm.site) ?? 'UTC';
  const acknowledge = useAcknowledge();
  return (
    <Stack gap="md">
      <div>
        <SeverityMark severity={alarm.severity} />
        <p className={classes['message']}>{alarm.message}</p>
      </div>
      <KeyValues
        rows={[
          ['Raised', <SiteTime key="raised" at={alarm.raisedAt} timeZone={zone} />],
          [
            'Now',
            alarm.clearedAt === null ? (
              alarm.phase
            ) : (
              <>
                cleared <SiteTime at={alarm.clearedAt} timeZone={zone} />
              </>
            ),
          ],
          ['From', alarm.from === 'flow' ? 'a flow at the node' : 'an alert rule in the control plane'],
          ['Looked after by', alarm.acknowledgedBy ?? 'nobody yet'],
        ]}
      />
      <h3 className={classes['title']}>From symptom to cause</h3>
      <ol className={classes['trail']}>
        <Cause label="Site, with its chart">
          <Link
            to="/sites/$site"
            params={{ site: alarm.site }}
            search={{ tab: 'live', node: alarm.node, ...(alarm.tag === null ? {} : { tag: alarm.tag }) }}
          >
            {alarm.tag === null ? alarm.site : `${alarm.tag} at ${alarm.site}`}
          </Link>
        </Cause>
        <Cause label="Node, with its logs">
          <Link to="/nodes/$node" params={{ node: alarm.node }} search={{ tab: 'logs' }}>
            {alarm.node}
          </Link>
        </Cause>
        {alarm.flow !== null && (
          <Cause label="Step that raised it">
            <Link
              to="/flows/$flow"
              params={{ flow: alarm.flow }}
              search={alarm.step === null ? {} : { step: alarm.step }}
            >
              {alarm.step === null ? alarm.flow : `${alarm.step} of ${alarm.flow}`}
            </Link>
          </Cause>
        )}
        {alarm.release !== null && <ReleaseCause release={alarm.release} />}
      </ol>
      {alarm.acknowledgedBy === null && alarm.phase === 'raised' && (
        <Button size="sm" loading={acknowledge.isPending} onClick={() => acknowledge.mutate(alarm.id)}>
          Acknowledge: I look after it
        </Button>
      )}
    </Stack>
  );
}

function ReleaseCause({ release: { deployment, release } }: { release: NonNullable<AlarmView['release']> }) {
  const view = useRoute('deployment', { params: { deployment } });
  const models = view.data?.releases.find((each) => each.release === release)?.models ?? [];
  return (
    <>
      {models.map((model) => {
        const [name = '', version = ''] = model.split(':');
        return (
          <Cause key={model} label="Model version in that release">
            <Link to="/models/$model" params={{ model: name }} search={{ version: Number(version) }}>
              {name} version {version}
            </Link>
          </Cause>
        );
      })}
      <Cause label="Release that brought it">
        <Link to="/deployments/$deployment" params={{ deployment }} search={{ tab: 'releases', release }}>
          release {release} of {deployment}
        </Link>
      </Cause>
    </>
  );
}

function Cause({ label, children }: { label: string; children: ReactNode }) {
  return (
    <li>
      <small>{label}</small>
      {children}
    </li>
  );
}
