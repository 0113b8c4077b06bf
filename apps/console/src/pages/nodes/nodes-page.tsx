import { IconPlus } from '@tabler/icons-react';
import { useRoute } from '../../api/use-route.ts';
import { Answered } from '../../parts/answered.tsx';
import { LinkButton } from '../../parts/link-button.tsx';
import { NodeTable } from '../../parts/node-table.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { Section } from '../../parts/section.tsx';

/** Which machines there are, desired beside observed, the worst first. */
export default function NodesPage() {
  const nodes = useRoute('nodes', { query: { limit: 1000 } });
  return (
    <>
      <PageHead
        title="Nodes"
        actions={
          <LinkButton to="/settings" search={{ tab: 'enrol' }} leftSection={<IconPlus size={14} aria-hidden />}>
            Enrol a node
          </LinkButton>
        }
      />
      <Section flush>
        <Answered query={nodes}>{({ items }) => <NodeTable nodes={items} />}</Answered>
      </Section>
    </>
  );
}
