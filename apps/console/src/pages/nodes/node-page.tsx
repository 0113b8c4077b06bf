import { Link, useParams } from '@tanstack/react-router';
import { useRoute } from '../../api/use-route.ts';
import { Answered } from '../../parts/answered.tsx';
import { HealthMark } from '../../parts/marks.tsx';
import { MeaningMark } from '../../parts/meaning.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { definitionTab, eventsTab, historyTab } from '../../parts/resource-tabs.tsx';
import { TabsInAddress } from '../../parts/tabs-in-address.tsx';
import { TimeAgo } from '../../time/time-ago.tsx';
import { NodeConnectors } from './node-connectors.tsx';
import { NodeLogs } from './node-logs.tsx';
import { NodeManifest } from './node-manifest.tsx';
import { NodeOverview } from './node-overview.tsx';
import { NodeStreams } from './node-streams.tsx';
import { NodeWorkloads } from './node-workloads.tsx';

/** What should this node run, what does it run, and how is it? */
export default function NodePage() {
  const { node: name } = useParams({ from: '/nodes/$node' });
  const node = useRoute('node', { params: { node: name } });
  return (
    <Answered query={node} lines={8}>
      {(view) => (
        <>
          <PageHead
            title={view.name}
            up={{ to: '/nodes', label: 'Nodes' }}
            mark={
              <>
                <HealthMark health={view.health} />
                {!view.connected && <MeaningMark meaning="unknown">no line</MeaningMark>}
                {!view.converged && <MeaningMark meaning="moving">on its way</MeaningMark>}
              </>
            }
            about={
              <>
                {view.because} · at{' '}
                <Link to="/sites/$site" params={{ site: view.site }}>
                  {view.site}
                </Link>{' '}
                ·{' '}
                {view.seenAt === null ? (
                  'never seen'
                ) : (
                  <>
                    seen <TimeAgo at={view.seenAt} />
                  </>
                )}
              </>
            }
            labels={view.labels}
          />
          <TabsInAddress
            label={`Views of ${view.name}`}
            tabs={[
              { value: 'overview', label: 'Overview', show: () => <NodeOverview node={view} /> },
              {
                value: 'workloads',
                label: `Workloads${counted(view.report?.workloads)}`,
                show: () => <NodeWorkloads node={view} />,
              },
              {
                value: 'connectors',
                label: `Connectors${counted(view.report?.connectors)}`,
                show: () => <NodeConnectors node={view} />,
              },
              {
                value: 'streams',
                label: `Streams${counted(view.report?.streams)}`,
                show: () => <NodeStreams node={view} />,
              },
              { value: 'manifest', label: 'Manifest', show: () => <NodeManifest node={view.name} /> },
              { value: 'logs', label: 'Logs', show: () => <NodeLogs node={view.name} /> },
              eventsTab({ node: view.name }),
              historyTab('Node', view.name),
              definitionTab('Node', view.name),
            ]}
          />
        </>
      )}
    </Answered>
  );
}

function counted(list: readonly unknown[] | undefined): string {
  return list === undefined ? '' : ` (${list.length})`;
}
