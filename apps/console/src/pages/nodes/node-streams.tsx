import type { ObservedStream } from '../../../../../contracts/records.ts';
import type { NodeView, StreamView } from '../../../../../contracts/views.ts';
import { useRoute } from '../../api/use-route.ts';
import { Answered } from '../../parts/answered.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Empty } from '../../parts/empty.tsx';
import { formatBytes, formatShare } from '../../parts/format-value.ts';
import { MeaningMark } from '../../parts/meaning.tsx';
import { Section } from '../../parts/section.tsx';
import { TimeAgo } from '../../time/time-ago.tsx';
import classes from './node.module.css';

const HIGH_FILL = 0.8;

interface Row {
  name: string;
  here: StreamView | undefined;
  there: ObservedStream | undefined;
}

const count = (value: number | undefined) => (value === undefined ? 'unknown' : value.toLocaleString('en'));

const columns: readonly Column<Row>[] = [
  { id: 'stream', name: 'Stream', value: ({ name }) => name },
  {
    id: 'published',
    name: 'Published at the node',
    value: ({ there }) => there?.published ?? null,
    show: ({ there }) => count(there?.published),
    right: true,
    wide: true,
  },
  {
    id: 'stored',
    name: 'Stored here',
    value: ({ here }) => here?.stored ?? null,
    show: ({ here }) => count(here?.stored),
    right: true,
  },
  { id: 'complete', name: 'Complete', value: (row) => completeness(row), show: (row) => <Complete row={row} /> },
  {
    id: 'pending',
    name: 'Waiting to be sent',
    value: ({ there }) => there?.pending ?? null,
    show: ({ there }) => count(there?.pending),
    right: true,
    wide: true,
  },
  {
    id: 'dropped',
    name: 'Given up',
    value: ({ here, there }) => there?.dropped ?? here?.dropped ?? null,
    show: ({ here, there }) => count(there?.dropped ?? here?.dropped),
    right: true,
    wide: true,
  },
  {
    id: 'again',
    name: 'Came again',
    value: ({ here }) => here?.duplicatesRefused ?? null,
    show: ({ here }) => count(here?.duplicatesRefused),
    right: true,
    wide: true,
  },
  {
    id: 'fill',
    name: 'Fill at the node',
    value: ({ there }) => there?.fill ?? null,
    show: ({ there }) => <Fill stream={there} />,
    wide: true,
  },
  {
    id: 'last',
    name: 'Newest record',
    value: ({ here }) => here?.lastAt ?? null,
    show: ({ here }) => (here?.lastAt == null ? 'none' : <TimeAgo at={here.lastAt} />),
    wide: true,
  },
];

/** How full each stream is at the node, and how complete it is here. */
export function NodeStreams({ node }: { node: NodeView }) {
  const streams = useRoute('streams', { query: { node: node.name } });
  return (
    <Section flush>
      <Answered query={streams}>
        {({ items }) => {
          const there = new Map((node.report?.streams ?? []).map((stream) => [stream.stream, stream]));
          const names = [...new Set([...items.map(({ stream }) => stream), ...there.keys()])].sort();
          return (
            <DataTable
              label="streams"
              rows={names.map((name) => ({ name, there: there.get(name), here: newestOf(items, name) }))}
              columns={columns}
              rowKey={({ name }) => name}
              empty={
                <Empty title="No stream yet">
                  What the flows of this node publish is kept there, numbered, and sent here.
                </Empty>
              }
            />
          );
        }}
      </Answered>
    </Section>
  );
}

function newestOf(items: readonly StreamView[], name: string): StreamView | undefined {
  return items.filter(({ stream }) => stream === name).sort((a, b) => (b.lastAt ?? 0) - (a.lastAt ?? 0))[0];
}

function completeness({ here, there }: Row): number {
  if (here === undefined) return 0;
  const highest = Math.max(there?.acknowledged ?? 0, here.upTo);
  return highest === 0 ? 1 : (here.stored + here.dropped) / highest;
}

function Complete({ row }: { row: Row }) {
  if (row.here === undefined) return <MeaningMark meaning="unknown">unknown</MeaningMark>;
  const { stored, dropped, upTo } = row.here;
  const gap = upTo - stored - dropped;
  if (gap > 0) return <MeaningMark meaning="bad">{gap} missing</MeaningMark>;
  if (dropped > 0)
    return (
      <MeaningMark meaning="warning">
        to {upTo}, {dropped} given up
      </MeaningMark>
    );
  return <MeaningMark meaning="good">to {upTo.toLocaleString('en')}</MeaningMark>;
}

function Fill({ stream }: { stream: ObservedStream | undefined }) {
  if (stream === undefined) return <>unknown</>;
  return (
    <>
      <span className={classes['fill']} aria-hidden>
        <i style={{ width: `${Math.min(100, stream.fill * 100)}%` }} data-high={stream.fill > HIGH_FILL} />
      </span>
      {formatShare(stream.fill)} · {formatBytes(stream.bytes)}
    </>
  );
}
