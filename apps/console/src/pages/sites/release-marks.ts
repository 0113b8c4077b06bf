import type { StreamRecord } from '../../../../../contracts/records.ts';
import type { DeploymentView } from '../../../../../contracts/views.ts';
import type { ChartMark } from '../../parts/chart-options.ts';

/**
 * Where releases stand on a chart by source time: a release is made in wall time, so it is drawn at the first record that
 * the node journalled after it. Releases older than every record are left out.
 */
export function releaseMarks(
  deployments: readonly DeploymentView[],
  records: readonly StreamRecord[],
  flow: string,
): ChartMark[] {
  const [oldest] = records;
  if (oldest === undefined) return [];
  return deployments.flatMap(({ releases }) =>
    releases
      .filter(({ flows, madeAt }) => flows.includes(flow) && madeAt > oldest.at)
      .flatMap(({ release, madeAt }) => {
        const body = records.find(({ at }) => at >= madeAt)?.body;
        if (body === undefined || body.kind === 'event') return [];
        return [{ at: body.sourceTime, label: `release ${release}`, color: 'var(--o-accent)' }];
      }),
  );
}
