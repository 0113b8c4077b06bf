import { Link } from '@tanstack/react-router';
import type { Overview } from '../../../../../contracts/views.ts';
import { Empty } from '../../parts/empty.tsx';
import { FiveCounts } from '../../parts/five-counts.tsx';
import { LinkButton } from '../../parts/link-button.tsx';
import { HealthMark } from '../../parts/marks.tsx';
import { MeaningMark } from '../../parts/meaning.tsx';
import classes from './overview.module.css';

/** Every deployment with its five counts. */
export function DeploymentRows({ deployments }: { deployments: Overview['deployments'] }) {
  if (deployments.length === 0) {
    return (
      <Empty
        title="Nothing is deployed"
        action={
          <LinkButton to="/change" search={{ kind: 'Deployment' }}>
            Make a deployment
          </LinkButton>
        }
      >
        A deployment says which flows run on which nodes, and how a change goes out.
      </Empty>
    );
  }
  return (
    <div className={classes['rows']}>
      {deployments.map(({ name, health, counts, rolling }) => (
        <div key={name} className={classes['row']}>
          <Link to="/deployments/$deployment" params={{ deployment: name }}>
            {name}
          </Link>
          <span className={classes['line']}>
            {rolling && <MeaningMark meaning="moving">rolling out</MeaningMark>}
            <HealthMark health={health} />
          </span>
          <FiveCounts counts={counts} />
        </div>
      ))}
    </div>
  );
}
