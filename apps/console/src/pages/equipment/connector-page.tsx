import { NativeSelect } from '@mantine/core';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { ConnectorSpec } from '../../../../../contracts/kinds/connector.ts';
import { useRoute } from '../../api/use-route.ts';
import { Answered } from '../../parts/answered.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { definitionTab, historyTab } from '../../parts/resource-tabs.tsx';
import { Section } from '../../parts/section.tsx';
import { selectorText } from '../../parts/selector-text.ts';
import { TabsInAddress } from '../../parts/tabs-in-address.tsx';
import { ConnectorAtNodes } from './connector-at-nodes.tsx';
import { ConnectorTags } from './connector-tags.tsx';

/** What does this equipment say, and how does it answer? */
export default function ConnectorPage() {
  const { connector: name } = useParams({ from: '/equipment/$connector' });
  const resource = useRoute('getResource', { params: { kind: 'Connector', name } });
  const nodes = useRoute('nodes', { query: { limit: 1000 } });
  const { node: asked } = useSearch({ strict: false });
  const navigate = useNavigate();
  const at = (nodes.data?.items ?? []).filter((node) =>
    (node.report?.connectors ?? []).some(({ id }) => id.endsWith(`/${name}`)),
  );
  const node = at.find((each) => each.name === asked) ?? at[0];
  return (
    <Answered query={resource} lines={8}>
      {(kept) => {
        const spec = ConnectorSpec.parse(kept.spec);
        return (
          <>
            <PageHead
              title={name}
              up={{ to: '/equipment', label: 'Equipment' }}
              about={`${spec.equipment} over ${spec.protocol}, scanned every ${spec.scan}, at ${selectorText(spec.target)}`}
              labels={kept.labels}
            />
            <TabsInAddress
              label={`Views of ${name}`}
              tabs={[
                {
                  value: 'tags',
                  label: `Tags (${spec.tags.length})`,
                  show: () => (
                    <Section
                      title="Tags"
                      flush
                      actions={
                        at.length > 0 && (
                          <NativeSelect
                            size="xs"
                            aria-label="Live values from node"
                            data={at.map((each) => each.name)}
                            value={node?.name ?? ''}
                            onChange={(event) => {
                              const chosen = event.currentTarget.value;
                              void navigate({ to: '.', search: (before) => ({ ...before, node: chosen }) });
                            }}
                          />
                        )
                      }
                      note={
                        node === undefined
                          ? 'no node runs it now, so there are no live values'
                          : `live from ${node.name}`
                      }
                    >
                      <ConnectorTags spec={spec} node={node?.name} />
                    </Section>
                  ),
                },
                {
                  value: 'nodes',
                  label: `At nodes (${at.length})`,
                  show: () => <ConnectorAtNodes name={name} nodes={at} />,
                },
                historyTab('Connector', name),
                definitionTab('Connector', name),
              ]}
            />
          </>
        );
      }}
    </Answered>
  );
}
