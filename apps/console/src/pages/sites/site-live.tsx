import { SegmentedControl } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { SiteView } from '../../../../../contracts/views.ts';
import { useNodeRecords } from '../../live/use-node-records.ts';
import { useNodeWatch } from '../../live/use-node-watch.ts';
import { Column, Columns } from '../../parts/columns.tsx';
import { Empty } from '../../parts/empty.tsx';
import { Section } from '../../parts/section.tsx';
import { parseTimeRange, timeRanges } from '../../time/time-range.ts';
import { DecisionList } from './decision-list.tsx';
import { LiveTags } from './live-tags.tsx';
import { PredictionChart } from './prediction-chart.tsx';
import { newestSourceTime } from './record-series.ts';
import { SetPointChart } from './set-point-chart.tsx';
import { SkillCard } from './skill-card.tsx';
import { TagChart } from './tag-chart.tsx';
import { useNodeTags } from './use-node-tags.ts';

/** Values, predictions against truth, error and skill, decisions and writes of one node of a site, as they happen. */
export function SiteLive({ site }: { site: SiteView }) {
  const { node: asked, range: word, tag } = useSearch({ strict: false });
  const navigate = useNavigate();
  const node = asked !== undefined && site.nodes.includes(asked) ? asked : site.nodes[0];
  const scores = useNodeRecords(node, 'scores');
  const decisions = useNodeRecords(node, 'decisions');
  const alarms = useNodeRecords(node, 'alarms', 300);
  const ahead = useNodeRecords(node, 'predictions', 300);
  const values = useNodeWatch(node);
  const known = useNodeTags(node);
  if (node === undefined) {
    return (
      <Section>
        <Empty title="No node at this site">
          Enrol one under Settings; what it reads, predicts and decides appears here.
        </Empty>
      </Section>
    );
  }
  const end = newestSourceTime([scores.data, decisions.data, ahead.data]);
  const span = timeRanges[parseTimeRange(word)].ms;
  const range: readonly [number, number] = [end - span, end + span * 0.02];
  const shared = { timeZone: site.timeZone, range } as const;
  return (
    <>
      {site.nodes.length > 1 && (
        <SegmentedControl
          mb="md"
          aria-label="Node"
          data={site.nodes}
          value={node}
          onChange={(value) => void navigate({ to: '.', search: (before) => ({ ...before, node: value }) })}
        />
      )}
      <Columns>
        <Column span={8}>
          {tag !== undefined && (
            <TagChart
              path={tag}
              live={values.get(tag)}
              known={known.find(({ path }) => path === tag)}
              timeZone={site.timeZone}
            />
          )}
          <PredictionChart scores={scores} predictions={ahead.data ?? []} alarms={alarms.data ?? []} {...shared} />
          <SetPointChart decisions={decisions.data ?? []} {...shared} />
          <DecisionList decisions={decisions.data ?? []} timeZone={site.timeZone} />
        </Column>
        <Column span={4}>
          <SkillCard scores={scores.data ?? []} />
          <LiveTags node={node} values={values} known={known} chosen={tag} timeZone={site.timeZone} />
        </Column>
      </Columns>
    </>
  );
}
