import { Link } from '@tanstack/react-router';
import type { StreamRecord } from '../../../../../contracts/records.ts';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Empty } from '../../parts/empty.tsx';
import { formatNumber, formatValue } from '../../parts/format-value.ts';
import { type Meaning, MeaningMark } from '../../parts/meaning.tsx';
import { Section } from '../../parts/section.tsx';
import { SiteTime } from '../../time/site-time.tsx';
import { type BodyOf, bodiesOf } from './record-series.ts';

const SHOWN_MAX = 50;
type Row = BodyOf<'decision'> | BodyOf<'write'>;
const ofOutcome: { [K in BodyOf<'write'>['outcome']]: Meaning } = {
  written: 'good',
  unchanged: 'info',
  refused: 'warning',
  failed: 'bad',
};

/** What the flows decided and wrote, newest first. */
export function DecisionList({ decisions, timeZone }: { decisions: readonly StreamRecord[]; timeZone: string }) {
  const rows: Row[] = [...bodiesOf(decisions, 'decision'), ...bodiesOf(decisions, 'write')]
    .sort((a, b) => b.sourceTime - a.sourceTime)
    .slice(0, SHOWN_MAX);
  const columns: readonly Column<Row>[] = [
    {
      id: 'at',
      name: 'Site time',
      value: ({ sourceTime }) => sourceTime,
      show: ({ sourceTime }) => <SiteTime at={sourceTime} timeZone={timeZone} />,
    },
    { id: 'what', name: 'What', value: sentence, show: (row) => <What row={row} /> },
    {
      id: 'step',
      name: 'Step',
      value: ({ flow, step }) => `${flow} ${step}`,
      show: ({ flow, step }) => (
        <Link to="/flows/$flow" params={{ flow }} search={{ step }}>
          {step}
        </Link>
      ),
      wide: true,
    },
    {
      id: 'latency',
      name: 'Took',
      value: ({ latencyMs }) => latencyMs ?? null,
      show: ({ latencyMs }) => (latencyMs === undefined ? '–' : `${formatNumber(latencyMs)} ms`),
      right: true,
      wide: true,
    },
  ];
  return (
    <Section title="Decisions and writes" note={`the newest ${SHOWN_MAX}`} flush>
      <DataTable
        label="decisions"
        search={false}
        rows={rows}
        columns={columns}
        rowKey={(row) => `${row.sourceTime} ${row.step} ${row.kind}`}
        empty={
          <Empty title="No decision yet">
            What the flows of this node decide and write to the equipment appears here.
          </Empty>
        }
      />
    </Section>
  );
}

function What({ row }: { row: Row }) {
  if (row.kind === 'decision') {
    return (
      <>
        <MeaningMark meaning="info">{row.decided ? 'became true' : 'became false'}</MeaningMark> {row.because}
      </>
    );
  }
  return (
    <>
      <MeaningMark meaning={ofOutcome[row.outcome]}>{row.outcome}</MeaningMark> {sentence(row)}
    </>
  );
}

function sentence(row: Row): string {
  if (row.kind === 'decision') return row.because;
  const from = row.previous === null ? '' : `, before ${formatValue(row.previous)}`;
  return `${row.tag} = ${formatValue(row.value)}${from}${row.because === undefined ? '' : `: ${row.because}`}`;
}
