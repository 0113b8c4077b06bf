import { useParams } from '@tanstack/react-router';
import { EdgeError } from '../../../../../contracts/errors.ts';
import { useRoute } from '../../api/use-route.ts';
import { AlarmTable } from '../../parts/alarm-table.tsx';
import { Answered } from '../../parts/answered.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';
import { HealthMark } from '../../parts/marks.tsx';
import { MeaningMark } from '../../parts/meaning.tsx';
import { NodeTable } from '../../parts/node-table.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { definitionTab, eventsTab, historyTab } from '../../parts/resource-tabs.tsx';
import { Section } from '../../parts/section.tsx';
import { TabsInAddress } from '../../parts/tabs-in-address.tsx';
import { SiteLive } from './site-live.tsx';

/** What is this site doing? */
export default function SitePage() {
  const { site: name } = useParams({ from: '/sites/$site' });
  const sites = useRoute('sites', {});
  const nodes = useRoute('nodes', { query: { site: name } });
  const alarms = useRoute('alarms', { query: { phase: 'all', limit: 500 } });
  return (
    <Answered query={sites} lines={8}>
      {({ items }) => {
        const site = items.find((each) => each.name === name);
        if (site === undefined) return <ErrorNote error={new EdgeError('not-found', `There is no site ${name}`)} />;
        return (
          <>
            <PageHead
              title={site.title || site.name}
              up={{ to: '/sites', label: 'Sites' }}
              mark={
                <>
                  <HealthMark health={site.health} />
                  {site.alarms > 0 && (
                    <MeaningMark meaning="warning">
                      {site.alarms} {site.alarms === 1 ? 'alarm' : 'alarms'}
                    </MeaningMark>
                  )}
                </>
              }
              about={`${site.because} · ${site.latitude.toFixed(2)}°, ${site.longitude.toFixed(2)}° · ${site.timeZone}`}
              labels={site.labels}
            />
            <TabsInAddress
              label={`Views of ${site.name}`}
              tabs={[
                { value: 'live', label: 'Live', show: () => <SiteLive site={site} /> },
                {
                  value: 'alarms',
                  label: 'Alarms',
                  show: () => (
                    <Section flush>
                      <Answered query={alarms}>
                        {({ items: all }) => <AlarmTable alarms={all.filter((alarm) => alarm.site === name)} />}
                      </Answered>
                    </Section>
                  ),
                },
                {
                  value: 'nodes',
                  label: `Nodes (${site.nodes.length})`,
                  show: () => (
                    <Section flush>
                      <Answered query={nodes}>{({ items: all }) => <NodeTable nodes={all} />}</Answered>
                    </Section>
                  ),
                },
                eventsTab({ site: name }),
                historyTab('Site', name),
                definitionTab('Site', name),
              ]}
            />
          </>
        );
      }}
    </Answered>
  );
}
