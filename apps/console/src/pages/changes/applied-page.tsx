import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import type { Change } from '../../../../../contracts/changes.ts';
import { kinds } from '../../../../../contracts/resource.ts';
import { useRoute } from '../../api/use-route.ts';
import { actorName } from '../../parts/actor-name.ts';
import { Answered } from '../../parts/answered.tsx';
import { Column, Columns } from '../../parts/columns.tsx';
import { Empty } from '../../parts/empty.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { Section } from '../../parts/section.tsx';
import { TimeAgo } from '../../time/time-ago.tsx';
import { ChangeProgress } from './change-progress.tsx';
import { changedFields } from './changed-fields.ts';
import { FieldDiff } from './field-diff.tsx';
import { UndoChange } from './undo-change.tsx';

const TOGETHER_MAX = 200;

/** A change that was made: what it changed, how far the nodes are with it, and the way back. */
export default function AppliedPage() {
  const { number: word } = useParams({ from: '/changes/$number' });
  const { to, nodes } = useSearch({ strict: false });
  const navigate = useNavigate();
  const first = Number(word);
  const last = Math.max(first, to ?? first);
  const query = { before: last + 1, limit: Math.min(TOGETHER_MAX, last - first + 1) };
  const changes = useRoute('changes', { query });
  const undone = (made: readonly Change[]) => {
    const [made0] = made;
    if (made0 === undefined) return;
    void navigate({
      to: '/changes/$number',
      params: { number: String(made0.number) },
      search: { to: made.at(-1)!.number, ...(nodes === undefined ? {} : { nodes }) },
    });
  };
  return (
    <>
      <PageHead
        title={last === first ? `Change ${first}` : `Changes ${first} to ${last}`}
        up={{ to: '/events', label: 'Events' }}
      />
      <Answered query={changes} lines={8}>
        {({ items }) => {
          const made = items.filter(({ number }) => number >= first).sort((a, b) => a.number - b.number);
          if (made.length === 0)
            return <Empty title="There is no such change">The change log has no entry with this number.</Empty>;
          return (
            <Columns>
              <Column span={7}>
                <ChangeProgress changes={made} nodes={nodes === undefined ? [] : nodes.split(',')} />
              </Column>
              <Column span={5}>
                {made.map((change) => (
                  <Section
                    key={change.number}
                    title={`${change.kind} ${change.name} ${change.action}`}
                    note={
                      <>
                        by {actorName(change.actor)}, <TimeAgo at={change.at} />
                      </>
                    }
                    actions={kinds[change.kind].writer === 'people' && <UndoChange change={change} onUndone={undone} />}
                  >
                    {change.because !== undefined && <p style={{ marginTop: 0 }}>Because: {change.because}</p>}
                    <FieldDiff
                      change={{
                        action:
                          change.action === 'created' ? 'create' : change.action === 'deleted' ? 'delete' : 'update',
                        kind: change.kind,
                        name: change.name,
                        generation: change.after?.generation ?? null,
                        fields: changedFields(change),
                      }}
                    />
                  </Section>
                ))}
              </Column>
            </Columns>
          );
        }}
      </Answered>
    </>
  );
}
