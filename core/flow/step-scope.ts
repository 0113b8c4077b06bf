import type { Problem } from '../../contracts/errors.ts';
import { durationMs } from '../base/duration.ts';
import { suggest } from '../base/nearest.ts';
import { namesIn, type Vocabulary } from './expression.ts';
import type { FlowFacts } from './flow-facts.ts';
import type { PortKind, PortType } from './port-type.ts';
import type { StepOutputs, StepScope } from './step-definition.ts';

/** Whether text still has a variable such as ${site.latitude}, so that nothing can be said about it yet. */
export function hasVariable(text: string): boolean {
  return text.includes('$' + '{');
}

/** The type of a series, when it is known. */
export function seriesType(outputs: ReadonlyMap<string, StepOutputs>, ref: string): PortType | undefined {
  const [name, field = ''] = ref.split('.') as [string, string | undefined];
  return outputs.get(name)?.[field];
}

/** The scope of one step: where its problems are, and what stands before it. */
export function createStepScope(of: {
  where: string;
  problems: Problem[];
  outputs: ReadonlyMap<string, StepOutputs>;
  vocabulary: Vocabulary;
  facts: FlowFacts;
  streams: ReadonlySet<string>;
  /** Steps that are not analysed yet: this one, and those of a cycle. */
  waiting: ReadonlySet<string>;
}): StepScope {
  const { outputs } = of;
  const problem: StepScope['problem'] = (place, message, hint) => {
    of.problems.push({ where: place === '' ? of.where : `${of.where}.${place}`, message, hint });
  };
  const fits = (type: PortType, kinds: readonly PortKind[] | undefined, place: string, what: string) => {
    if (kinds === undefined || type.kind === 'any' || kinds.includes(type.kind)) return true;
    problem(place, `${what} is ${named(type.kind)}, not ${kinds.map(named).join(' or ')}`);
    return false;
  };

  return {
    facts: of.facts,
    streams: of.streams,
    problem,
    typeOf: (ref) => seriesType(outputs, ref),
    series(ref, place, kinds) {
      const type = seriesType(outputs, ref);
      if (type !== undefined) return fits(type, kinds, place, ref) ? type : undefined;
      problem(place, ...unknownSeries(ref, outputs, of.waiting));
      return undefined;
    },
    expression(text, place, kinds) {
      if (hasVariable(text)) return undefined;
      const unready = namesIn(text).find((name) => of.waiting.has(name));
      if (unready !== undefined) {
        problem(place, `"${unready}" waits for this step`);
        return undefined;
      }
      const result = of.vocabulary.compile(text);
      if (!result.ok) {
        problem(place, result.problem.message, result.problem.hint);
        return undefined;
      }
      return fits(result.compiled.type, kinds, place, `"${text}"`) ? result.compiled : undefined;
    },
    duration(text, place, rule) {
      if (hasVariable(text)) return undefined;
      const ms = durationMs(text);
      if (rule === 'positive' && ms <= 0) problem(place, 'it must be longer than nothing');
      return ms;
    },
  };
}

function unknownSeries(
  ref: string,
  outputs: ReadonlyMap<string, StepOutputs>,
  waiting: ReadonlySet<string>,
): [message: string, hint: string | undefined] {
  const [name, field] = ref.split('.') as [string, string | undefined];
  if (waiting.has(name)) return [`"${name}" waits for this step`, undefined];
  const known = outputs.get(name);
  if (known === undefined) return [`there is no input or step "${name}"`, suggest(name, outputs.keys())];
  const fields = Object.keys(known).filter((key) => key !== '');
  if (Object.keys(known).length === 0) return [`"${name}" gives no values`, 'Name a step that gives some.'];
  if (field === undefined)
    return [`"${name}" has several values`, `Say one of: ${fields.map((key) => `${name}.${key}`).join(', ')}.`];
  if (fields.length === 0) return [`"${name}" has one value`, `Say "${name}".`];
  return [`"${name}" has no "${field}"`, suggest(field, fields)];
}

function named(kind: PortKind): string {
  return { number: 'a number', boolean: 'true or false', string: 'text', vector: 'a vector', any: 'anything' }[kind];
}
