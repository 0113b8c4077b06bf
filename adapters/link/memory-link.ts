import { EdgeError } from '../../contracts/errors.ts';
import { CentreFrame, type EnrolAnswer, type EnrolRequest, FRAME_BYTES_MAX, NodeFrame } from '../../contracts/link.ts';
import type { Clock } from '../system/clock.ts';
import type { Random } from '../system/random.ts';
import type { AcceptLink, CentreHandlers, LinkClient, LinkConnection, LinkHandlers } from './port.ts';

/** What a line does to what is sent on it; chances are 0 to 1. Delays drawn apart are what reorders frames. */
export interface LinkFaults {
  lose: number;
  duplicate: number;
  delayMs: { min: number; max: number };
  /** Chance that the fetch of an artifact breaks somewhere in the middle. */
  breakFetch: number;
}

/** What the control plane offers to its network: lines, enrolment, bytes. */
export interface MemoryCentre {
  accept: AcceptLink;
  enrol(request: EnrolRequest): Promise<EnrolAnswer>;
  artifact(sha256: string, fromByte: number, session: string): Promise<AsyncIterable<Uint8Array>>;
}

/** A network in memory: deterministic on a fake clock and a seeded chance. */
export interface MemoryNetwork {
  /** The way of one node to the centre; the name is only the network's, like an address. */
  client(node: string): LinkClient;
  /** Who answers from now on; `null` when the centre is down. Every open line of the one before closes at once. */
  serve(centre: MemoryCentre | null): void;
  /** Frames vanish from now on; both ends see the line closed `noticeMs` later, as after a missed ping. */
  cut(node: string): void;
  heal(node: string): void;
  /** The machine of the node is gone: its lines close at the centre at once. */
  drop(node: string): void;
  setFaults(node: string, faults: Partial<LinkFaults>): void;
  /** Open lines of one node, or of all. */
  lines(node?: string): number;
}

/** Bytes on their way in one direction of one line before `send` says no. */
const BUFFER_BYTES_MAX = 4 * 1024 * 1024;
const FETCH_PIECE_BYTES = 64 * 1024;
const NOTICE_MS = 5000;

const noFaults: LinkFaults = { lose: 0, duplicate: 0, delayMs: { min: 1, max: 1 }, breakFetch: 0 };

interface Line {
  readonly node: string;
  closed: boolean;
  close(because: string): void;
}

interface Way {
  buffered: number;
  full: boolean;
}

