import { Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../api/call.ts';
import { routeKey } from '../api/use-route.ts';
import { ErrorNote } from '../parts/error-note.tsx';
import { DoorPage } from '../shell/door-page.tsx';

/** Asks who it is, then shows the page that was asked for. */
export default function SignInPage({ hadWord }: { hadWord: boolean }) {
  const client = useQueryClient();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const signIn = useMutation({
    mutationFn: () => call('signIn', { body: { email, password } }),
    onSuccess: (person) => client.setQueryData(routeKey('me', {}), person),
  });
  return (
    <DoorPage
      title="Sign in"
      about={hadWord ? 'The first administrator was already made, so this link is spent. Sign in instead.' : undefined}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          signIn.mutate();
        }}
      >
        <Stack gap="sm" mt="md">
          <TextInput
            label="Email"
            type="email"
            autoComplete="username"
            required
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
          <PasswordInput
            label="Password"
            autoComplete="current-password"
            required
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          {signIn.isError && <ErrorNote error={signIn.error} />}
          <Button type="submit" size="sm" loading={signIn.isPending}>
            Sign in
          </Button>
        </Stack>
      </form>
    </DoorPage>
  );
}
