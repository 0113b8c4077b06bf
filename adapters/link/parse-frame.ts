import { CentreFrame, NodeFrame } from '../../contracts/link.ts';

/**
 * Text from a line as a frame. `undefined`: not of this protocol. `'unknown'`: a kind that a newer version has, to be
 * ignored, so that either side can be updated first.
 */
export function parseNodeFrame(text: string): NodeFrame | 'unknown' | undefined {
  return parse(text, NodeFrame, nodeKinds);
}

/** The same for what the control plane sends. */
export function parseCentreFrame(text: string): CentreFrame | 'unknown' | undefined {
  return parse(text, CentreFrame, centreKinds);
}

interface Schema<T> {
  safeParse(value: unknown): { success: true; data: T } | { success: false };
}

const kindsOf = (schema: typeof NodeFrame | typeof CentreFrame): ReadonlySet<string> =>
  new Set(schema.options.map((option) => option.shape.kind.value));
const nodeKinds = kindsOf(NodeFrame);
const centreKinds = kindsOf(CentreFrame);

function parse<T>(text: string, schema: Schema<T>, kinds: ReadonlySet<string>): T | 'unknown' | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const kind = (value as { kind?: unknown } | null)?.kind;
  if (typeof kind !== 'string') return undefined;
  if (!kinds.has(kind)) return 'unknown';
  const parsed = schema.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}
