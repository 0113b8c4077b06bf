import { NativeSelect } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { StreamRecord } from '../../../../../contracts/records.ts';
import { useRoute } from '../../api/use-route.ts';
import { Answered } from '../../parts/answered.tsx';
import type { ChartMark } from '../../parts/chart-options.ts';
import { Empty } from '../../parts/empty.tsx';
import { Section } from '../../parts/section.tsx';
import { type ChartSeries, TimeChart } from '../../parts/time-chart.tsx';
import { useHidden } from '../../parts/use-hidden.ts';
import { TimeRangeControl } from '../../shell/time-range-control.tsx';
import { type BodyOf, bodiesOf, referenceName, stepOf } from './record-series.ts';
import { releaseMarks } from './release-marks.ts';
import { useScoreUnit } from './use-score-unit.ts';

const referenceLook = [
  { color: 'var(--o-series-2)', dash: [2, 3] },
  { color: 'var(--o-series-3)', dash: [6, 3] },
  { color: 'var(--o-series-4)', dash: [8, 3, 2, 3] },
] as const;

/** Prediction, truth and the references that it must beat, by the source time that they are about. */
export function PredictionChart({
  scores,
  predictions,
  alarms,
  timeZone,
  range,
}: {
  scores: UseQueryResult<readonly StreamRecord[]>;
  predictions: readonly StreamRecord[];
  alarms: readonly StreamRecord[];
  timeZone: string;
  range: readonly [number, number];
}) {
  const bodies = useMemo(() => bodiesOf(scores.data ?? [], 'score'), [scores.data]);
  const steps = [...new Set(bodies.map(stepOf))];
  const [wanted, setWanted] = useState('');
  const chosen = steps.includes(wanted) ? wanted : (steps[0] ?? '');
  const unit = useScoreUnit(chosen);
  const [hidden, toggle] = useHidden(['plain persistence']);
  const series = useMemo(
    () =>
      seriesOf(
        bodies.filter((body) => stepOf(body) === chosen),
        predictions,
      ),
    [bodies, chosen, predictions],
  );
  const deployments = useRoute('deployments', {}).data?.items;
  const flow = chosen.split(' / ')[0] ?? '';
  const marks = useMemo(
    () => [...marksOf(alarms), ...releaseMarks(deployments ?? [], scores.data ?? [], flow)],
    [alarms, deployments, scores.data, flow],
  );
  return (
    <Section
      title="Prediction against truth"
      note="by the time it is about, in site time"
      actions={
        <>
          <TimeRangeControl phone />
          {steps.length > 1 && (
            <NativeSelect
              size="xs"
              aria-label="Which score"
              data={steps}
              value={chosen}
              onChange={(event) => setWanted(event.currentTarget.value)}
            />
          )}
        </>
      }
    >
      <Answered query={scores} lines={8}>
        {() =>
          bodies.length === 0 ? (
            <Empty title="No truth yet">
              Once the truth of the first prediction has arrived, prediction, truth and the references are drawn here.
            </Empty>
          ) : (
            <TimeChart
              label={`Prediction against truth of ${chosen}`}
              series={series}
              unit={unit}
              marks={marks}
              timeZone={timeZone}
              range={range}
              hidden={hidden}
              onToggle={toggle}
            />
          )
        }
      </Answered>
    </Section>
  );
}

function seriesOf(scores: readonly BodyOf<'score'>[], records: readonly StreamRecord[]): ChartSeries[] {
  const names = [...new Set(scores.flatMap(({ references }) => Object.keys(references)))];
  const last = scores.at(-1);
  const still = bodiesOf(records, 'prediction').filter(
    ({ flow, forTime, values }) => flow === last?.flow && forTime > last.sourceTime && Object.keys(values).length === 1,
  );
  return [
    {
      id: 'truth',
      label: 'truth',
      color: 'var(--o-series-truth)',
      width: 2,
      points: scores.map((body) => [body.sourceTime, body.truth]),
    },
    {
      id: 'prediction',
      label: 'prediction',
      color: 'var(--o-series-1)',
      width: 2,
      points: [
        ...scores.map((body) => [body.sourceTime, body.predicted] as const),
        ...still.map((body) => [body.forTime, Object.values(body.values)[0] ?? null] as const),
      ],
    },
    ...names.map((name, index) => ({
      id: referenceName(name),
      label: referenceName(name),
      ...referenceLook[index % referenceLook.length]!,
      points: scores.map((body) => [body.sourceTime, body.references[name] ?? null] as const),
    })),
  ];
}

function marksOf(records: readonly StreamRecord[]): ChartMark[] {
  return bodiesOf(records, 'alarm')
    .filter(({ phase }) => phase === 'raised')
    .map(({ sourceTime, severity }) => ({
      at: sourceTime,
      label: '▲',
      color: severity === 'critical' ? 'var(--o-bad)' : 'var(--o-warning)',
    }));
}
