import { RouterProvider } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useRoute } from './api/use-route.ts';
import { LiveProvider } from './live/live-provider.tsx';
import { ErrorNote } from './parts/error-note.tsx';
import { createConsoleRouter } from './router.tsx';
import { DoorPage } from './shell/door-page.tsx';

const FirstStartPage = lazy(() => import('./pages/first-start-page.tsx'));
const SignInPage = lazy(() => import('./pages/sign-in-page.tsx'));

/** Lets in who is signed in; everybody else gets the first start, or the sign-in page at the address they asked for. */
export function Gate({ firstWord }: { firstWord: string | null }) {
  const me = useRoute('me', {}, { refetchInterval: false });
  const health = useRoute('health', {}, { enabled: me.isError });
  const [router] = useState(createConsoleRouter);
  const [word, setWord] = useState(firstWord);

  if (me.data !== undefined && !me.isError) {
    return (
      <LiveProvider>
        <RouterProvider router={router} />
      </LiveProvider>
    );
  }
  if (me.isError && me.error.code !== 'unauthenticated') {
    return (
      <DoorPage title="Orla">
        <ErrorNote error={me.error} again={() => void me.refetch()} />
      </DoorPage>
    );
  }
  if (!me.isError || health.data === undefined) return null;
  return (
    <Suspense fallback={null}>
      {health.data.firstStart ? (
        <FirstStartPage word={word} onDone={() => setWord(null)} />
      ) : (
        <SignInPage hadWord={word !== null} />
      )}
    </Suspense>
  );
}
