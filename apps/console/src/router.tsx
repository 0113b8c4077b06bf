import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  retainSearchParams,
} from '@tanstack/react-router';
import { ErrorNote } from './parts/error-note.tsx';
import { NotFound } from './shell/not-found.tsx';
import { Shell } from './shell/shell.tsx';
import { parseTimeRange, type TimeRange } from './time/time-range.ts';

/** What every address may carry: the time range, the tab of the page, and what the page points at. */
export interface ConsoleSearch {
  range?: TimeRange | undefined;
  tab?: string | undefined;
  node?: string | undefined;
  site?: string | undefined;
  step?: string | undefined;
  tag?: string | undefined;
  alarm?: string | undefined;
  version?: number | undefined;
  release?: number | undefined;
  to?: number | undefined;
  nodes?: string | undefined;
  kind?: string | undefined;
  name?: string | undefined;
  from?: string | undefined;
}

const words = ['tab', 'node', 'site', 'step', 'tag', 'alarm', 'nodes', 'kind', 'name', 'from'] as const;
const numbers = ['version', 'release', 'to'] as const;

function parseSearch(raw: Record<string, unknown>): ConsoleSearch {
  const search: ConsoleSearch = {};
  for (const word of words) if (raw[word] !== undefined) search[word] = String(raw[word]);
  for (const number of numbers)
    if (Number.isInteger(Number(raw[number] ?? Number.NaN))) search[number] = Number(raw[number]);
  if (raw['range'] !== undefined) search.range = parseTimeRange(raw['range']);
  return search;
}

/** Every page and its address. A page comes when it is opened, so the first one is quick. */
export function createConsoleRouter() {
  const root = createRootRoute({
    component: Shell,
    notFoundComponent: NotFound,
    validateSearch: parseSearch,
    search: { middlewares: [retainSearchParams(['range'])] },
  });
  const at = <const P extends string>(path: P, load: () => Promise<{ default: () => React.ReactNode }>) =>
    createRoute({ getParentRoute: () => root, path, component: lazyRouteComponent(load) });
  const routeTree = root.addChildren([
    at('/', () => import('./pages/overview/overview-page.tsx')),
    at('/sites', () => import('./pages/sites/sites-page.tsx')),
    at('/sites/$site', () => import('./pages/sites/site-page.tsx')),
    at('/nodes', () => import('./pages/nodes/nodes-page.tsx')),
    at('/nodes/$node', () => import('./pages/nodes/node-page.tsx')),
    at('/equipment', () => import('./pages/equipment/equipment-page.tsx')),
    at('/equipment/$connector', () => import('./pages/equipment/connector-page.tsx')),
    at('/flows', () => import('./pages/flows/flows-page.tsx')),
    at('/flows/$flow', () => import('./pages/flows/flow-page.tsx')),
    at('/models', () => import('./pages/models/models-page.tsx')),
    at('/models/$model', () => import('./pages/models/model-page.tsx')),
    at('/deployments', () => import('./pages/deployments/deployments-page.tsx')),
    at('/deployments/$deployment', () => import('./pages/deployments/deployment-page.tsx')),
    at('/alarms', () => import('./pages/alarms/alarms-page.tsx')),
    at('/events', () => import('./pages/events/events-page.tsx')),
    at('/changes/$number', () => import('./pages/changes/applied-page.tsx')),
    at('/change', () => import('./pages/changes/change-page.tsx')),
    at('/settings', () => import('./pages/settings/settings-page.tsx')),
  ]);
  return createRouter({
    routeTree,
    defaultPreload: 'intent',
    scrollRestoration: true,
    defaultErrorComponent: ({ error, reset }) => <ErrorNote error={error} again={reset} />,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createConsoleRouter>;
  }
}
