import { type CentreFrame, FRAME_BYTES_MAX, type NodeFrame } from '../../contracts/link.ts';
import type { LogRing } from './log-ring.ts';

/** The newest lines that were asked for; fewer when they would not fit into a frame. */
export function answerLogs(
  { request, lines, from }: Extract<CentreFrame, { kind: 'logs-wanted' }>,
  logs: LogRing,
): NodeFrame {
  const newest = logs.newest(lines, from);
  let bytes = 0;
  let first = newest.length;
  while (first > 0) {
    bytes += Buffer.byteLength(JSON.stringify(newest[first - 1])) + 1;
    if (bytes > FRAME_BYTES_MAX / 2) break;
    first -= 1;
  }
  return { kind: 'logs', request, lines: newest.slice(first) };
}
