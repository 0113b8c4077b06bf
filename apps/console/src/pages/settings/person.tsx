import { Button, SegmentedControl, Stack, useMantineColorScheme } from '@mantine/core';
import { useRoute } from '../../api/use-route.ts';
import { Answered } from '../../parts/answered.tsx';
import { KeyValues } from '../../parts/key-values.tsx';
import { Section } from '../../parts/section.tsx';
import { useSignOut } from '../../shell/use-sign-out.ts';

/** Who is signed in, with what role; theme; the version of the control plane. */
export function Person() {
  const me = useRoute('me', {});
  const health = useRoute('health', {});
  const signOut = useSignOut();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Stack gap="md" maw={640}>
      <Section title="You">
        <Answered query={me}>
          {({ name, email, role }) => (
            <Stack gap="md">
              <KeyValues
                rows={[
                  ['Name', name],
                  ['Email', email],
                  ['Role', role],
                  ['Control plane', health.data?.version ?? '…'],
                  [
                    'API',
                    <a key="api" href="/api/openapi.json">
                      OpenAPI 3.1
                    </a>,
                  ],
                ]}
              />
              <Button
                variant="default"
                style={{ alignSelf: 'start' }}
                loading={signOut.isPending}
                onClick={() => signOut.mutate()}
              >
                Sign out
              </Button>
            </Stack>
          )}
        </Answered>
      </Section>
      <Section title="Theme">
        <SegmentedControl
          aria-label="Theme"
          data={[
            { value: 'light', label: 'Light' },
            { value: 'dark', label: 'Dark' },
            { value: 'auto', label: 'As the system' },
          ]}
          value={colorScheme}
          onChange={(value) => setColorScheme(value === 'light' || value === 'dark' ? value : 'auto')}
        />
      </Section>
    </Stack>
  );
}
