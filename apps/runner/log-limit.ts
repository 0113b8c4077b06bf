import type { Clock } from '../../adapters/system/clock.ts';
import type { LogLine } from '../../contracts/report.ts';

/** Lines of one origin in one period; what is more is counted and left out. */
const LINES_MAX = 20;
const PERIOD_MS = 10_000;

/** Passes lines on, but not so many that an origin that fails all the time fills the log. */
export function createLogLimit(clock: Clock, pass: (line: LogLine) => void) {
  const origins = new Map<string, { sinceMs: number; lines: number; leftOut: number }>();
  return (level: LogLine['level'], from: string, text: string): void => {
    const nowMs = clock.monotonic();
    let origin = origins.get(from);
    if (origin === undefined || nowMs - origin.sinceMs >= PERIOD_MS) {
      if (origin !== undefined && origin.leftOut > 0) {
        pass({ at: clock.now(), level: 'warn', from, text: `${origin.leftOut} more lines were left out` });
      }
      origin = { sinceMs: nowMs, lines: 0, leftOut: 0 };
      origins.set(from, origin);
    }
    origin.lines += 1;
    if (origin.lines > LINES_MAX) origin.leftOut += 1;
    else pass({ at: clock.now(), level, from, text: text.slice(0, 4000) });
  };
}
