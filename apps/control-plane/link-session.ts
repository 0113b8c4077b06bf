import { createHash } from 'node:crypto';
import type { CentreConnection, CentreHandlers } from '../../adapters/link/port.ts';
import type { Timer } from '../../adapters/system/clock.ts';
import { verify } from '../../adapters/system/keys.ts';
import { EdgeError } from '../../contracts/errors.ts';
import type { NodeFrame } from '../../contracts/link.ts';
import { linkProofText } from '../../core/trust/signed-texts.ts';
import type { Centre } from './centre.ts';

type FrameOf<K extends NodeFrame['kind']> = Extract<NodeFrame, { kind: K }>;

const HANDSHAKE_MS = 10_000;
/** Frames of one node that are being worked on; more are dropped, and the node sends them again. */
const IN_HAND_MAX = 64;

/** A line over which a node has proven itself. */
export interface OpenSession {
  readonly node: string;
  readonly connection: CentreConnection;
  /** SHA-256 of the bearer that fetches artifacts. */
  readonly bearerSha256: string;
  /** When the manifest was sent last over this line, and which. */
  sent: { number: number; at: number };
}

/** What a session does with what a node says; each may be repeated. */
export interface SessionHandlers {
  opened(session: OpenSession): void;
  closed(session: OpenSession, because: string): void;
  report(session: OpenSession, frame: FrameOf<'report'>): Promise<void>;
  records(session: OpenSession, frame: FrameOf<'records'>): Promise<void>;
  live(session: OpenSession, frame: FrameOf<'live'>): void;
  logs(session: OpenSession, frame: FrameOf<'logs'>): void;
}

/**
 * One line: hello → challenge → prove → welcome, then frames. A line that has not proven itself may say nothing else and has
 * seconds for it. Both nonces are in the proof, so neither side can be replayed.
 */
export function acceptSession(centre: Centre, connection: CentreConnection, handlers: SessionHandlers): CentreHandlers {
  const { ports, mirror, config } = centre;
  let greeting: { node: string; nodeNonce: string; centreNonce: string } | undefined;
  let session: OpenSession | undefined;
  let inHand = 0;
  let ended = false;

  const refuse = (code: string, message: string) => {
    ended = true;
    connection.send({ kind: 'refused', code, message });
    connection.close(message);
  };
  const deadline: Timer = ports.clock.setTimer(HANDSHAKE_MS, () => {
    if (session === undefined && !ended) refuse('timeout', 'it did not prove itself in time');
  });

  const greet = (frame: FrameOf<'hello'>) => {
    const centreNonce = nonce(centre);
    greeting = { node: frame.node, nodeNonce: frame.nonce, centreNonce };
    connection.send({ kind: 'challenge', nonce: centreNonce });
  };

  const prove = (frame: FrameOf<'prove'>) => {
    const given = greeting;
    greeting = undefined;
    const key = given === undefined ? undefined : mirror.resources.Node.get(given.node)?.spec.publicKey;
    const proven =
      given !== undefined && key !== undefined && verify(key, Buffer.from(linkProofText(given)), frame.signature);
    // The same words for a name that nobody has and for a wrong key: names cannot be tried out.
    if (!proven) return refuse('unauthenticated', 'no node with this name and key is enrolled');
    deadline.cancel();
    const bearer = nonce(centre);
    session = { node: given.node, connection, bearerSha256: sha256Text(bearer), sent: { number: 0, at: 0 } };
    connection.send({ kind: 'welcome', session: bearer, reportEveryMs: config.reportEveryMs, at: ports.clock.now() });
    handlers.opened(session);
  };

  const work = (job: Promise<void>) => {
    inHand += 1;
    job
      .catch((error: unknown) => {
        if (error instanceof EdgeError && error.code === 'closed') return;
        ports.log('warn', `what ${session?.node} sent could not be kept`, { error: String(error) });
      })
      .finally(() => {
        inHand -= 1;
      });
  };

  return {
    onFrame: (frame) => {
      if (ended) return;
      if (session === undefined) {
        if (frame.kind === 'hello') return greet(frame);
        if (frame.kind === 'prove') return prove(frame);
        return refuse('unauthenticated', 'a line must prove itself first');
      }
      if (frame.kind === 'live') return handlers.live(session, frame);
      if (frame.kind === 'logs') return handlers.logs(session, frame);
      if (inHand >= IN_HAND_MAX) return;
      if (frame.kind === 'report') work(handlers.report(session, frame));
      if (frame.kind === 'records') work(handlers.records(session, frame));
    },
    onClose: (because) => {
      ended = true;
      deadline.cancel();
      if (session !== undefined) handlers.closed(session, because);
    },
  };
}

/** SHA-256 of a text, in hexadecimal: how words that open something are kept. */
export function sha256Text(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function nonce(centre: Centre): string {
  return Buffer.from(centre.ports.random.bytes(32)).toString('base64url');
}
