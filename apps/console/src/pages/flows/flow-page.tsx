import { Link, useParams } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import type { FlowSpec } from '../../../../../contracts/kinds/flow.ts';
import { useRoute } from '../../api/use-route.ts';
import { Answered } from '../../parts/answered.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { definitionTab, historyTab } from '../../parts/resource-tabs.tsx';
import { TabsInAddress } from '../../parts/tabs-in-address.tsx';
import { FlowAtNodes } from './flow-at-nodes.tsx';

const FlowDrawing = lazy(() => import('./flow-drawing.tsx'));

/** What does this flow do, step by step, and where does it run? */
export default function FlowPage() {
  const { flow: name } = useParams({ from: '/flows/$flow' });
  const resource = useRoute('getResource', { params: { kind: 'Flow', name } });
  const deployments = useRoute('listResources', { params: { kind: 'Deployment' }, query: { limit: 1000 } });
  const by = (deployments.data?.items ?? []).filter(({ spec }) =>
    (spec['flows'] as string[] | undefined)?.includes(name),
  );
  return (
    <Answered query={resource} lines={8}>
      {(kept) => {
        const spec = kept.spec as unknown as FlowSpec;
        return (
          <>
            <PageHead
              title={name}
              up={{ to: '/flows', label: 'Flows' }}
              about={
                <>
                  {spec.about} {by.length === 0 ? 'Not deployed.' : 'Deployed by '}
                  {by.map((deployment) => (
                    <Link key={deployment.name} to="/deployments/$deployment" params={{ deployment: deployment.name }}>
                      {deployment.name}{' '}
                    </Link>
                  ))}
                </>
              }
              labels={kept.labels}
            />
            <TabsInAddress
              label={`Views of ${name}`}
              tabs={[
                {
                  value: 'drawing',
                  label: 'Drawing',
                  show: () => (
                    <Suspense fallback={null}>
                      <FlowDrawing spec={spec} />
                    </Suspense>
                  ),
                },
                { value: 'nodes', label: 'At nodes', show: () => <FlowAtNodes flow={name} /> },
                historyTab('Flow', name),
                definitionTab('Flow', name),
              ]}
            />
          </>
        );
      }}
    </Answered>
  );
}
