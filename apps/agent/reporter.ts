import type { Clock } from '../../adapters/system/clock.ts';
import type { AgentLimits } from './agent-ports.ts';
import { createWakeUp } from './wake-up.ts';

/** Decides when a report is due: at the interval of the centre, after a reconnect, and soon after something happened. */
export interface Reporter {
  run(signal: AbortSignal): Promise<void>;
  /** Something happened; several of these within a moment make one report. */
  soon(): void;
  lineUp(reportEveryMs: number): void;
  lineDown(): void;
}

export function createReporter(
  clock: Clock,
  limits: Pick<AgentLimits, 'reportSoonMs'>,
  report: () => Promise<void>,
): Reporter {
  const wakeUp = createWakeUp(clock);
  let everyMs = Number.POSITIVE_INFINITY;
  let lastAtMs = Number.NEGATIVE_INFINITY;
  let wantedAtMs = Number.POSITIVE_INFINITY;

  const dueAtMs = () => Math.max(Math.min(lastAtMs + everyMs, wantedAtMs), lastAtMs + limits.reportSoonMs);

  return {
    run: async (signal) => {
      while (!signal.aborted) {
        const waitMs = everyMs === Number.POSITIVE_INFINITY ? LINE_DOWN_MS : dueAtMs() - clock.monotonic();
        if (waitMs > 0) {
          await wakeUp.sleep(waitMs, signal).catch(() => {});
          continue;
        }
        lastAtMs = clock.monotonic();
        wantedAtMs = Number.POSITIVE_INFINITY;
        await report();
      }
    },
    soon: () => {
      if (everyMs === Number.POSITIVE_INFINITY || wantedAtMs !== Number.POSITIVE_INFINITY) return;
      wantedAtMs = clock.monotonic() + limits.reportSoonMs;
      wakeUp.wake();
    },
    lineUp: (reportEveryMs) => {
      everyMs = reportEveryMs;
      lastAtMs = Number.NEGATIVE_INFINITY;
      wantedAtMs = clock.monotonic();
      wakeUp.wake();
    },
    lineDown: () => {
      everyMs = Number.POSITIVE_INFINITY;
    },
  };
}

/** Without a line there is nothing to do; the loop is woken when one comes. */
const LINE_DOWN_MS = 60_000;
