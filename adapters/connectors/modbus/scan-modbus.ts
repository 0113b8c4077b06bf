import { EdgeError } from '../../../contracts/errors.ts';
import type { DriverPorts, Reading, TagOf } from '../port.ts';
import { exceptionText, type ModbusClient } from './modbus-client.ts';
import { bitAt, type ModbusAnswer } from './modbus-codec.ts';
import { clockSpanOf, layoutOf, type ModbusConfig, type ModbusSource, planTagOf } from './modbus-settings.ts';
import { applyScaleFactor, type Decoder, decoderOf } from './modbus-values.ts';
import {
  type PlannedRequest,
  type PlanTag,
  planRequests,
  readFunctions,
  type Span,
  splitRequest,
} from './plan-requests.ts';

/** The equipment's clock as a request brought it; 'arrival' when none is configured. */
type Time = Reading['time'];

/** The clock is read around requests that it does not fit into; when it moved meanwhile they are read again, so often. */
const AROUND_TRIES = 2;

/** Exception codes that say that something in the range of addresses is not there [V1.1b3, 7]. */
const addressExceptions: ReadonlySet<number> = new Set([2, 3]);

/**
 * Reads all tags once. Resolves when every request ended; rejects when the connection is of no more use. A tag without
 * a readable value is a bad reading that says why.
 *
 * INVARIANTS
 * - Tags of one request are handed on together and with one time.
 * - A value never gets a time that was read while the clock moved: it is read again, and then uncertain.
 * - A refused request is split for good, until the address that is not there stands alone.
 */
export function createModbusScan(
  config: ModbusConfig,
  tags: readonly TagOf<ModbusSource>[],
  client: ModbusClient,
  onReadings: DriverPorts['onReadings'],
): () => Promise<void> {
  const spans = tags.map((tag) => planTagOf(tag.source));
  const decoders = tags.map((tag) => decoderOf(layoutOf(tag.source, config)));
  const clockSpan = clockSpanOf(config);
  const planLimits = { registers: config.maxRegisters, bits: config.maxBits, gap: config.maxGap };
  const readClock = clockReader(config);
  const factors = new Map<string, number | null>();
  let plan = planRequests(spans, planLimits, clockSpan).requests;

  const hand = (
    request: PlannedRequest,
    bytes: Uint8Array,
    time: Time,
    doubt: string | undefined,
    arrivedAtMs: number,
  ) => {
    if (request.tags.length === 0) return;
    onReadings(decodeRequest(request, bytes, { spans, decoders, factors, time, doubt }), arrivedAtMs);
  };

  const timeOf = (request: PlannedRequest, bytes: Uint8Array): Time =>
    clockSpan === undefined ? 'arrival' : readClock(bytes, offsetOf(request, clockSpan));

  const refuse = (request: PlannedRequest, because: string, arrivedAtMs: number) => {
    const time: Time = clockSpan === undefined ? 'arrival' : 'unknown';
    const bad = request.tags.map((tag): Reading => ({ tag, value: null, quality: 'bad', because, time }));
    if (bad.length > 0) onReadings(bad, arrivedAtMs);
  };

  /** A request whose tags can be decoded from its own bytes. */
  const isWhole = (request: PlannedRequest) =>
    (clockSpan === undefined || request.withClock) &&
    request.tags.every((tag) => {
      const factor = (spans[tag] as PlanTag).scaleFactor;
      return factor === undefined || contains(request, factor);
    });

  /** Sends requests, and the halves of those that are refused; `onBytes` gets what the others brought. */
  const sendAll = (requests: readonly PlannedRequest[], onBytes: OnBytes): Promise<void> =>
    new Promise((resolve, reject) => {
      let open = requests.length;
      let fatal: EdgeError | undefined;
      const settle = () => {
        open--;
        if (open > 0) return;
        if (fatal === undefined) resolve();
        else reject(fatal);
      };
      const send = (request: PlannedRequest) => {
        client.send(
          { fn: readFunctions[request.table], address: request.address, count: request.count },
          (answer, atMs) => {
            if (answer instanceof EdgeError) {
              if (answer.code === 'timeout') refuse(request, answer.message, atMs);
              else fatal = answer;
            } else if (answer.kind === 'exception') {
              const pieces = addressExceptions.has(answer.code)
                ? splitRequest(request, spans, planLimits, clockSpan)
                : [];
              if (pieces.length > 0) {
                plan = plan.flatMap((planned) => (planned === request ? pieces : planned));
                open += pieces.length;
                for (const piece of pieces) send(piece);
              } else {
                refuse(request, exceptionText(answer.code), atMs);
              }
            } else {
              onBytes(request, bytesOf(answer), atMs);
            }
            settle();
          },
        );
      };
      if (open === 0) resolve();
      for (const request of requests) send(request);
    });

  const askClock = async (): Promise<Time> => {
    if (clockSpan === undefined) return 'arrival';
    try {
      const answer = await client.ask({
        fn: clockSpan.table === 'input' ? 4 : 3,
        address: clockSpan.address,
        count: clockSpan.count,
      });
      return readClock(bytesOf(answer), 0);
    } catch (error) {
      if (error instanceof EdgeError && error.code === 'refused-by-equipment') return 'unknown';
      throw error;
    }
  };

  return async () => {
    const stampless = (request: PlannedRequest) => clockSpan !== undefined && !request.withClock;
    let before = plan.some(stampless) ? await askClock() : undefined;
    let kept: Kept[] = [];
    const keep = (request: PlannedRequest, bytes: Uint8Array, atMs: number) => {
      keepFactors(request, bytes, factors);
      const time = stampless(request) ? undefined : timeOf(request, bytes);
      if (time !== undefined && isWhole(request)) hand(request, bytes, time, undefined, atMs);
      else kept.push({ request, bytes: bytes.slice(), time, atMs });
    };
    await sendAll(plan, keep);
    let after = before;
    if (kept.some((one) => one.time === undefined)) {
      after = await askClock();
      for (let tries = 1; before !== after && tries < AROUND_TRIES; tries++) {
        before = after;
        const again = kept.filter((one) => one.time === undefined).map((one) => one.request);
        kept = kept.filter((one) => one.time !== undefined);
        await sendAll(again, keep);
        after = await askClock();
      }
    }
    const doubt = before === after ? undefined : "the equipment's clock moved while it was read";
    for (const { request, bytes, time, atMs } of kept) {
      hand(request, bytes, time ?? before ?? 'unknown', time === undefined ? doubt : undefined, atMs);
    }
  };
}

