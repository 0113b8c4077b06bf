import { useParams } from '@tanstack/react-router';
import { useRoute } from '../../api/use-route.ts';
import { Answered } from '../../parts/answered.tsx';
import { FiveCounts } from '../../parts/five-counts.tsx';
import { HealthMark, RolloutMark } from '../../parts/marks.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { definitionTab, historyTab } from '../../parts/resource-tabs.tsx';
import { Section } from '../../parts/section.tsx';
import { TabsInAddress } from '../../parts/tabs-in-address.tsx';
import { ReleaseTable } from './release-table.tsx';
import { RolloutProgress } from './rollout-progress.tsx';

/** Does what was deployed run where it should? */
export default function DeploymentPage() {
  const { deployment: name } = useParams({ from: '/deployments/$deployment' });
  const deployment = useRoute('deployment', { params: { deployment: name } });
  return (
    <Answered query={deployment} lines={8}>
      {(view) => (
        <>
          <PageHead
            title={view.name}
            up={{ to: '/deployments', label: 'Deployments' }}
            mark={
              <>
                <HealthMark health={view.health} />
                {view.rollout !== null && view.rollout.phase !== 'done' && <RolloutMark phase={view.rollout.phase} />}
              </>
            }
            about={`${view.release === null ? 'no release yet' : `release ${view.release}`} · ${view.because}`}
            labels={view.labels}
          />
          <TabsInAddress
            label={`Views of ${view.name}`}
            tabs={[
              {
                value: 'overview',
                label: 'Overview',
                show: () => (
                  <div style={{ display: 'grid', gap: 16 }}>
                    <Section title="Nodes">
                      <FiveCounts counts={view.counts} large />
                    </Section>
                    <RolloutProgress rollout={view.rollout} />
                  </div>
                ),
              },
              {
                value: 'releases',
                label: `Releases (${view.releases.length})`,
                show: () => <ReleaseTable deployment={view} />,
              },
              historyTab('Deployment', name),
              definitionTab('Deployment', name),
            ]}
          />
        </>
      )}
    </Answered>
  );
}
