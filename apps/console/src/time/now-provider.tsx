import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';

const TICK_MS = 1000;
const NowContext = createContext<number>(0);

/** One clock for every age on the page, so that all of them tick together. */
export function NowProvider({ children }: { children: ReactNode }) {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return <NowContext value={now}>{children}</NowContext>;
}

/** The current time, renewed every second. */
export function useNow(): number {
  return useContext(NowContext);
}
