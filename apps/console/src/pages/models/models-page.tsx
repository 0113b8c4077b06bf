import { Link } from '@tanstack/react-router';
import { ModelSpec, ModelVersionSpec } from '../../../../../contracts/kinds/model.ts';
import { useRoute } from '../../api/use-route.ts';
import { Answered } from '../../parts/answered.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Empty } from '../../parts/empty.tsx';
import { formatBytes } from '../../parts/format-value.ts';
import { PageHead } from '../../parts/page-head.tsx';
import { Section } from '../../parts/section.tsx';
import { TabsInAddress } from '../../parts/tabs-in-address.tsx';
import { TimeAgo } from '../../time/time-ago.tsx';
import { PushModel } from './push-model.tsx';

interface Row {
  name: string;
  spec: ModelSpec;
  versions: readonly ModelVersionSpec[];
}

const columns: readonly Column<Row>[] = [
  {
    id: 'name',
    name: 'Model',
    value: ({ name, spec }) => `${name} ${spec.title ?? ''}`,
    show: ({ name, spec }) => (
      <>
        <Link to="/models/$model" params={{ model: name }}>
          {name}
        </Link>{' '}
        {spec.title}
      </>
    ),
  },
  {
    id: 'aliases',
    name: 'Aliases',
    value: ({ spec }) =>
      Object.entries(spec.aliases)
        .map(([alias, version]) => `${alias} → ${version}`)
        .join(', '),
  },
  { id: 'versions', name: 'Versions', value: ({ versions }) => versions.length, right: true },
  {
    id: 'size',
    name: 'Newest',
    value: ({ versions }) => versions[0]?.sizeBytes ?? null,
    show: ({ versions: [newest] }) => (newest === undefined ? '–' : formatBytes(newest.sizeBytes)),
    right: true,
    wide: true,
  },
  {
    id: 'pushed',
    name: 'Pushed',
    value: ({ versions }) => versions[0]?.pushedAt ?? null,
    show: ({ versions: [newest] }) => (newest === undefined ? '–' : <TimeAgo at={newest.pushedAt} />),
    wide: true,
  },
  { id: 'licence', name: 'Licence', value: ({ spec }) => spec.licence ?? '', wide: true },
];

/** Which models there are, and the way to push one. */
export default function ModelsPage() {
  return (
    <>
      <PageHead title="Models" />
      <TabsInAddress
        label="Models"
        tabs={[
          { value: 'models', label: 'Models', show: () => <Models /> },
          { value: 'push', label: 'Push a model', show: () => <PushModel /> },
        ]}
      />
    </>
  );
}

function Models() {
  const models = useRoute('listResources', { params: { kind: 'Model' }, query: { limit: 1000 } });
  const versions = useRoute('listResources', { params: { kind: 'ModelVersion' }, query: { limit: 1000 } });
  const of = (name: string) =>
    (versions.data?.items ?? [])
      .map(({ spec }) => ModelVersionSpec.parse(spec))
      .filter(({ model }) => model === name)
      .sort((a, b) => b.version - a.version);
  return (
    <Section flush>
      <Answered query={models}>
        {({ items }) => (
          <DataTable
            label="models"
            rows={items.map(({ name, spec }) => ({ name, spec: ModelSpec.parse(spec), versions: of(name) }))}
            columns={columns}
            rowKey={({ name }) => name}
            empty={
              <Empty
                title="No model yet"
                action={
                  <Link to="/models" search={{ tab: 'push' }}>
                    Push a model
                  </Link>
                }
              >
                A model is an ONNX file with a signature; each push makes one immutable version, and flows name it by an
                alias.
              </Empty>
            }
          />
        )}
      </Answered>
    </Section>
  );
}
