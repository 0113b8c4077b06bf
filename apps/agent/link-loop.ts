import type { LinkClient, LinkConnection } from '../../adapters/link/port.ts';
import type { Clock, Timer } from '../../adapters/system/clock.ts';
import { sign } from '../../adapters/system/keys.ts';
import type { Random } from '../../adapters/system/random.ts';
import type { CentreFrame, NodeFrame } from '../../contracts/link.ts';
import { backoffMs } from '../../core/base/backoff.ts';
import { linkProofText } from '../../core/trust/signed-texts.ts';
import type { AgentLimits } from './agent-ports.ts';
import type { EnrolledIdentity } from './identity.ts';

/** What the line brings to the rest of the agent. */
export interface LinkListener {
  /** Proven on both sides: a whole report is due, and everything unacknowledged. */
  onUp(welcome: Extract<CentreFrame, { kind: 'welcome' }>): void;
  onDown(because: string): void;
  onFrame(frame: CentreFrame): void;
  onDrain(): void;
}

export interface LinkLoop {
  /** Keeps a line open until `signal` aborts. */
  run(identity: EnrolledIdentity, signal: AbortSignal): Promise<void>;
  /** False when there is no proven line or it is full. */
  send(frame: NodeFrame): boolean;
  /** Bearer for artifacts; null while there is no proven line. */
  session(): string | null;
}

/** Refusals that another try in a second will not change; once may be a frame that came twice. */
const REFUSALS_BELIEVED = 3;
const lasting: ReadonlySet<string> = new Set(['unauthenticated', 'forbidden', 'not-found']);
/** Even the luckiest draw waits so long, so that a centre that is back is not asked in a tight circle. */
const LEAST_WAIT_MS = 50;

export function createLinkLoop(
  ports: { clock: Clock; random: Random; link: LinkClient },
  limits: Pick<AgentLimits, 'linkBaseMs' | 'linkMaxMs' | 'handshakeMs'>,
  listener: LinkListener,
): LinkLoop {
  const { clock, random } = ports;
  let proven: { connection: LinkConnection; session: string } | undefined;

  /** One line from opening to closing. Resolves with why it ended, and whether it was ever proven. */
  const oneLine = (identity: EnrolledIdentity, signal: AbortSignal): Promise<LineEnd> =>
    new Promise((resolve, reject) => {
      const nodeNonce = Buffer.from(random.bytes(32)).toString('base64url');
      let connection: LinkConnection | undefined;
      let welcomed = false;
      let refusal: { code: string; message: string } | undefined;
      let late: Timer | undefined;
      const onAbort = () => connection?.close('the agent stops');

      const onFrame = (frame: CentreFrame) => {
        if (signal.aborted || connection === undefined) return;
        if (frame.kind === 'challenge') {
          const { node } = identity;
          const text = linkProofText({ node, nodeNonce, centreNonce: frame.nonce });
          connection.send({ kind: 'prove', signature: sign(identity.signing.privateKey, Buffer.from(text)) });
        } else if (frame.kind === 'welcome') {
          if (welcomed) return;
          welcomed = true;
          late?.cancel();
          proven = { connection, session: frame.session };
          listener.onUp(frame);
        } else if (frame.kind === 'refused') {
          refusal = frame;
          connection.close(frame.message);
        } else {
          listener.onFrame(frame);
        }
      };
      const onClose = (because: string) => {
        late?.cancel();
        signal.removeEventListener('abort', onAbort);
        if (proven?.connection === connection) proven = undefined;
        resolve({ because: refusal?.message ?? because, welcomed, lasting: lasting.has(refusal?.code ?? '') });
      };

      ports.link.open({ onFrame, onClose, onDrain: listener.onDrain }).then((opened) => {
        connection = opened;
        if (signal.aborted) return opened.close('the agent stops');
        signal.addEventListener('abort', onAbort, { once: true });
        late = clock.setTimer(limits.handshakeMs, () => opened.close('the handshake took too long'));
        opened.send({ kind: 'hello', protocol: 1, node: identity.node, nonce: nodeNonce });
      }, reject);
    });

  return {
    run: async (identity, signal) => {
      let refusals = 0;
      for (let failures = 0; !signal.aborted; ) {
        const ended = await oneLine(identity, signal).catch(
          (error: Error): LineEnd => ({ because: error.message, welcomed: false, lasting: false }),
        );
        if (signal.aborted) return;
        if (ended.welcomed) listener.onDown(ended.because);
        failures = ended.welcomed ? 1 : failures + 1;
        refusals = ended.lasting ? refusals + 1 : 0;
        const attempt = refusals >= REFUSALS_BELIEVED ? Number.MAX_SAFE_INTEGER : failures;
        const window = { baseMs: limits.linkBaseMs, maxMs: limits.linkMaxMs };
        const waitMs = backoffMs({ attempt, ...window, jitter01: random.number() });
        await clock.sleep(Math.max(LEAST_WAIT_MS, waitMs), signal).catch(() => {});
      }
    },
    send: (frame) => proven?.connection.send(frame) ?? false,
    session: () => proven?.session ?? null,
  };
}

interface LineEnd {
  because: string;
  welcomed: boolean;
  lasting: boolean;
}
