import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { useState } from 'react';
import { createQueryClient } from './api/query-client.ts';
import { Gate } from './gate.tsx';
import { cssVariables, theme } from './look/theme.ts';
import { NowProvider } from './time/now-provider.tsx';

/** The console. `firstWord` is the word of the printed link, when the browser came by it. */
export function App({ firstWord }: { firstWord: string | null }) {
  const [client] = useState(createQueryClient);
  const [schemes] = useState(() => localStorageColorSchemeManager({ key: 'orla-theme' }));
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      defaultColorScheme="auto"
      colorSchemeManager={schemes}
    >
      <QueryClientProvider client={client}>
        <NowProvider>
          <Notifications position="bottom-right" />
          <Gate firstWord={firstWord} />
        </NowProvider>
      </QueryClientProvider>
    </MantineProvider>
  );
}
