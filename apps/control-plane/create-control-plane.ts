import type { AcceptLink } from '../../adapters/link/port.ts';
import { EdgeError } from '../../contracts/errors.ts';
import type { EnrolAnswer, EnrolRequest } from '../../contracts/link.ts';
import { replayAlarms } from './alarms.ts';
import { type Centre, openCentre } from './centre.ts';
import { createController } from './controller.ts';
import { enrol } from './enrolment.ts';
import { createHandlers, type Handlers } from './handlers.ts';
import { createLinkSessions } from './link-sessions.ts';
import { createLoop } from './loop.ts';
import { observeAllHealth } from './observe-health.ts';
import { firstStartWord, localToken } from './people.ts';
import { type ControlPlaneConfig, type ControlPlanePorts, defaultConfig } from './ports.ts';
import { bearerPrincipal, nobody, type Principal } from './principal.ts';
import { removeOld } from './retention-loop.ts';
import type { WatchReader } from './watch-feed.ts';

const RETENTION_EVERY_MS = 60_000;

/** What is known of a control plane at a glance, for its metrics. */
export interface ControlPlaneFigures {
  readonly nodes: number;
  readonly connected: number;
  readonly healthy: number;
  readonly unhealthy: number;
  readonly unknown: number;
  readonly alarmsRaised: number;
  readonly watchers: number;
  readonly eventsLost: number;
  readonly recordsStored: number;
}

/**
 * One control plane without any transport: HTTP server, WebSocket server and simulation call it alike. It holds no state that
 * is not in its store, so a crash is a dropped object: `kill` it and make another over the same store.
 */
export interface ControlPlane {
  readonly handlers: Handlers;
  /** Takes a new line of a node. */
  readonly accept: AcceptLink;
  /** Begins the loops. */
  start(): Promise<void>;
  /** Ends lines and loops, and waits for what is being written. The ports stay open. */
  stop(): Promise<void>;
  /** Ends as SIGKILL does: nothing is waited for, no timer of it fires again. */
  kill(): void;
  enrol(request: EnrolRequest): Promise<EnrolAnswer>;
  /** Bytes of an artifact for a node with an open line. 'unauthenticated', 'not-found'. */
  artifact(sha256: string, fromByte: number, session: string): Promise<AsyncIterable<Uint8Array>>;
  /** Size of an artifact; 'not-found'. */
  artifactSize(sha256: string): Promise<number>;
  /** Who asks: `bearer` is a token or a link's session, `cookie` the whole Cookie header. */
  authenticate(given: { bearer?: string | undefined; cookie?: string | undefined }): Promise<Principal>;
  /** Reads the watch feed; undefined when too many do. */
  subscribe(reader: WatchReader): { unsubscribe(): void } | undefined;
  /** The word of the first administrator's link while nobody exists; each call makes a new one and ends the one before. */
  firstStartWord(): Promise<string | undefined>;
  /** The administrator's token for programs of this machine: the one given while it is good, else a new one. */
  localToken(present: string | undefined): Promise<string>;
  figures(): Promise<ControlPlaneFigures>;
}

/** Reads what is kept and joins loops, sessions and handlers. Nothing runs before `start`. */
export async function createControlPlane(
  ports: ControlPlanePorts,
  given: Partial<ControlPlaneConfig> = {},
): Promise<ControlPlane> {
  const config: ControlPlaneConfig = { ...defaultConfig, ...given };
  const centre = await openCentre(ports, config);
  const sessions = createLinkSessions(centre, () => controller.kick());
  const controller = createController(centre, sessions.push);
  const retention = createLoop({
    clock: ports.clock,
    everyMs: RETENTION_EVERY_MS,
    gapMs: RETENTION_EVERY_MS,
    run: () => removeOld(centre),
    onError: (error) => ports.log('error', 'old records could not be removed', { error: String(error) }),
  });
  const life = { ended: false };

  centre.onChanges((changes) => {
    for (const { kind, name, before, after } of changes) {
      if (kind !== 'Node' || before === null) continue;
      if (after === null) sessions.close(name, 'the node was removed');
      else if (after.spec['publicKey'] !== before.spec['publicKey'])
        sessions.close(name, 'the key of the node changed');
    }
  });

  const assertNode = (session: string) => {
    if (sessions.bearer(session) !== undefined) return;
    throw new EdgeError('unauthenticated', 'The link of this session is not open.', { hint: 'Open the link again.' });
  };

  return {
    handlers: createHandlers(centre, sessions, controller.kick),
    accept: (connection) => {
      if (!life.ended) return sessions.accept(connection);
      connection.close('the control plane stops');
      return { onFrame: () => {}, onClose: () => {} };
    },
    start: async () => {
      await replayAlarms(centre);
      observeAllHealth(centre);
      centre.emit({ kind: 'control-plane-started', version: config.version });
      controller.start();
      retention.start();
    },
    stop: async () => {
      life.ended = true;
      sessions.closeAll('the control plane stops');
      centre.watch.end();
      await Promise.all([controller.stop(), retention.stop()]);
      await centre.events.flushed();
    },
    kill: () => {
      life.ended = true;
      controller.abandon();
      retention.abandon();
      sessions.abandon();
    },
    enrol: (request) => enrol(centre, request),
    artifact: async (sha256, fromByte, session) => {
      assertNode(session);
      if (!(await ports.artifacts.has(sha256))) throw missing(sha256);
      return ports.artifacts.read(sha256, { from: fromByte, to: Number.MAX_SAFE_INTEGER });
    },
    artifactSize: (sha256) => artifactSize(centre, sha256),
    authenticate: async ({ bearer, cookie }) => {
      if (bearer !== undefined) return bearerPrincipal(centre, sessions.bearer, bearer);
      const person = cookie === undefined ? undefined : await ports.identity.authenticate(cookie);
      return person === undefined ? nobody : { kind: 'person', person };
    },
    subscribe: (reader) => centre.watch.subscribe(reader),
    firstStartWord: () => firstStartWord(centre),
    localToken: (present) => localToken(centre, present),
    figures: () => figures(centre, sessions.count()),
  };
}

async function artifactSize(centre: Centre, sha256: string): Promise<number> {
  const { ModelVersion: versions } = centre.mirror.resources;
  const known = versions.values().find((version) => version.spec.artifact === sha256)?.spec.sizeBytes;
  if (known !== undefined) return known;
  const kept = (await centre.ports.artifacts.list()).find((artifact) => artifact.sha256 === sha256);
  if (kept === undefined) throw missing(sha256);
  return kept.sizeBytes;
}

async function figures(centre: Centre, connected: number): Promise<ControlPlaneFigures> {
  const { mirror } = centre;
  const health = [...mirror.resources.Node.keys()].map((node) => mirror.health.get(node)?.health ?? 'unknown');
  const positions = await centre.ports.records.positions();
  return {
    nodes: health.length,
    connected,
    healthy: health.filter((one) => one === 'healthy').length,
    unhealthy: health.filter((one) => one === 'unhealthy').length,
    unknown: health.filter((one) => one === 'unknown').length,
    alarmsRaised: [...mirror.alarms.values()].filter((alarm) => alarm.phase === 'raised').length,
    watchers: centre.watch.readers(),
    eventsLost: centre.events.lost(),
    recordsStored: positions.reduce((sum, one) => sum + one.stored, 0),
  };
}

function missing(sha256: string): EdgeError {
  return new EdgeError('not-found', `The artifact ${sha256} is not here.`, { where: sha256 });
}
