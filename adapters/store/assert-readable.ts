import { EdgeError } from '../../contracts/errors.ts';
import { listedKinds, type RecordQuery } from './port.ts';

/** Throws 'bad-request' for a query across streams that no index serves. */
export function assertReadable(query: RecordQuery): void {
  if (query.stream !== undefined) return;
  const listed: readonly string[] = listedKinds;
  if (query.kinds !== undefined && query.kinds.length > 0 && query.kinds.every((kind) => listed.includes(kind))) return;
  throw new EdgeError('bad-request', `Name a stream, or ask only for ${listedKinds.join(' and ')} records.`);
}
