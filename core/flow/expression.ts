import { type ASTNode, Environment, type ParseError } from '@marcbachmann/cel-js';
import type { Problem } from '../../contracts/errors.ts';
import { suggest } from '../base/nearest.ts';
import { registerFunctions } from './expression-functions.ts';
import { isUsable, type PortType, type Value } from './port-type.ts';

/** The source time of the values, in ms since 1970; every expression may use it. */
export const timeVariable = 'time';

/** Words that CEL keeps for itself (cel-spec, Syntax), and `time`. */
export const reservedWords: ReadonlySet<string> = new Set(
  `as break const continue else false for function if import in let loop namespace null package return true var void while ${timeVariable}`.split(
    ' ',
  ),
);

/** Evaluates to null, with the reason in `because`, when there is no finite result. */
export interface BoundExpression {
  evaluate(time: number, values: readonly Value[]): Value | null;
  because: string;
}

export interface CompiledExpression {
  readonly type: PortType;
  /** The series that it reads: `ghi` or `sun.elevation`. */
  readonly refs: readonly string[];
  /** Reads the value of each series from the slot that `slotOf` gives. */
  bind(slotOf: (ref: string) => number): BoundExpression;
}

export type ExpressionResult = { ok: true; compiled: CompiledExpression } | { ok: false; problem: Problem };

/** The series that expressions may name, with their types; grows while a flow is analysed in order. */
export interface Vocabulary {
  /** Adds an input or a step; the outputs of a step with one value have the key ''. */
  add(name: string, outputs: Readonly<Record<string, PortType>>): void;
  compile(text: string): ExpressionResult;
}

/** The names (of inputs or steps) that an expression uses; none when its syntax is wrong, which `compile` reports. */
export function namesIn(text: string): string[] {
  try {
    return [...new Set(readsOf(new Environment().parse(text).ast).map(([name]) => name))];
  } catch {
    return [];
  }
}

/** Expressions are CEL (github.com/google/cel-spec), parsed and type-checked once. */
export function createVocabulary(): Vocabulary {
  const environment = registerFunctions(new Environment()).registerVariable(timeVariable, 'double');
  const known = new Map<string, Readonly<Record<string, PortType>>>();
  const carriers = new Map<string, new () => Record<string, unknown>>();

  return {
    add(name, outputs) {
      known.set(name, outputs);
      const single = outputs[''];
      if (single !== undefined) {
        environment.registerVariable(name, celType(single));
        return;
      }
      // The library checks fields of a type only when it has a constructor; an instance is filled again for each evaluation.
      const carrier = class {} as new () => Record<string, unknown>;
      carriers.set(name, carrier);
      const fields = Object.fromEntries(Object.entries(outputs).map(([field, type]) => [field, celType(type)]));
      environment.registerType(`outputs of ${name}`.replaceAll(' ', '_'), { ctor: carrier, fields });
      environment.registerVariable(name, `outputs_of_${name}`);
    },

    compile(text) {
      try {
        const parsed = environment.parse(text);
        const reads = readsOf(parsed.ast);
        const bare = reads.find(([name, field]) => field === undefined && carriers.has(name));
        if (bare !== undefined) {
          const fields = Object.keys(known.get(bare[0])!);
          return {
            ok: false,
            problem: {
              message: `${bare[0]} has several values`,
              hint: `Say one of: ${fields.map((f) => `${bare[0]}.${f}`).join(', ')}.`,
            },
          };
        }
        const checked = parsed.check();
        if (!checked.valid) return { ok: false, problem: problemOf(checked.error as ParseError, text, known) };
        const type = portType(checked.type ?? 'dyn');
        if (type === undefined)
          return {
            ok: false,
            problem: {
              message: `the expression gives ${checked.type}`,
              hint: 'It must give a number, true or false, text, or a list of numbers.',
            },
          };
        const refs = [
          ...new Set(
            reads
              .filter(([name]) => known.has(name))
              .map(([name, field]) => (carriers.has(name) ? `${name}.${field}` : name)),
          ),
        ];
        return { ok: true, compiled: { type, refs, bind: (slotOf) => bind(parsed, refs, carriers, slotOf) } };
      } catch (error) {
        return { ok: false, problem: problemOf(error as ParseError, text, known) };
      }
    },
  };
}

