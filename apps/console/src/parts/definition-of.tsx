import { IconPencil } from '@tabler/icons-react';
import type { Kind } from '../../../../contracts/resource.ts';
import { kinds } from '../../../../contracts/resource.ts';
import { useRoute } from '../api/use-route.ts';
import { TimeAgo } from '../time/time-ago.tsx';
import { Answered } from './answered.tsx';
import { CodeView } from './code-view.tsx';
import { LinkButton } from './link-button.tsx';
import { resourceYaml } from './resource-yaml.ts';
import { Section } from './section.tsx';

/** A resource as YAML, as `orla apply` takes it, with the way to edit it. */
export default function DefinitionOf({ kind, name }: { kind: Kind; name: string }) {
  const resource = useRoute('getResource', { params: { kind, name } });
  return (
    <Answered query={resource}>
      {(kept) => (
        <Section
          title={`${kind} ${name}`}
          note={
            <>
              generation {kept.generation}, changed <TimeAgo at={kept.updatedAt} />
            </>
          }
          actions={
            kinds[kind].writer === 'people' && (
              <LinkButton to="/change" search={{ kind, name }} leftSection={<IconPencil size={14} aria-hidden />}>
                Edit
              </LinkButton>
            )
          }
        >
          <CodeView text={resourceYaml(kept)} language="yaml" label={`Definition of ${name}`} />
        </Section>
      )}
    </Answered>
  );
}
