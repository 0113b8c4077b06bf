import type { Problem } from '../../contracts/errors.ts';
import type { ConnectorSpec, TagSpec } from '../../contracts/kinds/connector.ts';
import { durationMs } from '../../core/base/duration.ts';
import { suggest } from '../../core/base/nearest.ts';
import { checkSchema } from './check-schema.ts';
import type { ConnectorDefinition, DriverSpec, TagOf } from './port.ts';
import { registry } from './registry.ts';

/** More problems than this are not listed. */
const PROBLEMS_MAX = 100;

/** What of a connector is checked: a spec that passed its contract, with or without variables. */
export type CheckableConnector = Pick<ConnectorSpec, 'protocol' | 'config' | 'scan' | 'staleAfter' | 'tags'>;

/** The connectors that there are, by protocol. */
export type Definitions = Readonly<Record<string, ConnectorDefinition>>;

/**
 * Everything that is wrong with a connector beyond its contract: protocol, the protocol's own settings, where each tag
 * is found. Pure. Values that are still variables (`${site.host}`) are left for the check after they were resolved.
 */
export function checkConnector(
  spec: CheckableConnector,
  where = 'spec',
  definitions: Definitions = registry,
): Problem[] {
  return readConnector(spec, where, definitions).problems.slice(0, PROBLEMS_MAX);
}

/** The same check, with what the schemas made of the spec: present when there is no problem and no variable left. */
export function readConnector(
  spec: CheckableConnector,
  where: string,
  definitions: Definitions,
): { definition?: ConnectorDefinition; driverSpec?: DriverSpec<unknown, unknown>; problems: Problem[] } {
  if (!Object.hasOwn(definitions, spec.protocol)) {
    const known = Object.keys(definitions);
    return {
      problems: [
        {
          where: `${where}.protocol`,
          message: `there is no protocol "${spec.protocol}"`,
          hint: suggest(spec.protocol, known) ?? `Known: ${known.join(', ')}.`,
        },
      ],
    };
  }
  const definition = definitions[spec.protocol] as ConnectorDefinition;
  const config = checkSchema(definition.config, spec.config, `${where}.config`);
  const sources = spec.tags.map((tag, index) =>
    checkSchema(definition.source, tag.source, `${where}.tags[${index}].source`),
  );
  const problems = [
    ...config.problems,
    ...sources.flatMap((source) => source.problems),
    ...checkTimes(spec, where),
    ...checkTags(spec.tags, where),
  ];
  const complete = sources.every((source) => source.value !== undefined);
  if (!complete) return { definition, problems };
  const tags: TagOf<unknown>[] = spec.tags.map((tag, index) => ({ ...tag, source: sources[index]?.value }));
  problems.push(
    ...definition
      .check(config.value ?? null, tags)
      .map((problem) => ({ ...problem, where: problem.where === undefined ? where : `${where}.${problem.where}` })),
  );
  if (problems.length > 0 || config.value === undefined) return { definition, problems };
  return { definition, driverSpec: { config: config.value, tags }, problems };
}

function checkTimes(spec: CheckableConnector, where: string): Problem[] {
  const problems: Problem[] = [];
  if (durationMs(spec.scan) < SCAN_MS_MIN) {
    problems.push({ where: `${where}.scan`, message: `scan is shorter than ${SCAN_MS_MIN} ms` });
  }
  if (durationMs(spec.staleAfter) < durationMs(spec.scan)) {
    problems.push({
      where: `${where}.staleAfter`,
      message: `staleAfter (${spec.staleAfter}) is shorter than scan (${spec.scan}): every value would be stale between two scans`,
      hint: 'Make it at least three times as long as scan.',
    });
  }
  return problems;
}

/** Shorter scans are not asked for. */
const SCAN_MS_MIN = 5;

function checkTags(tags: readonly TagSpec[], where: string): Problem[] {
  const problems: Problem[] = [];
  const seen = new Map<string, number>();
  tags.forEach((tag, index) => {
    const at = `${where}.tags[${index}]`;
    const first = seen.get(tag.name);
    if (first !== undefined) {
      problems.push({ where: `${at}.name`, message: `the tag "${tag.name}" was already defined as tags[${first}]` });
    } else {
      seen.set(tag.name, index);
    }
    if (tag.limits !== undefined && tag.limits.min > tag.limits.max) {
      problems.push({ where: `${at}.limits`, message: 'min is greater than max' });
    }
    if (tag.scale === 0) problems.push({ where: `${at}.scale`, message: 'a scale of 0 makes every value the same' });
    if (tag.type === 'number') return;
    for (const field of ['scale', 'offset', 'limits'] as const) {
      if (tag[field] === undefined) continue;
      problems.push({
        where: `${at}.${field}`,
        message: `only a tag of type number has ${field}, this one is a ${tag.type}`,
      });
    }
  });
  return problems;
}
