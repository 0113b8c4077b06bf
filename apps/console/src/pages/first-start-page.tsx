import { Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../api/call.ts';
import { routeKey } from '../api/use-route.ts';
import { ErrorNote } from '../parts/error-note.tsx';
import { DoorPage } from '../shell/door-page.tsx';

const PASSWORD_LENGTH_MIN = 10;

/** Makes the first administrator with the word of the printed link; without it, says where that link is. */
export default function FirstStartPage({ word, onDone }: { word: string | null; onDone: () => void }) {
  const client = useQueryClient();
  const [person, setPerson] = useState({ name: '', email: '', password: '' });
  const make = useMutation({
    mutationFn: () => call('firstAdministrator', { body: { word: word ?? '', ...person } }),
    onSuccess: (made) => {
      onDone();
      client.setQueryData(routeKey('me', {}), made);
    },
  });
  if (word === null) {
    return (
      <DoorPage title="Open the printed link" about="This Orla has no administrator yet.">
        <p>
          When it started, it printed one link to make the first one, ending in <code>#first=…</code>. Open that link in
          this browser. It works once.
        </p>
        <Button variant="default" onClick={() => window.location.reload()}>
          Look again
        </Button>
      </DoorPage>
    );
  }
  const set = (field: keyof typeof person) => (event: { currentTarget: { value: string } }) => {
    const { value } = event.currentTarget;
    setPerson((before) => ({ ...before, [field]: value }));
  };
  return (
    <DoorPage title="Welcome" about="Make the first administrator. The link that brought you here works once.">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          make.mutate();
        }}
      >
        <Stack gap="sm">
          <TextInput
            label="Your name"
            autoComplete="name"
            required
            maxLength={100}
            value={person.name}
            onChange={set('name')}
          />
          <TextInput
            label="Email"
            type="email"
            autoComplete="username"
            required
            value={person.email}
            onChange={set('email')}
          />
          <PasswordInput
            label="Password"
            description={`At least ${PASSWORD_LENGTH_MIN} characters`}
            autoComplete="new-password"
            required
            minLength={PASSWORD_LENGTH_MIN}
            value={person.password}
            onChange={set('password')}
          />
          {make.isError && <ErrorNote error={make.error} />}
          <Button type="submit" size="sm" loading={make.isPending}>
            Make administrator
          </Button>
        </Stack>
      </form>
    </DoorPage>
  );
}
