/** Longest that anything may take to come back after a fault of the demo. */
export const RECOVERY_MS_MAX = 30_000;
/** From the start of the demo until the first prediction at every site (DESIGN.md, section 10). */
export const FIRST_PREDICTION_MS_MAX = 60_000;
const sites = ['colorado', 'greensboro', 'piedmont'];

type Figures = Record<string, unknown>;

/** What is wrong with the output of the scripted demo with faults; empty when all is well. */
export function demoProblems(output: string): string[] {
  const summary = parsed(output);
  if (summary === undefined) return ['standard output is not one JSON object'];
  const found = Array.isArray(summary['sites']) ? (summary['sites'] as Figures[]) : [];
  const names = found.map((site) => String(site['name'])).sort();
  return [
    ...(names.join() === sites.join() ? [] : [`sites: ${names.join(', ') || 'none'}, not ${sites.join(', ')}`]),
    ...found.flatMap(siteProblems),
    ...within('startup.installedToFirstPredictionMs', summary, FIRST_PREDICTION_MS_MAX),
    ...['line', 'backlog', 'controlPlane', 'agent.nextPrediction', 'runner.nextPrediction'].flatMap((what) =>
      within(`recoveryMs.${what}`, summary, RECOVERY_MS_MAX),
    ),
    ...within('controlPlane.rssMb', summary, 2000),
    ...[0, 1, 2].flatMap((at) => [
      ...within(`agents.${at}.rssMb`, summary, 2000),
      ...within(`agents.${at}.runnerRssMb`, summary, 2000),
    ]),
  ];
}

function siteProblems(site: Figures): string[] {
  const name = String(site['name']);
  const atLeastOne = ['predictions', 'decisions', 'records.published', 'records.stored', 'whileCut.predictions'];
  const numbers = [
    'mae',
    'rmse',
    'maePersistence',
    'maeSmartPersistence',
    'skill',
    'decisionMs.p50',
    'decisionMs.p99',
    'writes',
    'alarms',
  ];
  return [
    ...atLeastOne
      .filter((what) => !(Number(at(site, what)) >= 1))
      .map((what) => `${name}: ${what} is ${at(site, what)}`),
    ...numbers
      .filter((what) => typeof at(site, what) !== 'number')
      .map((what) => `${name}: ${what} is ${at(site, what)}, no number`),
    ...['records.lost', 'records.duplicated']
      .filter((what) => at(site, what) !== 0)
      .map((what) => `${name}: ${what} is ${at(site, what)}`),
    ...(at(site, 'records.stored') === at(site, 'records.published')
      ? []
      : [`${name}: not everything published is stored`]),
  ];
}

function within(what: string, of: Figures, max: number): string[] {
  const value = at(of, what);
  return typeof value === 'number' && value > 0 && value <= max
    ? []
    : [`${what} is ${value}, not between 0 and ${max}`];
}

function at(of: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => (value as Figures | undefined)?.[key], of);
}

function parsed(output: string): Figures | undefined {
  try {
    const value: unknown = JSON.parse(output);
    return typeof value === 'object' && value !== null ? (value as Figures) : undefined;
  } catch {
    return undefined;
  }
}