function bind(
  parsed: (context: Record<string, unknown>) => unknown,
  refs: readonly string[],
  carriers: ReadonlyMap<string, new () => Record<string, unknown>>,
  slotOf: (ref: string) => number,
): BoundExpression {
  const context: Record<string, unknown> = {};
  const targets = refs.map((ref) => {
    const [name, field] = ref.split('.') as [string, string | undefined];
    if (field === undefined) return { object: context, key: name, slot: slotOf(ref) };
    context[name] ??= new (carriers.get(name)!)();
    return { object: context[name] as Record<string, unknown>, key: field, slot: slotOf(ref) };
  });
  const bound: BoundExpression = {
    because: '',
    evaluate(time, values) {
      context[timeVariable] = time;
      for (const target of targets) target.object[target.key] = values[target.slot];
      try {
        const value = plainValue(parsed(context));
        if (value === null) bound.because = 'not a finite number';
        return value;
      } catch (error) {
        bound.because = (error as ParseError).summary ?? String(error);
        return null;
      }
    },
  };
  return bound;
}

function plainValue(result: unknown): Value | null {
  if (typeof result === 'bigint' || typeof result === 'number') return isUsable(Number(result)) ? Number(result) : null;
  if (Array.isArray(result)) {
    const numbers = result.map(Number);
    return numbers.every(isUsable) ? numbers : null;
  }
  return typeof result === 'boolean' || typeof result === 'string' ? result : null;
}

/** Each `name` or `name.field` that stands in the tree. */
function readsOf(root: ASTNode): [name: string, field: string | undefined][] {
  const reads: [string, string | undefined][] = [];
  const visit = (part: unknown): void => {
    if (Array.isArray(part)) {
      part.forEach(visit);
      return;
    }
    if (part === null || typeof part !== 'object' || !('op' in part)) return;
    const node = part as ASTNode;
    if (node.op === 'id') reads.push([node.args, undefined]);
    else if (node.op === '.' && node.args[0].op === 'id') reads.push([node.args[0].args, node.args[1]]);
    else visit(node.args);
  };
  visit(root);
  return reads;
}

function problemOf(
  error: ParseError,
  text: string,
  known: ReadonlyMap<string, Readonly<Record<string, PortType>>>,
): Problem {
  const at = error.range === undefined ? '' : `, at character ${error.range.start + 1} of "${text}"`;
  return { message: `${error.summary ?? error.message}${at}`, hint: hintFor(error, text, known) };
}

function hintFor(
  error: ParseError,
  text: string,
  known: ReadonlyMap<string, Readonly<Record<string, PortType>>>,
): string | undefined {
  const word = error.range === undefined ? '' : text.slice(error.range.start, error.range.end);
  switch (error.code) {
    case 'unknown_variable':
      return suggest(word, [...known.keys(), timeVariable]);
    case 'no_such_key': {
      const owner = /([a-z]\w*)\s*\.\s*$/.exec(text.slice(0, error.range?.start ?? 0))?.[1];
      return suggest(word, Object.keys(known.get(owner ?? '') ?? {}));
    }
    case 'incompatible_ternary_branches':
    case 'no_such_overload':
      return 'Both sides need the same type; write whole numbers with a point (0.0), as series are decimal numbers.';
    default:
      return undefined;
  }
}

function celType(type: PortType): string {
  return { number: 'double', boolean: 'bool', string: 'string', vector: 'list<double>', any: 'dyn' }[type.kind];
}

function portType(cel: string): PortType | undefined {
  const kinds: Readonly<Record<string, PortType['kind']>> = {
    double: 'number',
    int: 'number',
    uint: 'number',
    bool: 'boolean',
    string: 'string',
    'list<double>': 'vector',
    'list<int>': 'vector',
    dyn: 'any',
  };
  const kind = kinds[cel];
  return kind === undefined ? undefined : { kind };
}
