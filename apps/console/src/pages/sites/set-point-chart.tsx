import { useMemo } from 'react';
import type { StreamRecord } from '../../../../../contracts/records.ts';
import { useTags } from '../../api/use-tags.ts';
import { Section } from '../../parts/section.tsx';
import { type ChartSeries, TimeChart } from '../../parts/time-chart.tsx';
import { useHidden } from '../../parts/use-hidden.ts';
import { bodiesOf } from './record-series.ts';

const colors = ['var(--o-series-4)', 'var(--o-series-1)', 'var(--o-series-2)', 'var(--o-series-3)'] as const;

/** What was written to the equipment, as steps: the battery's set-point for one. */
export function SetPointChart({
  decisions,
  timeZone,
  range,
}: {
  decisions: readonly StreamRecord[];
  timeZone: string;
  range: readonly [number, number];
}) {
  const tags = useTags();
  const [hidden, toggle] = useHidden();
  const series = useMemo(() => seriesOf(decisions, range[1]), [decisions, range[1]]);
  if (series.length === 0) return null;
  const unit = tags.find(({ path }) => path === series[0]?.id)?.tag.unit;
  return (
    <Section title="Written set-points">
      <TimeChart
        label="Written set-points"
        series={series}
        unit={series.length === 1 ? unit : undefined}
        timeZone={timeZone}
        range={range}
        height={140}
        hidden={hidden}
        onToggle={toggle}
      />
    </Section>
  );
}

function seriesOf(decisions: readonly StreamRecord[], until: number): ChartSeries[] {
  const byTag = new Map<string, [number, number][]>();
  for (const { tag, value, sourceTime, outcome } of bodiesOf(decisions, 'write')) {
    if (outcome !== 'written' && outcome !== 'unchanged') continue;
    const points = byTag.get(tag) ?? [];
    points.push([sourceTime, Number(value)]);
    byTag.set(tag, points);
  }
  return [...byTag].map(([tag, points], index) => ({
    id: tag,
    label: tag,
    color: colors[index % colors.length]!,
    shape: 'steps',
    width: 2,
    points: [...points, [until, points.at(-1)![1]]],
  }));
}
