import { Button, NativeSelect, NumberInput, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Role, TokenSpec } from '../../../../../contracts/kinds/token.ts';
import { call } from '../../api/call.ts';
import { useRoute } from '../../api/use-route.ts';
import { Answered } from '../../parts/answered.tsx';
import { CopyButton } from '../../parts/copy-button.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Empty } from '../../parts/empty.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';
import { MeaningMark } from '../../parts/meaning.tsx';
import { Section } from '../../parts/section.tsx';
import { TimeAgo } from '../../time/time-ago.tsx';
import classes from './settings.module.css';

interface Row {
  name: string;
  spec: TokenSpec;
}

const columns: readonly Column<Row>[] = [
  { id: 'name', name: 'Token', value: ({ name }) => name },
  {
    id: 'for',
    name: 'Lets in',
    value: ({ spec: { use } }) =>
      use.for === 'api' ? `a program of ${use.person} as ${use.role}` : `nodes at ${use.site}, ${use.usesLeft} left`,
  },
  {
    id: 'until',
    name: 'Until',
    value: ({ spec }) => spec.expiresAt,
    show: ({ spec }) =>
      spec.expiresAt < Date.now() ? (
        <MeaningMark meaning="unknown">expired</MeaningMark>
      ) : (
        <TimeAgo at={spec.expiresAt} />
      ),
  },
];

/** Tokens of programs and of enrolments; a new one is shown once. */
export function ApiTokens() {
  const tokens = useRoute('listResources', { params: { kind: 'Token' }, query: { limit: 1000 } });
  return (
    <Stack gap="md" maw={880}>
      <Section title="New API token" note="for a program: CI, a script, the command line">
        <Form />
      </Section>
      <Section title="Tokens" flush>
        <Answered query={tokens}>
          {({ items }) => (
            <DataTable
              label="tokens"
              rows={items.map(({ name, spec }) => ({ name, spec: TokenSpec.parse(spec) }))}
              columns={columns}
              rowKey={({ name }) => name}
              empty={
                <Empty title="No token">
                  Only the SHA-256 of a token is kept here, so it can be shown only when it is made.
                </Empty>
              }
            />
          )}
        </Answered>
      </Section>
    </Stack>
  );
}

function Form() {
  const client = useQueryClient();
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const [days, setDays] = useState(90);
  const make = useMutation({
    mutationFn: () => call('makeApiToken', { body: { name, role, days } }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['listResources'] }),
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        make.mutate();
      }}
    >
      <Stack gap="sm">
        <div className={classes['fields']}>
          <TextInput
            label="Name"
            required
            pattern="[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
            title="Lower-case letters, digits and hyphens"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <NativeSelect
            label="Role"
            data={[...Role.options]}
            value={role}
            onChange={(event) => setRole(Role.parse(event.currentTarget.value))}
          />
          <NumberInput
            label="Valid for, days"
            min={1}
            max={366}
            value={days}
            onChange={(value) => setDays(Number(value) || 1)}
          />
        </div>
        {make.isError && <ErrorNote error={make.error} />}
        <Button type="submit" size="sm" loading={make.isPending} style={{ alignSelf: 'start' }}>
          Make token
        </Button>
        {make.data !== undefined && (
          <div role="status" className={classes['secret']}>
            <strong>This is shown once.</strong>
            <pre>{make.data.token}</pre>
            <CopyButton text={make.data.token} label="Copy the token" />
          </div>
        )}
      </Stack>
    </form>
  );
}
