import { type FlowSpec, type FlowStep, type StepKind, stepKindOf } from '../../../../../contracts/kinds/flow.ts';
import { readsOf } from '../../../../../core/flow/analyse-flow.ts';

/** One box of a drawn flow. */
export interface FlowBox {
  id: string;
  kind: StepKind | 'input';
  /** The one thing that matters most about it. */
  detail: string;
  reads: string[];
  /** How far from the inputs. */
  level: number;
  /** Its place within the level, and how many share it. */
  place: number;
  beside: number;
}

/** Lays a flow out for drawing: inputs on top, every step below all that it reads, as the flow checker finds it. */
export function layOutFlow(spec: FlowSpec): FlowBox[] {
  const inputs = Object.entries(spec.inputs).map(([id, { tag }]) => ({
    id,
    kind: 'input' as const,
    detail: tag,
    reads: [] as string[],
  }));
  const steps = spec.steps.map((step) => {
    const kind = stepKindOf(step);
    return { id: step.id, kind, detail: detailOf(kind, step[kind] as Settings), reads: readsOf(step as FlowStep) };
  });
  const level = new Map<string, number>(inputs.map(({ id }) => [id, 0]));
  for (let round = 0; round < steps.length; round += 1) {
    for (const { id, reads } of steps) level.set(id, Math.max(0, ...reads.map((name) => (level.get(name) ?? 0) + 1)));
  }
  const levels = new Map<number, string[]>();
  for (const { id } of [...inputs, ...steps]) {
    const at = level.get(id) ?? 0;
    levels.set(at, [...(levels.get(at) ?? []), id]);
  }
  return [...inputs, ...steps].map((box) => {
    const at = level.get(box.id) ?? 0;
    const beside = levels.get(at) ?? [];
    return { ...box, level: at, place: beside.indexOf(box.id), beside: beside.length };
  });
}

type Settings = Readonly<Record<string, unknown>>;
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
