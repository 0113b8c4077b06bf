import { EdgeError } from '../../contracts/errors.ts';
import type { ResolvedConnector } from '../../contracts/kinds/connector.ts';
import type { Scalar } from '../../contracts/names.ts';
import type { ObservedConnector } from '../../contracts/report.ts';
import type { WriteOutcome } from '../../contracts/runner.ts';
import { backoffMs } from '../../core/base/backoff.ts';
import { durationMs } from '../../core/base/duration.ts';
import { suggest } from '../../core/base/nearest.ts';
import type { Timer } from '../system/clock.ts';
import { type Definitions, readConnector } from './check-connector.ts';
import { createLatencyRing } from './latency-ring.ts';
import type { Connector, ConnectorPorts, Session } from './port.ts';
import { registry } from './registry.ts';
import { scaleValue, unscaleValue } from './scale-value.ts';
import { createTagSamples } from './tag-samples.ts';

/** Window of the delay before the first and before every later try to connect. */
const RECONNECT_BASE_MS = 250;
const RECONNECT_MAX_MS = 15_000;
/** Writes under way at once; more fail. */
const WRITES_MAX = 64;

/**
 * A connector with everything that all protocols share: scaling, deadband, quality, freshness, limits, reconnecting,
 * counting. The plugin of `spec.protocol` only speaks the protocol. Throws EdgeError `invalid-resource` with the
 * problems when the spec does not pass `checkConnector`; variables and secrets must be resolved before.
 */
