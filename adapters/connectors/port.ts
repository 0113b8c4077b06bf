import type { z } from 'zod';
import type { ResolvedConnector, TagSpec } from '../../contracts/kinds/connector.ts';
import type { Scalar } from '../../contracts/names.ts';
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
   * One scan's or message's samples, tags as `equipment/name`, oldest first. Called synchronously as soon as the
   * reply is decoded; `arrivedAtMs` is `clock.monotonic()` at its arrival, from which decision latency is counted.
   */
  onSamples(samples: readonly Sample[], arrivedAtMs: number): void;
  /** Something an engineer wants to read; rate-limited by the caller. */
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

/**
 * One file is the whole plugin: schema, prose, example, constructor. Console form, guide page and
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
  /** Problems that the schemas cannot see (an address twice, a string too long …); pure. */
  check(config: C, tags: readonly (Omit<TagSpec, 'source'> & { source: S })[]): readonly { where: string; message: string; hint?: string }[];
  create(spec: ResolvedConnector & { config: C; tags: readonly (Omit<TagSpec, 'source'> & { source: S })[] }, ports: ConnectorPorts): Connector;
}
