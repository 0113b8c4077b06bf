import uPlot from 'uplot';
import { formatNumber } from './format-value.ts';
import type { ChartSeries } from './time-chart.tsx';

/** Something that happened, drawn as an upright line with a letter. */
export interface ChartMark {
  at: number;
  label: string;
  color: string;
}

/** What uPlot needs to draw a chart in the console's look. Colours may be CSS variables. */
export function chartOptions(wanted: {
  series: readonly ChartSeries[];
  marks: () => readonly ChartMark[];
  range: () => readonly [number, number];
  hidden: ReadonlySet<string>;
  timeZone: string;
  cursor: string;
  unit: string | undefined;
  size: { width: number; height: number };
  onCursor: (index: number | null) => void;
}): uPlot.Options {
  const font = '11px system-ui, sans-serif';
  const axis = {
    stroke: colorOf('var(--o-dim)'),
    font,
    ticks: { show: false },
    grid: { stroke: colorOf('var(--o-line)'), width: 1 },
  };
  return {
    ...wanted.size,
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), wanted.timeZone),
    legend: { show: false },
    cursor: {
      sync: { key: wanted.cursor, setSeries: false },
      y: false,
      points: { size: 7 },
      drag: { x: false, y: false },
    },
    padding: [12, 8, 0, 0],
    scales: { x: { range: () => wanted.range().map((ms) => ms / 1000) as [number, number] } },
    axes: [
      { ...axis, space: 72, values: (_plot, splits) => timeLabels(splits, wanted.timeZone) },
      { ...axis, size: 48, values: (_plot, splits) => splits.map((value) => formatNumber(value)) },
    ],
    series: [{}, ...wanted.series.map((series) => drawnSeries(series, wanted.hidden))],
    hooks: {
      setCursor: [(plot) => wanted.onCursor(plot.cursor.idx ?? null)],
      draw: [(plot) => drawMarks(plot, wanted.marks())],
    },
  };
}

function drawnSeries(series: ChartSeries, hidden: ReadonlySet<string>): uPlot.Series {
  const shape = series.shape ?? 'line';
  return {
    label: series.label,
    show: !hidden.has(series.id),
    stroke: colorOf(series.color),
    width: shape === 'points' ? 0 : (series.width ?? 1.5),
    spanGaps: false,
    points: shape === 'points' ? { show: true, size: 6, fill: colorOf(series.color) } : { show: false },
    ...(series.dash === undefined ? {} : { dash: [...series.dash] }),
    ...(shape === 'steps' && uPlot.paths.stepped !== undefined ? { paths: uPlot.paths.stepped({ align: 1 }) } : {}),
  };
}

function drawMarks(plot: uPlot, marks: readonly ChartMark[]): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.font = `${10 * devicePixelRatio}px system-ui, sans-serif`;
  ctx.textAlign = 'center';
  for (const mark of marks) {
    const x = plot.valToPos(mark.at / 1000, 'x', true);
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.strokeStyle = colorOf(mark.color);
    ctx.fillStyle = ctx.strokeStyle;
    ctx.setLineDash([3 * devicePixelRatio, 3 * devicePixelRatio]);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    ctx.fillText(mark.label, x, bbox.top - 2 * devicePixelRatio);
  }
  ctx.restore();
}

/** Hours on a 24-hour clock; the day once below its first label. */
function timeLabels(splits: readonly number[], timeZone: string): string[] {
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' });
  const day = new Intl.DateTimeFormat('en-GB', { timeZone, day: 'numeric', month: 'short' });
  return splits.map((seconds, index) => {
    const today = day.format(seconds * 1000);
    const before = index === 0 ? '' : day.format(splits[index - 1]! * 1000);
    const hour = clock.format(seconds * 1000);
    return today === before ? hour : `${hour}\n${today}`;
  });
}

function colorOf(color: string): string {
  const name = /^var\((--[\w-]+)\)$/.exec(color)?.[1];
  return name === undefined ? color : getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