export function createConnector(
  spec: ResolvedConnector,
  ports: ConnectorPorts,
  definitions: Definitions = registry,
): Connector {
  const { definition, driverSpec, problems } = readConnector(spec, 'spec', definitions);
  if (definition === undefined || driverSpec === undefined) {
    const unresolved = { where: 'spec', message: 'a variable is left that was not resolved' };
    const all = problems.length > 0 ? problems : [unresolved];
    throw new EdgeError('invalid-resource', `the connector ${spec.name} cannot run: ${all[0]?.message}`, {
      where: all[0]?.where,
      problems: all,
    });
  }
  const { clock } = ports;
  const stopping = new AbortController();
  const staleAfterMs = durationMs(spec.staleAfter);
  const samples = createTagSamples(spec.equipment, spec.tags, staleAfterMs, clock.monotonic());
  const latencies = createLatencyRing();
  const counts = { scans: 0, errors: 0, requests: 0, reconnects: 0 };
  let phase: ObservedConnector['phase'] = 'disconnected';
  let session: Session | undefined;
  let trouble: string | undefined = 'not started yet';
  let lastAnswerAt: number | undefined;
  let answered = false;
  let expiry: Timer | undefined;
  let running: Promise<void> | undefined;
  let writing = 0;

  const driver = definition.create(driverSpec, {
    clock,
    random: ports.random,
    onReadings(readings, arrivedAtMs) {
      if (stopping.signal.aborted) return;
      const nowMs = clock.now();
      lastAnswerAt = nowMs;
      answered = true;
      const fresh = samples.take(readings, arrivedAtMs, nowMs);
      if (fresh.length > 0) ports.onSamples(fresh, arrivedAtMs);
    },
    onAnswer(latencyMs) {
      counts.requests++;
      latencies.add(latencyMs);
    },
    log: ports.log,
  });

  const setTrouble = (because: string | undefined) => {
    if (because === trouble) return;
    trouble = because;
    if (because !== undefined) ports.log('warn', `${spec.equipment}: ${because}`);
  };

  const expire = () => {
    const nowMonotonic = clock.monotonic();
    const because = `no answer for ${spec.staleAfter}${trouble === undefined ? '' : `: ${trouble}`}`;
    const stale = samples.expire(nowMonotonic, clock.now(), because);
    if (stale.length > 0) ports.onSamples(stale, nowMonotonic);
    const next = samples.nextExpiry();
    const waitMs = Number.isFinite(next) ? next - clock.monotonic() : staleAfterMs;
    expiry = clock.setTimer(Math.max(1, waitMs), expire);
  };

  /** Scans at a fixed pace until the session or the connector ends; a scan that is due while one runs is left out. */
  const scanUntil = async (current: Session, signal: AbortSignal) => {
    if (current.scan === undefined) return;
    const scanMs = durationMs(spec.scan);
    const beganAt = clock.monotonic();
    while (!signal.aborted) {
      await current.scan();
      counts.scans++;
      setTrouble(undefined);
      const elapsed = clock.monotonic() - beganAt;
      await clock.sleep(scanMs - (elapsed % scanMs), signal);
    }
  };

  /** One connection from its beginning to its end; the reason why it ended. */
  const connectOnce = async (): Promise<Error> => {
    const ending = new AbortController();
    const end = () => ending.abort();
    stopping.signal.addEventListener('abort', end);
    try {
      phase = 'connecting';
      const opened = await driver.open(stopping.signal);
      session = opened;
      phase = 'connected';
      ports.log('info', `${spec.equipment}: connected`);
      if (opened.scan === undefined) setTrouble(undefined);
      const ended = new Promise<Error>((resolve) => {
        ending.signal.addEventListener('abort', () => resolve(new EdgeError('closed', 'stopped')));
        scanUntil(opened, ending.signal).catch((error: unknown) => resolve(asError(error)));
      });
      return await Promise.race([opened.lost, ended]);
    } catch (error) {
      return asError(error);
    } finally {
      stopping.signal.removeEventListener('abort', end);
      end();
      phase = 'disconnected';
      const closing = session;
      session = undefined;
      await closing?.close();
    }
  };

  const run = async () => {
    for (let failures = 0; !stopping.signal.aborted; ) {
      answered = false;
      const because = await connectOnce();
      if (stopping.signal.aborted) return;
      failures = answered ? 1 : failures + 1;
      counts.errors++;
      counts.reconnects++;
      setTrouble(because.message);
      const delay = { attempt: failures, baseMs: RECONNECT_BASE_MS, maxMs: RECONNECT_MAX_MS };
      await clock
        .sleep(backoffMs({ ...delay, jitter01: ports.random.number() }), stopping.signal)
        .catch(() => undefined);
    }
  };

  const indexOf = new Map(spec.tags.map((tag, index) => [tag.name, index]));

  return {
    start() {
      if (running !== undefined || stopping.signal.aborted) return;
      trouble = undefined;
      expire();
      running = run();
    },

    async write(path, value) {
      const name = path.startsWith(`${spec.equipment}/`) ? path.slice(spec.equipment.length + 1) : path;
      const index = indexOf.get(name);
      const tag = index === undefined ? undefined : spec.tags[index];
      if (index === undefined || tag === undefined) {
        const hint = suggest(name, indexOf.keys());
        return refused(`${spec.equipment} has no tag "${name}"${hint === undefined ? '' : `. ${hint}`}`);
      }
      if (!tag.writable) return refused(`${spec.equipment}/${name} is not writable`);
      const raw = unscaleValue(tag, value);
      if ('because' in raw) return refused(raw.because);
      const { limits } = tag;
      if (limits !== undefined && typeof value === 'number' && (value < limits.min || value > limits.max)) {
        return refused(`${value} is outside the limits ${limits.min} to ${limits.max}`);
      }
      if (session === undefined) return failed(`not connected${trouble === undefined ? '' : `: ${trouble}`}`);
      if (writing >= WRITES_MAX) return failed(`${WRITES_MAX} writes are under way already`);
      writing++;
      try {
        const { outcome, previous } = await session.write(index, raw.value);
        return { outcome, previous: previous === null ? null : scaledOrNull(tag, previous) };
      } catch (error) {
        const { message } = asError(error);
        return error instanceof EdgeError && error.code === 'bad-request' ? refused(message) : failed(message);
      } finally {
        writing--;
      }
    },

    observe() {
      const seen = samples.quality();
      const because = trouble ?? seen.because;
      const latencyMs = latencies.percentiles();
      return {
        equipment: spec.equipment,
        protocol: spec.protocol,
        phase,
        quality: seen.quality,
        ...(because === undefined ? {} : { because }),
        ...counts,
        ...(latencyMs === undefined ? {} : { latencyMs }),
        ...(lastAnswerAt === undefined ? {} : { lastAnswerAt }),
      };
    },

    async stop() {
      stopping.abort();
      expiry?.cancel();
      await running;
    },
  };
}

function refused(because: string): WriteOutcome {
  return { outcome: 'refused', previous: null, because };
}

function failed(because: string): WriteOutcome {
  return { outcome: 'failed', previous: null, because };
}

function scaledOrNull(tag: Parameters<typeof scaleValue>[0], raw: Scalar): Scalar | null {
  const converted = scaleValue(tag)(raw);
  return 'value' in converted ? converted.value : null;
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
