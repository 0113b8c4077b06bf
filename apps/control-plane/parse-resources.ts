import { EdgeError, type Problem } from '../../contracts/errors.ts';
import type { ConnectorSpec } from '../../contracts/kinds/connector.ts';
import type { FlowSpec } from '../../contracts/kinds/flow.ts';
import type { ModelSpec } from '../../contracts/kinds/model.ts';
import type { NodeSpec } from '../../contracts/kinds/node.ts';
import type { SiteSpec } from '../../contracts/kinds/site.ts';
import type { Labels } from '../../contracts/names.ts';
import { Envelope, type Kind, kindNames, kinds } from '../../contracts/resource.ts';
import { suggest } from '../../core/base/nearest.ts';
import { type CodedProblem, schemaProblems } from '../../core/base/schema-problems.ts';
import { checkFlow } from '../../core/flow/check-flow.ts';
import type { Resources } from './mirror.ts';
import type { ControlPlanePorts } from './ports.ts';

/** A resource as it is asked for, checked by itself. */
export interface AskedResource {
  readonly kind: Kind;
  readonly name: string;
  readonly labels: Labels;
  readonly spec: unknown;
  readonly generation?: number | undefined;
}

export interface ParseContext {
  readonly resources: Resources;
  readonly checkConnector: ControlPlanePorts['checkConnector'];
  /** Undo may put back what only the system writes otherwise: a node with its keys. */
  readonly undo?: boolean;
}

/** Reads what people wrote. Every resource is checked by itself; how they fit together is the plan's. */
export function parseResources(
  inputs: readonly unknown[],
  context: ParseContext,
): { asked: AskedResource[]; problems: CodedProblem[] } {
  const asked: AskedResource[] = [];
  const problems: CodedProblem[] = [];
  const seen = new Set<string>();
  for (const [index, input] of inputs.entries()) {
    const parsed = parseOne(input, index, context);
    problems.push(...parsed.problems);
    if (parsed.asked === undefined) continue;
    const id = `${parsed.asked.kind} ${parsed.asked.name}`;
    if (seen.has(id)) problems.push({ code: 'invalid-resource', where: id, message: `${id} is there twice` });
    seen.add(id);
    asked.push(parsed.asked);
  }
  return { asked, problems };
}

interface Parsed {
  asked?: AskedResource;
  problems: CodedProblem[];
}

function parseOne(input: unknown, index: number, context: ParseContext): Parsed {
  const given = (input ?? {}) as { kind?: unknown; name?: unknown; spec?: unknown };
  const kind = kindNames.find((one) => one === given.kind);
  if (kind === undefined) {
    const message = `there is no kind "${String(given.kind)}"`;
    return {
      problems: [
        {
          code: 'invalid-resource',
          where: `resources[${index}].kind`,
          message,
          hint: suggest(String(given.kind), kindNames),
        },
      ],
    };
  }
  const where = `${kind} ${String(given.name)}`;
  if (kinds[kind].writer === 'system' && context.undo !== true) {
    const hint =
      kind === 'ModelVersion'
        ? 'Push a model: orla model push FILE --name NAME'
        : 'Make one: orla enrol, or orla login.';
    return {
      problems: [{ code: 'invalid-resource', where, message: `a ${kind} is made by the system, not applied`, hint }],
    };
  }
  const envelope = Envelope.safeParse(input);
  if (!envelope.success) return { problems: schemaProblems(Envelope, envelope.error, where) };
  const { name, labels, generation } = envelope.data;
  const completed = complete(kind, name, envelope.data.spec, context);
  if ('problem' in completed) return { problems: [completed.problem] };
  const schema = kinds[kind].spec;
  const spec = schema.safeParse(completed.spec);
  if (!spec.success) return { problems: schemaProblems(schema, spec.error, `${where}: spec`) };
  const asked = { kind, name, labels, spec: spec.data, generation };
  return { asked, problems: checkSpec(asked, context) };
}

/** Fills in what people leave to the system: the keys of a node, the aliases of a model. */
function complete(
  kind: Kind,
  name: string,
  spec: unknown,
  { resources, undo }: ParseContext,
): { spec: unknown } | { problem: CodedProblem } {
  if (kind === 'Model') {
    const kept = resources.Model.get(name)?.spec.aliases;
    return { spec: { ...(kept === undefined ? {} : { aliases: kept }), ...(spec as Partial<ModelSpec> | undefined) } };
  }
  if (kind !== 'Node' || undo === true) return { spec };
  const kept = resources.Node.get(name)?.spec;
  const given = (spec ?? {}) as Partial<NodeSpec>;
  const where = `Node ${name}`;
  if (kept === undefined) {
    const message = 'a node is made by its enrolment, because only it has its key';
    return {
      problem: {
        code: 'invalid-resource',
        where,
        message,
        hint: 'Make a token: orla enrol --site SITE, and run the line on the machine.',
      },
    };
  }
  for (const key of ['publicKey', 'sealingKey'] as const) {
    if (given[key] === undefined || given[key] === kept[key]) continue;
    const message = 'the keys of a node are its own and cannot be changed here';
    return {
      problem: { code: 'invalid-resource', where: `${where}: spec.${key}`, message, hint: 'Leave the field out.' },
    };
  }
  return {
    spec: { ...given, publicKey: kept.publicKey, sealingKey: kept.sealingKey, class: given.class ?? kept.class },
  };
}

function checkSpec(asked: AskedResource, { checkConnector, resources }: ParseContext): CodedProblem[] {
  const where = `${asked.kind} ${asked.name}: spec`;
  const coded = (code: CodedProblem['code'], problems: readonly Problem[]) =>
    problems.map((problem) => ({ ...problem, code }));
  switch (asked.kind) {
    case 'Connector':
      return coded('invalid-resource', checkConnector(asked.spec as ConnectorSpec, where));
    case 'Flow': {
      const problems = checkFlow(asked.spec as FlowSpec, {});
      return coded(
        'invalid-flow',
        problems.map((one) => ({ ...one, where: one.where === undefined ? where : `${where}.${one.where}` })),
      );
    }
    case 'Model': {
      const versions = [...resources.ModelVersion.values()]
        .filter((one) => one.spec.model === asked.name)
        .map((one) => one.spec.version);
      const wrong = Object.entries((asked.spec as ModelSpec).aliases).filter(
        ([, version]) => !versions.includes(version),
      );
      return wrong.map(([alias, version]) => ({
        code: 'invalid-resource',
        where: `${where}.aliases.${alias}`,
        message: `version ${version} of ${asked.name} does not exist`,
        hint:
          versions.length === 0
            ? `Push it: orla model push FILE --name ${asked.name}`
            : `There are: ${versions.sort((a, b) => a - b).join(', ')}.`,
      }));
    }
    case 'Site': {
      const { timeZone } = asked.spec as SiteSpec;
      if (isTimeZone(timeZone)) return [];
      const known = Intl.supportedValuesOf('timeZone');
      return [
        {
          code: 'invalid-resource',
          where: `${where}.timeZone`,
          message: `there is no time zone "${timeZone}"`,
          hint: suggest(timeZone, known) ?? 'Use an IANA name, for example Europe/Rome.',
        },
      ];
    }
    default:
      return [];
  }
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** One error for all problems: its code is the first one's, its sentence too. */
export function problemsError(problems: readonly CodedProblem[]): EdgeError {
  const first = problems[0]!;
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  return new EdgeError(first.code, `${first.message}${more}`, {
    where: first.where,
    hint: first.hint,
    problems: problems.map(({ where, message, hint }) => ({ where, message, hint })),
  });
}
