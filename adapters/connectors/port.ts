import type { z } from 'zod';
import type { Problem } from '../../contracts/errors.ts';
import type { TagSpec } from '../../contracts/kinds/connector.ts';
import type { Quality, Scalar } from '../../contracts/names.ts';
import type { Sample } from '../../contracts/records.ts';
import type { ObservedConnector } from '../../contracts/report.ts';
import type { WriteOutcome } from '../../contracts/runner.ts';
import type { Clock } from '../system/clock.ts';
import type { Random } from '../system/random.ts';

/** What a connector is given: time and chance as ports, and where its samples go. */
export interface ConnectorPorts {
  clock: Clock;
  random: Random;
  /**
   * One reply's or message's samples, tags as `equipment/name`, oldest first. Called synchronously as soon as it is
   * decoded; `arrivedAtMs` is `clock.monotonic()` at its arrival, from which decision latency is counted.
   */
  onSamples(samples: readonly Sample[], arrivedAtMs: number): void;
  /** Something an engineer wants to read; said once for each change, not for each failed try. */
  log(level: 'debug' | 'info' | 'warn' | 'error', text: string): void;
}

/**
 * A running connector. It never throws past its caller: it connects and reconnects by itself (backoff with
 * jitter) and shows what is wrong as bad quality with the source's own reason.
 */
export interface Connector {
  /** Begins to connect and to read; returns at once. May be called once. */
  start(): void;
  /**
   * Writes one tag, in engineering units, and reads it back where the protocol can. Safe to repeat. Never rejects:
   * 'refused' = not allowed or outside the limits, 'failed' = the equipment did not take it.
   */
  write(tag: string, value: Scalar): Promise<WriteOutcome>;
  /** How the equipment answers; cheap, synchronous. `id` is filled in by the caller. */
  observe(): Omit<ObservedConnector, 'id'>;
  /** Stops and frees sockets and timers. Idempotent. */
  stop(): Promise<void>;
}

/** A tag whose `source` was checked by the schema of its protocol. */
export type TagOf<S> = Omit<TagSpec, 'source'> & { readonly source: S };

/** What a driver is told of its connector: settings and tags that passed the schemas and `check`. */
export interface DriverSpec<C, S> {
  readonly config: C;
  readonly tags: readonly TagOf<S>[];
}

/** What a driver saw of one tag, before scaling. */
export interface Reading {
  /** Index of the tag in the spec. */
  readonly tag: number;
  /** Raw value; null when there is none, and then `quality` is bad. */
  readonly value: Scalar | null;
  readonly quality: Quality;
  /** The source's own reason when the quality is not good. */
  readonly because?: string | undefined;
  /**
   * What the equipment says about when, ms since 1970; 'arrival' for equipment that never says; 'unknown' when it
   * usually does but did not this time, for example because it refused the request.
   */
  readonly time: number | 'arrival' | 'unknown';
}

/** What a driver is given. */
export interface DriverPorts {
  clock: Clock;
  random: Random;
  /** Hands on what one reply or message brought; `arrivedAtMs` is `clock.monotonic()` when its last byte came. */
  onReadings(readings: readonly Reading[], arrivedAtMs: number): void;
  /** A request was answered, also when the answer was an error, after `latencyMs`. */
  onAnswer(latencyMs: number): void;
  log: ConnectorPorts['log'];
}

/**
 * All that a plugin does: one protocol. Scaling, deadband, freshness, limits, reconnecting and counting are done
 * around it by `createConnector`.
 */
export interface Driver {
  /**
   * Connects once, within its own time limit. Rejects with EdgeError `unreachable`, `timeout` or `unauthenticated`;
   * then everything it opened is closed. `signal` aborts when the connector stops.
   */
  open(signal: AbortSignal): Promise<Session>;
}

/** One connection of a driver. */
export interface Session {
  /** Resolves with the reason when the connection ends by itself; never rejects. */
  readonly lost: Promise<Error>;
  /**
   * For protocols that are polled: reads all tags once and hands the readings on. A tag that the equipment refuses is
   * a bad reading. Rejects only when the connection is of no more use.
   */
  scan?(): Promise<void>;
  /**
   * Writes a raw value and confirms it where the protocol can. `previous` is raw, null when unknown. Rejects with
   * EdgeError `bad-request` when the value does not fit the tag, any other when the equipment did not take it.
   */
  write(tag: number, value: Scalar): Promise<{ outcome: 'written' | 'unchanged'; previous: Scalar | null }>;
  /** Frees everything. Idempotent; never rejects. */
  close(): Promise<void>;
}

/**
 * One value is the whole plugin: schema, prose, example, constructor. Console form, guide page and
 * `orla describe protocol NAME` are made from it.
 */
export interface ConnectorDefinition<C = unknown, S = unknown> {
  name: string;
  summary: string;
  /** Markdown: what it speaks (standard and clause), what it can and cannot. */
  about: string;
  config: z.ZodType<C>;
  /** Schema of `source` of a tag. */
  source: z.ZodType<S>;
  /** A complete `spec` of a Connector resource. */
  example: unknown;
  /**
   * Problems that the schemas cannot see (a type that does not fit its table, an address twice …); pure. `config` is
   * null while it still contains variables. `where` begins with `tags[0]` or `config`.
   */
  check(config: C | null, tags: readonly TagOf<S>[]): readonly Problem[];
  create(spec: DriverSpec<C, S>, ports: DriverPorts): Driver;
}