/** What a request brought that cannot be decoded before the scan has ended. */
interface Kept {
  readonly request: PlannedRequest;
  readonly bytes: Uint8Array;
  /** The time that came with it; undefined when the clock is read before and after. */
  readonly time: Time | undefined;
  readonly atMs: number;
}

type OnBytes = (request: PlannedRequest, bytes: Uint8Array, arrivedAtMs: number) => void;

interface DecodeFacts {
  readonly spans: readonly PlanTag[];
  readonly decoders: readonly Decoder[];
  /** Newest scale factors by `table address`; null = not implemented. */
  readonly factors: ReadonlyMap<string, number | null>;
  readonly time: Time;
  readonly doubt: string | undefined;
}

function decodeRequest(request: PlannedRequest, bytes: Uint8Array, facts: DecodeFacts): Reading[] {
  const { time, doubt } = facts;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const noTime = time === 'unknown' ? "the equipment's clock says nothing" : undefined;
  return request.tags.map((tag): Reading => {
    const span = facts.spans[tag] as PlanTag;
    const value = decodeTag(span, request, bytes, view, facts, tag);
    if (typeof value === 'object') return { tag, value: null, quality: 'bad', because: value.because, time };
    if (noTime !== undefined) return { tag, value: null, quality: 'bad', because: noTime, time };
    if (doubt !== undefined) return { tag, value, quality: 'uncertain', because: doubt, time };
    return { tag, value, quality: 'good', time };
  });
}

function decodeTag(
  span: PlanTag,
  request: PlannedRequest,
  bytes: Uint8Array,
  view: DataView,
  { decoders, factors }: DecodeFacts,
  tag: number,
): ReturnType<Decoder> {
  if (request.table === 'coil' || request.table === 'discrete') return bitAt(bytes, span.address - request.address);
  const value = (decoders[tag] as Decoder)(view, (span.address - request.address) * 2);
  if (span.scaleFactor === undefined || typeof value !== 'number') return value;
  const factor = contains(request, span.scaleFactor)
    ? exponentAt(bytes, offsetOf(request, span.scaleFactor))
    : factors.get(factorKey(span.scaleFactor));
  if (factor === undefined) return { because: 'its scale factor was not read' };
  if (factor === null) return { because: 'its scale factor is not implemented' };
  return applyScaleFactor(value, factor);
}

function keepFactors(request: PlannedRequest, bytes: Uint8Array, factors: Map<string, number | null>): void {
  for (const address of request.scaleFactors) {
    factors.set(factorKey({ table: request.table, address }), exponentAt(bytes, (address - request.address) * 2));
  }
}

/** A SunSpec scale factor: -10 to 10; 0x8000, and whatever else is out of range, is not implemented. */
function exponentAt(bytes: Uint8Array, at: number): number | null {
  const exponent = (((bytes[at] as number) << 24) >> 16) | (bytes[at + 1] as number);
  return Math.abs(exponent) <= 10 ? exponent : null;
}

function clockReader(config: ModbusConfig): (bytes: Uint8Array, at: number) => Time {
  const { clock, wordOrder, byteOrder } = config;
  if (clock === undefined) return () => 'arrival';
  const decode = decoderOf({
    type: clock.type,
    count: clockSpanOf(config)?.count ?? 0,
    bit: 0,
    wordOrder,
    byteOrder,
    sunspec: true,
  });
  const epochMs = Date.parse(clock.epoch);
  const unitMs = clock.unit === 's' ? 1000 : 1;
  return (bytes, at) => {
    const value = decode(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), at);
    return typeof value === 'number' ? epochMs + value * unitMs : 'unknown';
  };
}

function factorKey({ table, address }: Pick<Span, 'table' | 'address'>): string {
  return `${table} ${address}`;
}

function contains(request: Span, inner: Span): boolean {
  return (
    request.table === inner.table &&
    inner.address >= request.address &&
    inner.address + inner.count <= request.address + request.count
  );
}

function offsetOf(request: Span, inner: Span): number {
  return (inner.address - request.address) * 2;
}

function bytesOf(answer: ModbusAnswer): Uint8Array {
  return 'bytes' in answer ? answer.bytes : new Uint8Array();
}
