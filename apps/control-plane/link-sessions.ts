import type { AcceptLink } from '../../adapters/link/port.ts';
import type { Timer } from '../../adapters/system/clock.ts';
import { EdgeError } from '../../contracts/errors.ts';
import type { LogLine } from '../../contracts/report.ts';
import type { StoredRecord } from '../../contracts/views.ts';
import { takeAlarms } from './alarms.ts';
import type { Centre } from './centre.ts';
import { acceptSession, type OpenSession, type SessionHandlers, sha256Text } from './link-session.ts';
import { signedManifest } from './manifest-loop.ts';
import { collections } from './mirror.ts';
import { observeHealth } from './observe-health.ts';
import { recordEntry } from './timeline.ts';

const LOGS_WAIT_MS = 10_000;
const LOG_REQUESTS_MAX = 100;

export interface LinkSessions {
  accept: AcceptLink;
  connected(node: string): boolean;
  count(): number;
  /** Sends the newest manifest to a node, if its line is open. */
  push(node: string): void;
  /** The node whose open line this bearer belongs to. */
  bearer(word: string): string | undefined;
  /** Asks a node for live values. Rejects with 'unreachable' when its line is not open. */
  watch(node: string, forMs: number): void;
  /** Asks a node for its newest log lines. 'unreachable', 'timeout', 'too-many'. */
  logs(node: string, lines: number, from?: string): Promise<LogLine[]>;
  /** Closes the line of a node. */
  close(node: string, because: string): void;
  closeAll(because: string): void;
  /** Forgets every line without a word, as a process does that is killed. */
  abandon(): void;
}

interface LogRequest {
  readonly node: string;
  readonly deadline: Timer;
  resolve(lines: LogLine[]): void;
}

