import { Link } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import type { Overview } from '../../../../../contracts/views.ts';
import { useRoute } from '../../api/use-route.ts';
import { Answered } from '../../parts/answered.tsx';
import { Column, Columns } from '../../parts/columns.tsx';
import { Empty } from '../../parts/empty.tsx';
import { LinkButton } from '../../parts/link-button.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { Section } from '../../parts/section.tsx';
import { AlarmCounts } from './alarm-counts.tsx';
import { DeploymentRows } from './deployment-rows.tsx';
import { FleetCounts } from './fleet-counts.tsx';
import { LastDay } from './last-day.tsx';
import classes from './overview.module.css';
import { SiteTiles } from './site-tiles.tsx';

const SiteMap = lazy(() => import('./site-map.tsx'));

/** Is the fleet well? */
export default function OverviewPage() {
  const overview = useRoute('overview', {});
  return (
    <>
      <PageHead title="Overview" />
      <Answered query={overview} lines={8}>
        {(data) => (data.sites.length === 0 ? <FirstSteps /> : <Fleet overview={data} />)}
      </Answered>
    </>
  );
}

function Fleet({ overview }: { overview: Overview }) {
  return (
    <Columns>
      <Column span={8}>
        <FleetCounts counts={overview.counts} />
        <Section title="Sites" flush actions={<Link to="/sites">All sites</Link>}>
          <Suspense fallback={<div className={classes['map']} />}>
            <SiteMap sites={overview.sites} />
          </Suspense>
          <SiteTiles sites={overview.sites} />
        </Section>
        <Section title="Deployments" flush>
          <DeploymentRows deployments={overview.deployments} />
        </Section>
      </Column>
      <Column span={4}>
        <Section title="Alarms" actions={<Link to="/alarms">All alarms</Link>}>
          <AlarmCounts counts={overview.alarms} />
        </Section>
        <Section title="Needs a decision">
          {overview.decisions.length === 0 ? (
            <p className={classes['quiet']}>Nothing waits for a person.</p>
          ) : (
            <ul className={classes['decisions']}>
              {overview.decisions.map(({ what, href }) => (
                <li key={`${href} ${what}`}>
                  <Link to={href}>{what}</Link>
                </li>
              ))}
            </ul>
          )}
        </Section>
        <LastDay />
      </Column>
    </Columns>
  );
}

function FirstSteps() {
  return (
    <Section>
      <Empty
        title="No site yet"
        action={
          <LinkButton to="/change" search={{ kind: 'Site' }}>
            Make the first site
          </LinkButton>
        }
      >
        Sites stand on a map here, by health. A site is a physical place; make one, then enrol a node there with one
        line, connect its equipment, and deploy a flow.
      </Empty>
    </Section>
  );
}
