import type { Journal } from '../../adapters/journal/port.ts';
import type { Clock } from '../../adapters/system/clock.ts';
import { type NodeFrame, RECORDS_PER_FRAME_MAX } from '../../contracts/link.ts';
import type { ObservedStream, StreamPolicy } from '../../contracts/records.ts';
import type { AgentLimits } from './agent-ports.ts';
import { createWakeUp } from './wake-up.ts';

/** Bytes of records in one frame; one record that is larger comes alone. */
const FRAME_RECORD_BYTES = 256 * 1024;
const PRIORITY_DEFAULT = 5;

/**
 * Brings the journal to the control plane.
 *
 * INVARIANTS
 * - Records of a stream go in order; what is given up by its policy is declared in between.
 * - Only `stored` acknowledges. What was sent and not acknowledged in time, or before the line broke, is sent again.
 * - Streams that have nothing waiting but a frame go first, by priority; backlogs share a budget of bytes per second.
 */
export interface UploadLoop {
  run(signal: AbortSignal): Promise<void>;
  /** There may be something to send. */
  wake(): void;
  /** A line was proven or lost: what was on its way is not any more. */
  lineChanged(): void;
  onStored(stored: { stream: string; incarnation: string; upTo: number }): Promise<void>;
  setPolicies(policies: Readonly<Record<string, StreamPolicy>>): void;
}

interface Sending {
  /** Last number that was handed to the line. */
  sentUpTo: number;
  /** Last numbers of the frames on their way, in order. */
  frames: number[];
  /** When the line last made progress with this stream, monotonic. */
  progressAtMs: number;
}

export function createUploadLoop(
  ports: { clock: Clock; journal: Journal },
  limits: Pick<AgentLimits, 'resendAfterMs' | 'framesInFlight' | 'backlogBytesPerSecond'>,
  line: { up(): boolean; send(frame: NodeFrame): boolean },
): UploadLoop {
  const { clock, journal } = ports;
  const sending = new Map<string, Sending>();
  const wakeUp = createWakeUp(clock);
  let priorities: Readonly<Record<string, StreamPolicy>> = {};
  let budgetBytes = limits.backlogBytesPerSecond;
  let budgetAtMs = clock.monotonic();

  const refill = () => {
    const nowMs = clock.monotonic();
    budgetBytes += ((nowMs - budgetAtMs) / 1000) * limits.backlogBytesPerSecond;
    budgetBytes = Math.min(budgetBytes, limits.backlogBytesPerSecond);
    budgetAtMs = nowMs;
  };
  const sendingOf = ({ stream, acknowledged }: ObservedStream): Sending => {
    const known = sending.get(stream);
    const nowMs = clock.monotonic();
    if (known === undefined) {
      const fresh = { sentUpTo: acknowledged, frames: [], progressAtMs: nowMs };
      sending.set(stream, fresh);
      return fresh;
    }
    if (known.frames.length > 0 && nowMs - known.progressAtMs >= limits.resendAfterMs) {
      known.sentUpTo = acknowledged;
      known.frames = [];
    }
    return known;
  };
  const priorityOf = (stream: string) => priorities[stream]?.priority ?? PRIORITY_DEFAULT;

  /** The stream to send from now; none when all is sent, on its way, or over the budget. */
  const choose = (
    streams: readonly ObservedStream[],
  ): { seen: ObservedStream; state: Sending; live: boolean } | undefined => {
    const open = streams
      .map((seen) => ({ seen, state: sendingOf(seen), live: seen.pending <= RECORDS_PER_FRAME_MAX }))
      .filter(({ seen, state }) => state.sentUpTo < seen.published && state.frames.length < limits.framesInFlight)
      .filter(({ live }) => live || budgetBytes > 0);
    open.sort((a, b) => Number(b.live) - Number(a.live) || priorityOf(b.seen.stream) - priorityOf(a.seen.stream));
    return open[0];
  };

  /** Sends one frame; false when there is nothing to send or the line takes no more. */
  const sendOne = async (): Promise<boolean> => {
    refill();
    const chosen = choose(journal.observe());
    if (chosen === undefined) return false;
    const { seen, state, live } = chosen;
    const { stream, incarnation } = seen;
    const after = state.sentUpTo;
    const part = await journal.read(stream, after, { maxRecords: RECORDS_PER_FRAME_MAX, maxBytes: FRAME_RECORD_BYTES });
    const last = Math.max(part.records.at(-1)?.number ?? 0, part.dropped.at(-1)?.to ?? 0);
    if (last <= after || state.sentUpTo !== after) return last > after;
    const frame: NodeFrame = { kind: 'records', stream, incarnation, after, ...part };
    if (!line.send(frame)) return false;
    if (state.frames.length === 0) state.progressAtMs = clock.monotonic();
    state.sentUpTo = last;
    state.frames.push(last);
    if (!live) budgetBytes -= JSON.stringify(frame).length;
    return true;
  };

  /** Until something may have to be sent again or the budget allows more. */
  const waitMs = () => {
    const waits = [...sending.values()].some(({ frames }) => frames.length > 0);
    const overBudgetMs =
      budgetBytes > 0 ? Number.POSITIVE_INFINITY : (-budgetBytes / limits.backlogBytesPerSecond) * 1000;
    return Math.max(1, Math.min(waits ? limits.resendAfterMs / 2 : Number.POSITIVE_INFINITY, overBudgetMs, IDLE_MS));
  };

  return {
    run: async (signal) => {
      while (!signal.aborted) {
        while (line.up() && !signal.aborted && (await sendOne())) {}
        await wakeUp.sleep(waitMs(), signal).catch(() => {});
      }
    },
    wake: () => wakeUp.wake(),
    lineChanged: () => {
      sending.clear();
      wakeUp.wake();
    },
    onStored: async ({ stream, incarnation, upTo }) => {
      const seen = journal.observe().find((one) => one.stream === stream && one.incarnation === incarnation);
      if (seen === undefined || upTo <= seen.acknowledged || upTo > seen.published) return;
      await journal.acknowledge(stream, upTo);
      const state = sending.get(stream);
      if (state !== undefined) {
        state.progressAtMs = clock.monotonic();
        state.frames = state.frames.filter((last) => last > upTo);
        state.sentUpTo = Math.max(state.sentUpTo, upTo);
      }
      wakeUp.wake();
    },
    setPolicies: (policies) => {
      priorities = policies;
    },
  };
}

/** A sleep without a reason to wake is still not for ever: a wake-up that was missed costs this much. */
const IDLE_MS = 30_000;
