import { IconPlus } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { ConnectorSpec } from '../../../../../contracts/kinds/connector.ts';
import { useRoute } from '../../api/use-route.ts';
import { type KnownTag, useTags } from '../../api/use-tags.ts';
import { Answered } from '../../parts/answered.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Empty } from '../../parts/empty.tsx';
import { formatUnit } from '../../parts/format-value.ts';
import { LinkButton } from '../../parts/link-button.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { Section } from '../../parts/section.tsx';
import { selectorText } from '../../parts/selector-text.ts';
import { TabsInAddress } from '../../parts/tabs-in-address.tsx';

interface Row {
  name: string;
  spec: ConnectorSpec;
}

const connectorColumns: readonly Column<Row>[] = [
  {
    id: 'name',
    name: 'Connector',
    value: ({ name }) => name,
    show: ({ name }) => (
      <Link to="/equipment/$connector" params={{ connector: name }}>
        {name}
      </Link>
    ),
  },
  { id: 'equipment', name: 'Equipment', value: ({ spec }) => spec.equipment },
  { id: 'protocol', name: 'Protocol', value: ({ spec }) => spec.protocol },
  { id: 'target', name: 'At', value: ({ spec }) => selectorText(spec.target), wide: true },
  { id: 'tags', name: 'Tags', value: ({ spec }) => spec.tags.length, right: true },
  {
    id: 'writable',
    name: 'Writable',
    value: ({ spec }) => spec.tags.filter(({ writable }) => writable).length,
    right: true,
    wide: true,
  },
  { id: 'scan', name: 'Scan', value: ({ spec }) => spec.scan, right: true, wide: true },
];

const tagColumns: readonly Column<KnownTag>[] = [
  {
    id: 'path',
    name: 'Tag',
    value: ({ path, tag }) => `${path} ${tag.title ?? ''}`,
    show: ({ path, connector }) => (
      <Link to="/equipment/$connector" params={{ connector }} search={{ tag: path }}>
        {path}
      </Link>
    ),
  },
  { id: 'title', name: 'Title', value: ({ tag }) => tag.title ?? '', wide: true },
  { id: 'unit', name: 'Unit', value: ({ tag }) => formatUnit(tag.unit) },
  { id: 'type', name: 'Type', value: ({ tag }) => tag.type, wide: true },
  { id: 'writable', name: 'Access', value: ({ tag }) => (tag.writable ? 'read and write' : 'read') },
  { id: 'class', name: 'Data class', value: ({ tag }) => tag.dataClass, wide: true },
  { id: 'connector', name: 'Connector', value: ({ connector }) => connector, wide: true },
];

const create = (
  <LinkButton to="/change" search={{ kind: 'Connector' }} leftSection={<IconPlus size={14} aria-hidden />}>
    New connector
  </LinkButton>
);

/** What the nodes talk to: connectors and their tags. */
export default function EquipmentPage() {
  return (
    <>
      <PageHead title="Equipment" actions={create} />
      <TabsInAddress
        label="Equipment"
        tabs={[
          { value: 'connectors', label: 'Connectors', show: () => <Connectors /> },
          { value: 'tags', label: 'Tags', show: () => <Tags /> },
        ]}
      />
    </>
  );
}

const empty = (
  <Empty title="No connector yet" action={create}>
    A connector reads and writes the tags of one piece of equipment over one protocol: Modbus TCP, MQTT or a replayed
    file.
  </Empty>
);

function Connectors() {
  const connectors = useRoute('listResources', { params: { kind: 'Connector' }, query: { limit: 1000 } });
  return (
    <Section flush>
      <Answered query={connectors}>
        {({ items }) => (
          <DataTable
            label="connectors"
            rows={items.map(({ name, spec }) => ({ name, spec: ConnectorSpec.parse(spec) }))}
            columns={connectorColumns}
            rowKey={({ name }) => name}
            empty={empty}
          />
        )}
      </Answered>
    </Section>
  );
}

function Tags() {
  return (
    <Section flush>
      <DataTable
        label="tags"
        rows={useTags()}
        columns={tagColumns}
        rowKey={({ connector, path }) => `${connector} ${path}`}
        empty={empty}
      />
    </Section>
  );
}