export function createMemoryNetwork(options: {
  clock: Clock;
  random: Random;
  faults?: Partial<LinkFaults>;
  noticeMs?: number;
}): MemoryNetwork {
  const { clock, random } = options;
  const noticeMs = options.noticeMs ?? NOTICE_MS;
  const faultsOf = new Map<string, LinkFaults>();
  const cutNodes = new Set<string>();
  const lines = new Set<Line>();
  let centre: MemoryCentre | null = null;

  const faults = (node: string): LinkFaults => faultsOf.get(node) ?? { ...noFaults, ...options.faults };
  const delay = ({ delayMs }: LinkFaults) => delayMs.min + random.number() * (delayMs.max - delayMs.min);
  const unreachable = (node: string) =>
    new EdgeError('unreachable', `The control plane does not answer ${node}.`, { where: node });
  const reach = async (node: string): Promise<MemoryCentre> => {
    await clock.sleep(delay(faults(node)));
    if (cutNodes.has(node) || centre === null) throw unreachable(node);
    return centre;
  };

  /** Carries one frame: text, so that neither end can change what the other holds. */
  const carry = (
    line: Line,
    way: Way,
    text: string,
    arrive: (frame: unknown) => void,
    drained: () => void,
  ): boolean => {
    if (line.closed || way.buffered > BUFFER_BYTES_MAX) {
      way.full ||= !line.closed;
      return false;
    }
    way.buffered += text.length;
    const { lose, duplicate } = faults(line.node);
    const copies = random.number() < duplicate ? 2 : 1;
    let left = copies;
    for (let copy = 0; copy < copies; copy++) {
      const lost = random.number() < lose;
      clock.setTimer(delay(faults(line.node)), () => {
        left -= 1;
        if (left === 0) way.buffered -= text.length;
        if (line.closed) return;
        if (!lost && !cutNodes.has(line.node)) arrive(JSON.parse(text));
        if (way.full && way.buffered <= BUFFER_BYTES_MAX / 2) {
          way.full = false;
          drained();
        }
      });
    }
    return true;
  };

  const open = async (node: string, handlers: LinkHandlers): Promise<LinkConnection> => {
    const at = await reach(node);
    let centreEnd: CentreHandlers | undefined;
    const line: Line = {
      node,
      closed: false,
      close: (because) => {
        if (line.closed) return;
        line.closed = true;
        lines.delete(line);
        handlers.onClose(because);
        centreEnd?.onClose(because);
      },
    };
    lines.add(line);
    const up: Way = { buffered: 0, full: false };
    const down: Way = { buffered: 0, full: false };
    centreEnd = at.accept({
      remote: node,
      send: (frame) =>
        carry(
          line,
          down,
          textOf(frame),
          (got) => handlers.onFrame(CentreFrame.parse(got)),
          () => {},
        ),
      close: (because) => line.close(because),
    });
    return {
      send: (frame) =>
        carry(
          line,
          up,
          textOf(frame),
          (got) => centreEnd.onFrame(NodeFrame.parse(got)),
          () => handlers.onDrain(),
        ),
      close: (because) => line.close(because),
    };
  };

  async function* pieces(node: string, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    const breaks = random.number() < faults(node).breakFetch;
    const breakAfter = breaks ? Math.floor(random.number() * 4 * FETCH_PIECE_BYTES) : Number.POSITIVE_INFINITY;
    let sent = 0;
    for await (const chunk of bytes) {
      for (let from = 0; from < chunk.length; from += FETCH_PIECE_BYTES) {
        await clock.sleep(delay(faults(node)));
        if (cutNodes.has(node) || centre === null) throw unreachable(node);
        const piece = chunk.slice(from, Math.min(from + FETCH_PIECE_BYTES, chunk.length));
        const room = breakAfter - sent;
        if (piece.length > room) {
          if (room > 0) yield piece.slice(0, room);
          throw unreachable(node);
        }
        sent += piece.length;
        yield piece;
      }
    }
  }

  const closeLines = (because: string, of: (line: Line) => boolean) => {
    for (const line of [...lines]) if (of(line)) line.close(because);
  };

  return {
    client: (node) => ({
      enrol: async (request) => {
        const answer = await (await reach(node)).enrol(request);
        if (random.number() < faults(node).lose) throw unreachable(node);
        return answer;
      },
      open: (handlers) => open(node, handlers),
      fetchArtifact: async (sha256, fromByte, session) =>
        pieces(node, await (await reach(node)).artifact(sha256, fromByte, session)),
    }),
    serve: (next) => {
      closeLines('the control plane went away', () => true);
      centre = next;
    },
    cut: (node) => {
      cutNodes.add(node);
      const before = [...lines].filter((line) => line.node === node);
      clock.setTimer(noticeMs, () => {
        for (const line of before) line.close('no answer for too long');
      });
    },
    heal: (node) => {
      cutNodes.delete(node);
    },
    drop: (node) => closeLines('the other end is gone', (line) => line.node === node),
    setFaults: (node, changed) => {
      faultsOf.set(node, { ...faults(node), ...changed });
    },
    lines: (node) => (node === undefined ? lines.size : [...lines].filter((line) => line.node === node).length),
  };
}

function textOf(frame: NodeFrame | CentreFrame): string {
  const text = JSON.stringify(frame);
  if (text.length > FRAME_BYTES_MAX) {
    throw new EdgeError('too-large', `A frame of ${text.length} bytes is larger than ${FRAME_BYTES_MAX}.`, {
      where: frame.kind,
    });
  }
  return text;
}
