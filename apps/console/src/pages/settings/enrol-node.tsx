import { Button, NativeSelect, NumberInput, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api/call.ts';
import { useRoute } from '../../api/use-route.ts';
import { Answered } from '../../parts/answered.tsx';
import { CopyButton } from '../../parts/copy-button.tsx';
import { Empty } from '../../parts/empty.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';
import { LinkButton } from '../../parts/link-button.tsx';
import { Section } from '../../parts/section.tsx';
import { TimeAgo } from '../../time/time-ago.tsx';
import classes from './settings.module.css';

/** Makes a token that admits nodes at a site, and the one line to run there. The line is shown once. */
export function EnrolNode() {
  const sites = useRoute('sites', {});
  return (
    <Stack gap="md" maw={720}>
      <Section title="Enrol a node" note="the node makes its own key; the token only lets it ask">
        <Answered query={sites}>
          {({ items }) =>
            items.length === 0 ? (
              <Empty
                title="No site yet"
                action={
                  <LinkButton to="/change" search={{ kind: 'Site' }}>
                    Make the first site
                  </LinkButton>
                }
              >
                A node stands at a site; make that first.
              </Empty>
            ) : (
              <Form sites={items.map(({ name, title }) => ({ value: name, label: title || name }))} />
            )
          }
        </Answered>
      </Section>
    </Stack>
  );
}

function Form({ sites }: { sites: { value: string; label: string }[] }) {
  const client = useQueryClient();
  const [site, setSite] = useState(sites[0]!.value);
  const [node, setNode] = useState('');
  const [uses, setUses] = useState(1);
  const [hours, setHours] = useState(24);
  const enrol = useMutation({
    mutationFn: () => call('makeEnrolment', { body: { site, uses, hours, ...(node === '' ? {} : { node }) } }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['listResources'] }),
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        enrol.mutate();
      }}
    >
      <Stack gap="sm">
        <div className={classes['fields']}>
          <NativeSelect
            label="Site"
            data={sites}
            value={site}
            onChange={(event) => setSite(event.currentTarget.value)}
          />
          <TextInput
            label="Only for this node"
            description="Left empty, the node says its name"
            placeholder="any"
            value={node}
            onChange={(event) => setNode(event.currentTarget.value)}
          />
          <NumberInput
            label="How many nodes"
            min={1}
            max={10_000}
            value={uses}
            onChange={(value) => setUses(Number(value) || 1)}
          />
          <NumberInput
            label="Valid for, hours"
            min={1}
            max={24 * 366}
            value={hours}
            onChange={(value) => setHours(Number(value) || 1)}
          />
        </div>
        {enrol.isError && <ErrorNote error={enrol.error} />}
        <Button type="submit" size="sm" loading={enrol.isPending} style={{ alignSelf: 'start' }}>
          Make the line
        </Button>
        {enrol.data !== undefined && (
          <div role="status" className={classes['secret']}>
            <strong>
              Run this on the node. It is shown once, and expires <TimeAgo at={enrol.data.expiresAt} />.
            </strong>
            <pre>{enrol.data.line}</pre>
            <CopyButton text={enrol.data.line} label="Copy the line" />
            <small>The node appears under Nodes as soon as it connects. Root key: {enrol.data.rootKeyId}</small>
          </div>
        )}
      </Stack>
    </form>
  );
}