/** Every line on which a node has proven itself, one for each node: a new one ends the one before. */
export function createLinkSessions(centre: Centre, onNodeChanged: (node: string) => void): LinkSessions {
  const { ports, mirror, watch } = centre;
  const sessions = new Map<string, OpenSession>();
  const bearers = new Map<string, OpenSession>();
  const logRequests = new Map<string, LogRequest>();
  let abandoned = false;

  const isOpen = (session: OpenSession) => sessions.get(session.node) === session;

  const sendManifest = async (session: OpenSession): Promise<void> => {
    const manifest = await signedManifest(centre, session.node);
    const number = mirror.manifests.get(session.node)?.number ?? 0;
    if (manifest === null || !isOpen(session)) return;
    if (session.connection.send({ kind: 'manifest', manifest })) session.sent = { number, at: ports.clock.now() };
  };
  const tried = (job: Promise<void>) =>
    void job.catch((error: unknown) => ports.log('warn', 'a manifest could not be read', { error: String(error) }));

  const handlers: SessionHandlers = {
    opened: (session) => {
      const before = sessions.get(session.node);
      sessions.set(session.node, session);
      bearers.set(session.bearerSha256, session);
      if (before !== undefined) before.connection.close('the node opened another line');
      for (const trust of ports.keys.trust) session.connection.send({ kind: 'trust', trust });
      tried(sendManifest(session));
      session.connection.send({ kind: 'report-wanted' });
      if (before === undefined) centre.emit({ kind: 'node-connected', node: session.node });
      watch.publish({ kind: 'node', node: session.node }, session.node);
    },
    closed: (session, because) => {
      bearers.delete(session.bearerSha256);
      if (!isOpen(session)) return;
      sessions.delete(session.node);
      centre.emit({ kind: 'node-lost', node: session.node, because });
      watch.publish({ kind: 'node', node: session.node }, session.node);
    },
    report: (session, frame) => takeReport(session, frame.report),
    records: (session, frame) => takeRecords(session, frame),
    live: (session, { live }) => {
      if (live.node === session.node) watch.publish({ kind: 'live', live }, session.node);
    },
    logs: (session, { request, lines }) => {
      const waiting = logRequests.get(request);
      if (waiting === undefined || waiting.node !== session.node) return;
      logRequests.delete(request);
      waiting.deadline.cancel();
      waiting.resolve(lines);
    },
  };

  const takeReport: (
    session: OpenSession,
    report: Parameters<SessionHandlers['report']>[1]['report'],
  ) => Promise<void> = async (session, report) => {
    const { node } = session;
    if (report.node !== node) return session.connection.close('it reported for another node');
    const seenAt = ports.clock.now();
    const before = mirror.reports.get(node)?.report;
    mirror.reports.set(node, { report, seenAt });
    const healthChanged = observeHealth(centre, node);
    const changed =
      healthChanged || before?.converged !== report.converged || before.manifestNumber !== report.manifestNumber;
    watch.publish({ kind: 'node', node }, node, !changed);
    if (changed) onNodeChanged(node);
    resendManifest(session, report.manifestNumber, report.refused?.number ?? 0);
    if (report.trustNumber < ports.keys.trust.length) {
      for (const trust of ports.keys.trust.slice(report.trustNumber)) session.connection.send({ kind: 'trust', trust });
    }
    await centre.commit({
      actor: 'system',
      documents: [{ collection: collections.reports, key: node, body: { report, seenAt } }],
    });
  };

  const resendManifest = (session: OpenSession, has: number, refused: number): void => {
    const desired = mirror.manifests.get(session.node)?.number ?? 0;
    if (has >= desired || refused === desired) return;
    const waited = ports.clock.now() - session.sent.at;
    if (session.sent.number < desired || waited >= centre.config.reportEveryMs || waited < 0)
      tried(sendManifest(session));
  };

  const takeRecords: SessionHandlers['records'] = async (session, { stream, incarnation, records, dropped }) => {
    const { node } = session;
    const at = ports.clock.now();
    const { upTo, stored } = await ports.records.append({ node, stream, incarnation, records, dropped, at });
    if (isOpen(session)) session.connection.send({ kind: 'stored', stream, incarnation, upTo });
    if (stored.length === 0) return;
    watch.publish({ kind: 'records', node, stream, records: stored }, node);
    const kept: StoredRecord[] = stored.map((record) => ({ ...record, node, stream, incarnation, storedAt: at }));
    for (const record of kept) {
      const entry = recordEntry(mirror, record);
      if (entry !== undefined) watch.publish({ kind: 'timeline', entry }, node);
    }
    const documents = takeAlarms(mirror, kept);
    if (documents.length === 0) return;
    await centre.commit({ actor: 'system', documents });
    watch.publish({ kind: 'node', node }, node);
  };

  const opened = (node: string): OpenSession => {
    const session = sessions.get(node);
    if (session !== undefined) return session;
    throw new EdgeError('unreachable', `The node ${node} is not connected.`, {
      where: node,
      hint: 'Look at its own page, or wait until it is back.',
    });
  };

  return {
    accept: (connection) => {
      const session = acceptSession(centre, connection, handlers);
      return {
        onFrame: (frame) => {
          if (!abandoned) session.onFrame(frame);
        },
        onClose: (because) => session.onClose(because),
      };
    },
    connected: (node) => sessions.has(node),
    count: () => sessions.size,
    push: (node) => {
      const session = sessions.get(node);
      if (session !== undefined) tried(sendManifest(session));
    },
    bearer: (word) => bearers.get(sha256Text(word))?.node,
    watch: (node, forMs) => {
      opened(node).connection.send({ kind: 'watch', forMs });
    },
    logs: async (node, lines, from) => {
      const session = opened(node);
      if (logRequests.size >= LOG_REQUESTS_MAX)
        throw new EdgeError('too-many', 'Too many requests for logs wait already.');
      const request = ports.random.id();
      const { promise, resolve, reject } = Promise.withResolvers<LogLine[]>();
      const deadline = ports.clock.setTimer(LOGS_WAIT_MS, () => {
        logRequests.delete(request);
        reject(
          new EdgeError('timeout', `The node ${node} did not send its log in ${LOGS_WAIT_MS / 1000} s.`, {
            where: node,
          }),
        );
      });
      logRequests.set(request, { node, deadline, resolve });
      session.connection.send({ kind: 'logs-wanted', request, lines, ...(from === undefined ? {} : { from }) });
      return promise;
    },
    close: (node, because) => sessions.get(node)?.connection.close(because),
    closeAll: (because) => {
      for (const session of sessions.values()) session.connection.close(because);
    },
    abandon: () => {
      abandoned = true;
      for (const { deadline } of logRequests.values()) deadline.cancel();
      sessions.clear();
      bearers.clear();
    },
  };
}
