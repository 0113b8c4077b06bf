import { useComputedColorScheme } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useEffect, useMemo, useRef, useState } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { formatInstant } from '../time/format-time.ts';
import { alignSeries } from './align-series.ts';
import { breakAtGaps } from './break-at-gaps.ts';
import { type ChartMark, chartOptions } from './chart-options.ts';
import { formatValue } from './format-value.ts';
import classes from './time-chart.module.css';

/** One line of a chart; points are `[source time in ms, value]` in order of time. */
export interface ChartSeries {
  id: string;
  label: string;
  color: string;
  points: readonly (readonly [number, number | null])[];
  shape?: 'line' | 'steps' | 'points';
  dash?: readonly number[];
  width?: number;
}

/** Lines over source time with marks for what happened; charts with the same `cursor` share their cursor. */
export function TimeChart({
  label,
  series,
  unit,
  marks = [],
  timeZone,
  range,
  height = 280,
  cursor = 'page',
  hidden,
  onToggle,
}: {
  label: string;
  series: readonly ChartSeries[];
  unit?: string | undefined;
  marks?: readonly ChartMark[];
  timeZone: string;
  range: readonly [number, number];
  height?: number;
  cursor?: string;
  hidden: ReadonlySet<string>;
  onToggle: (id: string) => void;
}) {
  const { ref: sizer, width } = useElementSize();
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const scheme = useComputedColorScheme('light', { getInitialValueInEffect: false });
  const [at, setAt] = useState<number | null>(null);
  const data = useMemo(
    () => alignSeries(series.map(({ points, shape: form }) => (form === undefined ? breakAtGaps(points) : points))),
    [series],
  );
  const shape = series.map(({ id, label: name, color, shape: form }) => [id, name, color, form].join()).join(';');
  const latest = useRef({ data, marks, range, hidden, series });
  latest.current = { data, marks, range, hidden, series };

  // biome-ignore lint/correctness/useExhaustiveDependencies: `shape` stands for what of the series the options use
  useEffect(() => {
    if (place.current === null || width === 0) return;
    const options = chartOptions({
      series: latest.current.series,
      marks: () => latest.current.marks,
      range: () => latest.current.range,
      hidden: latest.current.hidden,
      timeZone,
      cursor,
      unit,
      size: { width, height },
      onCursor: setAt,
    });
    const made = new uPlot(options, latest.current.data, place.current);
    plot.current = made;
    return () => {
      made.destroy();
      plot.current = null;
    };
  }, [shape, width, height, scheme, timeZone, cursor, unit]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: marks and range are read when it draws
  useEffect(() => {
    plot.current?.setData(data, true);
  }, [data, marks, range[0], range[1]]);

  useEffect(() => {
    for (const [index, { id }] of latest.current.series.entries()) {
      plot.current?.setSeries(index + 1, { show: !hidden.has(id) });
    }
  }, [hidden]);

  return (
    <figure className={classes['figure']} aria-label={label}>
      <div className={classes['legend']}>
        {series.map(({ id, label: name, color, dash, points }, index) => (
          <button
            key={id}
            type="button"
            aria-pressed={!hidden.has(id)}
            onClick={() => onToggle(id)}
            title={hidden.has(id) ? `Show ${name}` : `Hide ${name}`}
          >
            <svg width="18" height="8" aria-hidden="true">
              <line x1="0" y1="4" x2="18" y2="4" stroke={color} strokeWidth="2.5" strokeDasharray={dash?.join(' ')} />
            </svg>
            {name}
            <b>{formatValue(valueAt(data, index, at) ?? points.at(-1)?.[1] ?? null, unit)}</b>
          </button>
        ))}
        <span className={classes['at']}>{at === null ? 'newest' : formatInstant(data[0][at]! * 1000, timeZone)}</span>
      </div>
      <div ref={sizer} style={{ minHeight: height }}>
        <div ref={place} role="img" aria-label={describe(label, series, unit)} />
      </div>
    </figure>
  );
}

function valueAt(data: uPlot.AlignedData, index: number, at: number | null): number | null {
  return at === null ? null : (data[index + 1]?.[at] ?? null);
}

function describe(label: string, series: readonly ChartSeries[], unit: string | undefined): string {
  const newest = series.map(({ label: name, points }) => `${name} ${formatValue(points.at(-1)?.[1] ?? null, unit)}`);
  return `${label}. Newest: ${newest.join(', ')}.`;
}
