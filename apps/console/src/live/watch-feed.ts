import { WatchEvent } from '../../../../contracts/views.ts';
import { backoffMs } from '../../../../core/base/backoff.ts';

/** Whether what is shown is live, and since when. */
export interface FeedPhase {
  phase: 'connecting' | 'live' | 'lost';
  since: number;
}

export interface WatchFeed {
  open(): void;
  /** Also follows the records and live values of one node until the returned function is called. */
  want(node: string): () => void;
  /** Closes every line; `open` starts again with the same nodes. */
  close(): void;
}

const RETRY_BASE_MS = 500;
const RETRY_MAX_MS = 15_000;
/** Nodes followed at once; browsers allow few connections to one host. */
const NODES_MAX = 3;
const eventKinds = ['message', ...WatchEvent.options.map((option) => option.shape.kind.value)];

/** Follows `/api/watch`, for everything and for each wanted node, and connects again whenever a line is lost. */
export function createWatchFeed(handlers: {
  onEvent(event: WatchEvent): void;
  onPhase(phase: FeedPhase['phase']): void;
}): WatchFeed {
  const wanted = new Map<string, number>();
  const lines = new Map<string, () => void>();
  let closeMain: (() => void) | undefined;
  const openNode = (node: string) => {
    if (closeMain === undefined || lines.has(node) || lines.size >= NODES_MAX) return;
    lines.set(
      node,
      follow(`/api/watch?node=${encodeURIComponent(node)}`, handlers.onEvent, () => undefined),
    );
  };
  return {
    open() {
      closeMain = follow('/api/watch', handlers.onEvent, handlers.onPhase);
      for (const node of wanted.keys()) openNode(node);
    },
    want(node) {
      wanted.set(node, (wanted.get(node) ?? 0) + 1);
      openNode(node);
      return () => {
        const left = (wanted.get(node) ?? 1) - 1;
        if (left > 0) wanted.set(node, left);
        else {
          wanted.delete(node);
          lines.get(node)?.();
          lines.delete(node);
        }
      };
    },
    close() {
      closeMain?.();
      closeMain = undefined;
      for (const closeLine of lines.values()) closeLine();
      lines.clear();
    },
  };
}

function follow(
  url: string,
  onEvent: (event: WatchEvent) => void,
  onPhase: (phase: FeedPhase['phase']) => void,
): () => void {
  let attempt = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let source: EventSource | undefined;
  const open = () => {
    const opened = new EventSource(url);
    source = opened;
    opened.onopen = () => {
      attempt = 0;
      onPhase('live');
    };
    opened.onerror = () => {
      opened.close();
      onPhase('lost');
      attempt += 1;
      const jitter01 = Math.random();
      timer = setTimeout(open, 200 + backoffMs({ attempt, baseMs: RETRY_BASE_MS, maxMs: RETRY_MAX_MS, jitter01 }));
    };
    for (const kind of eventKinds) {
      opened.addEventListener(kind, (message) => {
        const parsed = WatchEvent.safeParse(parseJson(message.data));
        if (parsed.success) onEvent(parsed.data);
      });
    }
  };
  open();
  return () => {
    clearTimeout(timer);
    source?.close();
  };
}

function parseJson(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return undefined;
  }
}
