import type { CentreFrame, EnrolAnswer, EnrolRequest, NodeFrame } from '../../contracts/link.ts';

/** One open line from a node to the control plane. Frames arrive whole or not at all; order is not promised. */
export interface LinkConnection {
  /** Queues a frame; false when the line is closed or its buffer is full (then try again after `onDrain`). */
  send(frame: NodeFrame): boolean;
  close(because: string): void;
}

export interface LinkHandlers {
  onFrame(frame: CentreFrame): void;
  onDrain(): void;
  /** Called exactly once, also when `close` was called here. */
  onClose(because: string): void;
}

/** The node's way to the centre: outbound only, one host. */
export interface LinkClient {
  /** Rejects with EdgeError: 'token-spent', 'unreachable', 'forbidden'. Safe to repeat with the same key. */
  enrol(request: EnrolRequest): Promise<EnrolAnswer>;
  /** Resolves with an open line (not yet proven), or rejects with 'unreachable'. */
  open(handlers: LinkHandlers): Promise<LinkConnection>;
  /**
   * Bytes of an artifact from an offset on, so that a broken fetch goes on where it stopped. `session` is the
   * bearer of the welcome. Rejects with 'not-found', 'unauthenticated', 'unreachable'.
   */
  fetchArtifact(sha256: string, fromByte: number, session: string): Promise<AsyncIterable<Uint8Array>>;
}

/** The control plane's end of one line. */
export interface CentreConnection {
  readonly remote: string;
  send(frame: CentreFrame): boolean;
  close(because: string): void;
}

export interface CentreHandlers {
  onFrame(frame: NodeFrame): void;
  onClose(because: string): void;
}

/** Who takes new lines: the control plane gives this to the WebSocket server, or the simulation to its network. */
export type AcceptLink = (connection: CentreConnection) => CentreHandlers;
