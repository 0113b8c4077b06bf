import { type FlowSpec, type StepKind, stepKindOf } from '../../../../../contracts/kinds/flow.ts';

/** One box of a drawn flow. */
export interface FlowBox {
  id: string;
  kind: StepKind | 'input';
  /** The one thing that matters most about it. */
  detail: string;
  reads: string[];
  column: number;
  row: number;
}

/**
 * Lays a flow out for drawing: inputs first, every step right of all that it reads. What a step reads is found by the
 * names of inputs and steps in its settings, which is what its references and expressions consist of.
 */
export function layOutFlow(spec: FlowSpec): FlowBox[] {
  const names = [...Object.keys(spec.inputs), ...spec.steps.map(({ id }) => id)];
  const inputs = Object.entries(spec.inputs).map(([id, { tag }]) => ({
    id,
    kind: 'input' as const,
    detail: tag,
    reads: [],
  }));
  const steps = spec.steps.map((step) => {
    const kind = stepKindOf(step);
    return {
      id: step.id,
      kind,
      detail: detailOf(kind, step[kind] as Settings),
      reads: readsOf(step.id, kind, step[kind], names),
    };
  });
  const column = new Map<string, number>(inputs.map(({ id }) => [id, 0]));
  for (let round = 0; round < steps.length; round += 1) {
    for (const { id, reads } of steps) {
      column.set(id, Math.max(0, ...reads.map((name) => (column.get(name) ?? 0) + 1)));
    }
  }
  const filled = new Map<number, number>();
  return [...inputs, ...steps].map((box) => {
    const at = column.get(box.id) ?? 0;
    const row = filled.get(at) ?? 0;
    filled.set(at, row + 1);
    return { ...box, column: at, row };
  });
}

type Settings = Readonly<Record<string, unknown>>;
const textOnly: ReadonlySet<string> = new Set([
  'tag',
  'use',
  'message',
  'stream',
  'about',
  'every',
  'severity',
  'delay',
  'tolerance',
]);

function readsOf(id: string, kind: StepKind, settings: unknown, names: readonly string[]): string[] {
  const texts = kind === 'alarm' ? [...messageSeries(settings as Settings), ...textsOf(settings)] : textsOf(settings);
  const used = new Set(texts.flatMap((text) => text.match(/(?<![\w.])[a-z]\w*/g) ?? []));
  return names.filter((name) => name !== id && used.has(name));
}

function messageSeries(settings: Settings): string[] {
  return [...String(settings['message'] ?? '').matchAll(/\{([^}:]+)/g)].map((match) => match[1]!);
}

function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value.replaceAll(/'[^']*'|"[^"]*"|\$\{[^}]*\}/g, '')];
  if (Array.isArray(value)) return value.flatMap(textsOf);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    textOnly.has(key) || key === 'outputs' ? [] : textsOf(inner),
  );
}

function detailOf(kind: StepKind, settings: Settings): string {
  const text = (key: string) => String(settings[key] ?? '');
  switch (kind) {
    case 'resample':
      return `${text('aggregate') || 'mean'} of every ${text('every')}`;
    case 'window':
      return settings['lags'] === undefined ? `last ${text('last')}` : `lags ${String(settings['lags'])}`;
    case 'sun':
      return 'sun and clear sky';
    case 'compute':
      return Object.keys(settings).join(', ');
    case 'join':
      return `within ${text('tolerance')}`;
    case 'model':
      return text('use');
    case 'when':
      return settings['if'] === undefined
        ? `${text('value')} ${settings['above'] === undefined ? `< ${text('below')}` : `> ${text('above')}`}`
        : text('if');
    case 'write':
      return text('tag');
    case 'alarm':
      return text('severity') || 'warning';
    case 'publish':
      return `to ${text('stream')}`;
    case 'score':
      return `truth after ${text('delay')}`;
  }
}
