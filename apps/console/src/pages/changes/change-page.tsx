import { Alert, Button, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { EdgeError } from '../../../../../contracts/errors.ts';
import { KindName, kinds } from '../../../../../contracts/resource.ts';
import { call } from '../../api/call.ts';
import { useRoute } from '../../api/use-route.ts';
import { Answered } from '../../parts/answered.tsx';
import { Column, Columns } from '../../parts/columns.tsx';
import { Empty } from '../../parts/empty.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { resourceYaml } from '../../parts/resource-yaml.ts';
import { Section } from '../../parts/section.tsx';
import { YamlEditor } from '../../parts/yaml-editor.tsx';
import { dropDraft, keepDraft, readDraft } from './draft.ts';
import { parseResources, type ResourceText } from './parse-resources.ts';
import { PlanView } from './plan-view.tsx';
import { templates } from './templates.ts';

const NODES_IN_ADDRESS_MAX = 50;

/** Write a change, look at what it would do, apply exactly that. */
export default function ChangePage() {
  const { kind: word, name } = useSearch({ strict: false });
  const kind = KindName.safeParse(word).data ?? 'Deployment';
  const existing = useRoute(
    'getResource',
    { params: { kind, name: name ?? '' } },
    { enabled: name !== undefined, refetchInterval: false },
  );
  if (name === undefined) {
    return (
      <Writer
        key={kind}
        kind={kind}
        name=""
        first={templates[kind] ?? ''}
        title={`New ${kind.toLowerCase()}`}
        about={kinds[kind].summary}
      />
    );
  }
  return (
    <Answered query={existing} lines={10}>
      {(kept) => (
        <Writer
          key={`${kind} ${name}`}
          kind={kind}
          name={name}
          first={resourceYaml(kept)}
          title={`Change ${name}`}
          about={`${kind} ${name}, generation ${kept.generation}`}
        />
      )}
    </Answered>
  );
}

function Writer({
  kind,
  name,
  first,
  title,
  about,
}: {
  kind: string;
  name: string;
  first: string;
  title: string;
  about: string;
}) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [kept] = useState(() => readDraft(kind, name));
  const [text, setText] = useState(kept ?? first);
  const [because, setBecause] = useState('');
  const [planned, setPlanned] = useState<{ text: string; resources: ResourceText[] } | null>(null);
  const plan = useMutation({
    mutationFn: async () => {
      const resources = parseResources(text);
      setPlanned({ text, resources });
      return call('plan', { body: { resources } });
    },
  });
  const apply = useMutation({
    mutationFn: (digest: string) =>
      call('apply', {
        body: {
          resources: planned?.resources ?? [],
          digest,
          ...(because.trim() === '' ? {} : { because: because.trim() }),
        },
      }),
    onSuccess: async ({ changes }) => {
      dropDraft(kind, name);
      await client.invalidateQueries();
      const [firstChange] = changes;
      if (firstChange === undefined) return;
      const nodes = (plan.data?.nodes ?? []).map(({ node }) => node).slice(0, NODES_IN_ADDRESS_MAX);
      await navigate({
        to: '/changes/$number',
        params: { number: String(firstChange.number) },
        search: { to: changes.at(-1)!.number, ...(nodes.length === 0 ? {} : { nodes: nodes.join(',') }) },
      });
    },
  });
  const { mutate: planNow } = plan;
  useEffect(() => {
    if (kept !== null) planNow();
  }, [kept, planNow]);
  const change = (next: string) => {
    setText(next);
    if (next === first) dropDraft(kind, name);
    else keepDraft(kind, name, next);
  };
  const error = plan.error instanceof EdgeError ? plan.error : null;
  const badLine = error?.code === 'invalid-yaml' ? Number(/line (\d+)/.exec(error.where ?? '')?.[1]) : undefined;
  const current = planned !== null && planned.text === text;
  return (
    <>
      <PageHead title={title} about={about} />
      <Columns>
        <Column span={6}>
          <Section
            title="What it should be"
            note="YAML, as `orla apply -f` takes it"
            actions={
              <>
                {text !== first && (
                  <Button variant="default" onClick={() => change(first)}>
                    Start over
                  </Button>
                )}
                <Button loading={plan.isPending} onClick={() => planNow()}>
                  Plan
                </Button>
              </>
            }
          >
            {kept !== null && kept !== first && text === kept && (
              <Alert mb="sm" variant="light" p="xs" title="This is your draft; nothing was changed yet." />
            )}
            <YamlEditor
              text={text}
              onChange={change}
              label={`Definition of ${name || `the new ${kind.toLowerCase()}`}`}
              badLine={badLine}
            />
          </Section>
        </Column>
        <Column span={6}>
          <Section
            title="What it would do"
            note={current || plan.data === undefined ? undefined : 'of an older text: plan again'}
          >
            {plan.isError && <ErrorNote error={plan.error} />}
            {plan.isIdle && (
              <Empty
                title="Plan first"
                action={
                  <Button loading={plan.isPending} onClick={() => planNow()}>
                    Plan
                  </Button>
                }
              >
                The plan shows which fields change, which nodes would do which steps and why, what would be written
                newly, and how much is downloaded. It changes nothing.
              </Empty>
            )}
            {plan.data !== undefined && !plan.isError && (
              <div aria-live="polite" style={{ opacity: current ? 1 : 0.6 }}>
                <PlanView plan={plan.data} />
                <ApplyBar
                  ready={
                    current &&
                    plan.data.problems.length === 0 &&
                    plan.data.changes.some(({ action }) => action !== 'unchanged')
                  }
                  because={because}
                  onBecause={setBecause}
                  applying={apply.isPending}
                  error={apply.error}
                  onApply={() => plan.data !== undefined && apply.mutate(plan.data.digest)}
                />
              </div>
            )}
          </Section>
        </Column>
      </Columns>
    </>
  );
}

function ApplyBar({
  ready,
  because,
  onBecause,
  applying,
  error,
  onApply,
}: {
  ready: boolean;
  because: string;
  onBecause: (text: string) => void;
  applying: boolean;
  error: Error | null;
  onApply: () => void;
}) {
  return (
    <div style={{ display: 'grid', gap: 12, marginTop: 16 }}>
      {error !== null && <ErrorNote error={error} />}
      <TextInput
        label="Because"
        description="Kept in the change log; may be left out"
        maxLength={500}
        value={because}
        onChange={(event) => onBecause(event.currentTarget.value)}
      />
      <Button size="sm" disabled={!ready} loading={applying} onClick={onApply} style={{ justifySelf: 'start' }}>
        Apply this plan
      </Button>
    </div>
  );
}
