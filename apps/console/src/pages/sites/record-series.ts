import type { RecordBody, StreamRecord } from '../../../../../contracts/records.ts';

/** The body of a record of one kind. */
export type BodyOf<K extends RecordBody['kind']> = Extract<RecordBody, { kind: K }>;

/** The bodies of one kind, in order of source time. */
export function bodiesOf<K extends RecordBody['kind']>(records: readonly StreamRecord[], kind: K): BodyOf<K>[] {
  return records
    .map(({ body }) => body)
    .filter((body): body is BodyOf<K> => body.kind === kind)
    .sort((a, b) => sourceTimeOf(a) - sourceTimeOf(b));
}

/** The newest source time that any of the records has; the time here when there is none. */
export function newestSourceTime(lists: readonly (readonly StreamRecord[] | undefined)[]): number {
  let newest = Number.NEGATIVE_INFINITY;
  for (const list of lists) {
    for (const { body } of list?.slice(-20) ?? []) {
      newest = Math.max(newest, body.kind === 'prediction' ? body.forTime : sourceTimeOf(body));
    }
  }
  return Number.isFinite(newest) ? newest : Date.now();
}

/** Names of a flow and its step as one word, to group records by. */
export function stepOf(body: { flow: string; step: string }): string {
  return `${body.flow} / ${body.step}`;
}

/** A name of a reference as people read it. */
export function referenceName(name: string): string {
  const known: Readonly<Record<string, string>> = {
    persistence: 'plain persistence',
    plain: 'plain persistence',
    smart: 'smart persistence',
  };
  return (
    known[name] ??
    name
      .replaceAll('_', ' ')
      .replace(/([a-z])([A-Z])/g, '$1 $2')
      .toLowerCase()
  );
}

function sourceTimeOf(body: RecordBody): number {
  return body.kind === 'event' ? 0 : body.sourceTime;
}
