import { useSearch } from '@tanstack/react-router';
import type { ConnectorSpec, TagSpec } from '../../../../../contracts/kinds/connector.ts';
import { useNodeWatch } from '../../live/use-node-watch.ts';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { formatUnit, formatValue } from '../../parts/format-value.ts';
import { QualityMark } from '../../parts/marks.tsx';
import { MeaningMark } from '../../parts/meaning.tsx';
import { Sparkline } from '../../parts/sparkline.tsx';
import { TimeAgo } from '../../time/time-ago.tsx';

/** The tags of a connector with their live values at one node. */
export function ConnectorTags({ spec, node }: { spec: ConnectorSpec; node: string | undefined }) {
  const live = useNodeWatch(node);
  const { tag: chosen } = useSearch({ strict: false });
  const of = (tag: TagSpec) => live.get(`${spec.equipment}/${tag.name}`);
  const columns: readonly Column<TagSpec>[] = [
    {
      id: 'tag',
      name: 'Tag',
      value: ({ name, title }) => `${name} ${title ?? ''}`,
      show: ({ name, title }) => (
        <>
          <strong>
            {spec.equipment}/{name}
          </strong>{' '}
          {title}{' '}
          {chosen === `${spec.equipment}/${name}` && (
            <MeaningMark meaning="info" plain>
              this one
            </MeaningMark>
          )}
        </>
      ),
    },
    {
      id: 'value',
      name: 'Value',
      value: (tag) => String(of(tag)?.sample.value ?? ''),
      show: (tag) => <strong>{formatValue(of(tag)?.sample.value ?? null, tag.unit)}</strong>,
      right: true,
    },
    {
      id: 'trend',
      name: 'Trend',
      value: () => null,
      show: (tag) => <Sparkline points={of(tag)?.recent ?? []} />,
      wide: true,
    },
    {
      id: 'quality',
      name: 'Quality',
      value: (tag) => of(tag)?.sample.quality ?? '',
      show: (tag) => {
        const sample = of(tag)?.sample;
        return sample === undefined ? (
          <MeaningMark meaning="unknown">unknown</MeaningMark>
        ) : (
          <>
            <QualityMark quality={sample.quality} /> {sample.because}
          </>
        );
      },
    },
    {
      id: 'seen',
      name: 'Seen',
      value: (tag) => of(tag)?.arrivedAt ?? null,
      show: (tag) => {
        const seen = of(tag);
        return seen === undefined ? '–' : <TimeAgo at={seen.arrivedAt} />;
      },
      wide: true,
    },
    { id: 'unit', name: 'Unit', value: ({ unit }) => formatUnit(unit), wide: true },
    { id: 'access', name: 'Access', value: ({ writable }) => (writable ? 'read and write' : 'read'), wide: true },
    {
      id: 'source',
      name: 'Source',
      value: ({ source }) => JSON.stringify(source),
      show: ({ source }) => <code>{JSON.stringify(source).slice(1, -1).replaceAll('"', '')}</code>,
      wide: true,
    },
  ];
  return <DataTable label="tags" rows={spec.tags} columns={columns} rowKey={({ name }) => name} empty={null} />;
}
