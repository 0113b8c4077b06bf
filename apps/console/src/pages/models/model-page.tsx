import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { ModelSpec, ModelVersionSpec } from '../../../../../contracts/kinds/model.ts';
import { useRoute } from '../../api/use-route.ts';
import { Answered } from '../../parts/answered.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { definitionTab, historyTab } from '../../parts/resource-tabs.tsx';
import { TabsInAddress } from '../../parts/tabs-in-address.tsx';
import { ModelVersionView } from './model-version-view.tsx';
import { PushModel } from './push-model.tsx';
import { VersionTable } from './version-table.tsx';

/** Which versions does this model have, what is each, and which one do flows use? */
export default function ModelPage() {
  const { model: name } = useParams({ from: '/models/$model' });
  const { version: asked } = useSearch({ strict: false });
  const navigate = useNavigate();
  const resource = useRoute('getResource', { params: { kind: 'Model', name } });
  const all = useRoute('listResources', { params: { kind: 'ModelVersion' }, query: { limit: 1000 } });
  const versions = (all.data?.items ?? [])
    .map(({ spec }) => ModelVersionSpec.parse(spec))
    .filter(({ model }) => model === name)
    .sort((a, b) => b.version - a.version);
  return (
    <Answered query={resource} lines={8}>
      {(kept) => {
        const spec = ModelSpec.parse(kept.spec);
        const shown = versions.find(({ version }) => version === asked) ?? versions[0];
        return (
          <>
            <PageHead
              title={name}
              up={{ to: '/models', label: 'Models' }}
              about={[spec.title, spec.summary, spec.licence].filter(Boolean).join(' · ')}
              labels={kept.labels}
            />
            <TabsInAddress
              label={`Views of ${name}`}
              tabs={[
                {
                  value: 'versions',
                  label: `Versions (${versions.length})`,
                  show: () => (
                    <>
                      <VersionTable
                        model={kept}
                        aliases={spec.aliases}
                        versions={versions}
                        chosen={shown?.version}
                        onChoose={(version) => void navigate({ to: '.', search: (before) => ({ ...before, version }) })}
                      />
                      {shown !== undefined && <ModelVersionView version={shown} />}
                    </>
                  ),
                },
                { value: 'push', label: 'Push a version', show: () => <PushModel model={name} /> },
                historyTab('Model', name),
                definitionTab('Model', name),
              ]}
            />
          </>
        );
      }}
    </Answered>
  );
}
