import type { StoredRecord } from '../../../contracts/views.ts';

/** What a stream of a node must be complete against: the node's own count. */
export interface PublishedStream {
  readonly stream: string;
  readonly incarnation: string;
  /** Highest number that the node gave. */
  readonly published: number;
}

export interface Completeness {
  published: number;
  stored: number;
  lost: number;
  duplicated: number;
}

/** The figures of one site, computed from its stored records alone. */
export interface SiteFigures {
  predictions: number;
  decisions: number;
  writes: number;
  alarms: number;
  mae: number | null;
  rmse: number | null;
  maePersistence: number | null;
  maeSmartPersistence: number | null;
  /** 1 − RMSE / RMSE of smart persistence. */
  skill: number | null;
  decisionMs: { p50: number | null; p99: number | null };
}

/** Errors and skill again from the single predictions and truths, not from what the node summed up. */
export function siteFigures(records: readonly StoredRecord[]): SiteFigures {
  const bodies = records.map((record) => record.body);
  const scores = bodies.filter((body) => body.kind === 'score').filter((body) => body.counted);
  const mean = (values: readonly number[]) =>
    values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
  const errorsOf = (predicted: (score: (typeof scores)[number]) => number | undefined) =>
    scores.flatMap((score) => {
      const value = predicted(score);
      return value === undefined ? [] : [value - score.truth];
    });
  const mae = (errors: readonly number[]) => mean(errors.map(Math.abs));
  const rmse = (errors: readonly number[]) => root(mean(errors.map((error) => error * error)));
  const own = errorsOf((score) => score.predicted);
  const persistence = errorsOf((score) => score.references['persistence']);
  const smart = errorsOf((score) => score.references['smart']);
  const [ownRmse, smartRmse] = [rmse(own), rmse(smart)];
  const latencies = bodies.flatMap((body) =>
    (body.kind === 'decision' || body.kind === 'write') && body.latencyMs !== undefined ? [body.latencyMs] : [],
  );
  return {
    predictions: bodies.filter(
      (body) => body.kind === 'prediction' && Object.values(body.values).some((value) => value !== null),
    ).length,
    decisions: bodies.filter((body) => body.kind === 'decision').length,
    writes: bodies.filter((body) => body.kind === 'write' && body.outcome === 'written').length,
    alarms: bodies.filter((body) => body.kind === 'alarm' && body.phase === 'raised').length,
    mae: rounded(mae(own)),
    rmse: rounded(ownRmse),
    maePersistence: rounded(mae(persistence)),
    maeSmartPersistence: rounded(mae(smart)),
    skill: ownRmse === null || smartRmse === null || smartRmse === 0 ? null : rounded(1 - ownRmse / smartRmse, 4),
    decisionMs: { p50: rounded(percentile(latencies, 0.5), 3), p99: rounded(percentile(latencies, 0.99), 3) },
  };
}

/**
 * Compares what is stored with what the node says it published. Lost: numbers up to the node's highest that are not there.
 * Duplicated: a number that is there twice, or two records that say the same of the same moment.
 */
export function completeness(streams: readonly PublishedStream[], records: readonly StoredRecord[]): Completeness {
  const sum: Completeness = { published: 0, stored: 0, lost: 0, duplicated: 0 };
  for (const { stream, incarnation, published } of streams) {
    const own = records
      .filter((record) => record.stream === stream && record.incarnation === incarnation)
      .map((record) => record.number);
    const numbers = new Set(own);
    const highest = Math.max(published, ...numbers);
    sum.published += highest;
    sum.stored += numbers.size;
    sum.lost += highest - numbers.size;
    sum.duplicated += own.length - numbers.size;
  }
  sum.duplicated += contentDuplicates(records);
  return sum;
}

/** Records of flows that say the same of the same step and moment although each has its own number. */
export function contentDuplicates(records: readonly StoredRecord[]): number {
  const seen = new Set<string>();
  let twice = 0;
  for (const { node, stream, number, incarnation, body } of records) {
    if (body.kind === 'event') continue;
    const phase = body.kind === 'alarm' ? body.phase : '';
    const key = [node, stream, body.kind, body.flow, body.step, body.sourceTime, phase].join(' ');
    if (seen.has(key) && !seen.has(`${key} ${incarnation} ${number}`)) twice++;
    seen.add(key).add(`${key} ${incarnation} ${number}`);
  }
  return twice;
}

/** The value below which `share` of the values lie (nearest rank). */
export function percentile(values: readonly number[], share: number): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
}

/** How many records of a kind were journalled between two moments of the node's clock. */
export function countBetween(
  records: readonly StoredRecord[],
  kind: StoredRecord['body']['kind'],
  from: number,
  to: number,
): number {
  return records.filter((record) => record.body.kind === kind && record.at >= from && record.at <= to).length;
}

const root = (value: number | null) => (value === null ? null : Math.sqrt(value));
const rounded = (value: number | null, digits = 2) => (value === null ? null : Number(value.toFixed(digits)));
