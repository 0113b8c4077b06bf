import type { Clock, Timer } from '../../adapters/system/clock.ts';
import { EdgeError } from '../../contracts/errors.ts';

export interface Loop {
  start(): void;
  /** Something changed: run soon. Many kicks make one run. */
  kick(): void;
  /** No further run; resolves when the present one has ended. */
  stop(): Promise<void>;
  /** No further run, and nobody waits for the present one. */
  abandon(): void;
}

export interface LoopOptions {
  clock: Clock;
  /** It runs at least this often. */
  everyMs: number;
  /** Least time between two runs. */
  gapMs: number;
  run(): Promise<void>;
  onError(error: unknown): void;
}

/** Runs again and again, never twice at once; an error ends only the run in which it happened. */
export function createLoop({ clock, everyMs, gapMs, run, onError }: LoopOptions): Loop {
  let phase: 'new' | 'waiting' | 'running' | 'resting' | 'stopped' = 'new';
  let kicked = false;
  let timer: Timer | undefined;
  let running: Promise<void> = Promise.resolve();

  const wait = (ms: number, next: 'waiting' | 'resting', then: () => void) => {
    phase = next;
    timer = clock.setTimer(ms, then);
  };
  const rest = () => {
    if (kicked) begin();
    else wait(Math.max(0, everyMs - gapMs), 'waiting', begin);
  };
  const begin = () => {
    timer?.cancel();
    phase = 'running';
    kicked = false;
    running = run()
      .catch((error: unknown) => {
        if (phase !== 'stopped' && !(error instanceof EdgeError && error.code === 'closed')) onError(error);
      })
      .then(() => {
        if (phase !== 'stopped') wait(gapMs, 'resting', rest);
      });
  };
  const end = () => {
    phase = 'stopped';
    timer?.cancel();
  };

  return {
    start: () => {
      if (phase === 'new') begin();
    },
    kick: () => {
      kicked = true;
      if (phase === 'waiting') begin();
    },
    stop: async () => {
      end();
      await running;
    },
    abandon: end,
  };
}
