import { useMantineColorScheme } from '@mantine/core';
import { createSpotlight, Spotlight, type SpotlightActionGroupData } from '@mantine/spotlight';
import { IconSearch } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useMemo, useState } from 'react';
import { useRoute } from '../api/use-route.ts';
import { useTags } from '../api/use-tags.ts';
import { menuPages } from './menu.tsx';
import { useSignOut } from './use-sign-out.ts';

const SHOWN_MAX = 12;

/** Finds any page, site, node, tag, model, flow, deployment and action by a few letters. */
export default function Palette({ opened }: { opened: number }) {
  const [[store, actions]] = useState(createSpotlight);
  const groups = usePaletteGroups();
  useEffect(() => {
    if (opened > 0) actions.open();
  }, [opened, actions]);
  return (
    <Spotlight
      store={store}
      actions={groups}
      shortcut={null}
      limit={SHOWN_MAX}
      highlightQuery
      scrollable
      maxHeight={420}
      nothingFound="Nothing has that name"
      searchProps={{
        leftSection: <IconSearch size={18} aria-hidden />,
        placeholder: 'Site, node, tag, model, page or action',
        'aria-label': 'Search everything',
      }}
    />
  );
}

function usePaletteGroups(): SpotlightActionGroupData[] {
  const navigate = useNavigate();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const signOut = useSignOut();
  const sites = useRoute('sites', {}).data?.items;
  const nodes = useRoute('nodes', { query: { limit: 1000 } }).data?.items;
  const flows = useRoute('listResources', { params: { kind: 'Flow' }, query: { limit: 1000 } }).data?.items;
  const models = useRoute('listResources', { params: { kind: 'Model' }, query: { limit: 1000 } }).data?.items;
  const deployments = useRoute('deployments', {}).data?.items;
  const tags = useTags();
  return useMemo(() => {
    const action = (id: string, label: string, description: string, onClick: () => void) => ({
      id,
      label,
      description,
      onClick,
    });
    const make = (kind: string) =>
      action(
        `new-${kind}`,
        `New ${kind.toLowerCase()}`,
        'Write it, look at the plan, apply',
        () => void navigate({ to: '/change', search: { kind } }),
      );
    return [
      {
        group: 'Pages',
        actions: menuPages.map(({ to, label }) => action(`page-${to}`, label, 'Page', () => void navigate({ to }))),
      },
      {
        group: 'Sites',
        actions: (sites ?? []).map(({ name, title }) =>
          action(
            `site-${name}`,
            title || name,
            `Site ${name}`,
            () => void navigate({ to: '/sites/$site', params: { site: name } }),
          ),
        ),
      },
      {
        group: 'Nodes',
        actions: (nodes ?? []).map(({ name, site }) =>
          action(
            `node-${name}`,
            name,
            `Node at ${site}`,
            () => void navigate({ to: '/nodes/$node', params: { node: name } }),
          ),
        ),
      },
      {
        group: 'Models',
        actions: (models ?? []).map(({ name }) =>
          action(
            `model-${name}`,
            name,
            'Model',
            () => void navigate({ to: '/models/$model', params: { model: name } }),
          ),
        ),
      },
      {
        group: 'Flows',
        actions: (flows ?? []).map(({ name }) =>
          action(`flow-${name}`, name, 'Flow', () => void navigate({ to: '/flows/$flow', params: { flow: name } })),
        ),
      },
      {
        group: 'Deployments',
        actions: (deployments ?? []).map(({ name }) =>
          action(
            `deployment-${name}`,
            name,
            'Deployment',
            () => void navigate({ to: '/deployments/$deployment', params: { deployment: name } }),
          ),
        ),
      },
      {
        group: 'Tags',
        actions: tags.map(({ path, connector, tag }) =>
          action(
            `tag-${connector}-${path}`,
            path,
            `Tag of ${connector}${tag.title === undefined ? '' : `: ${tag.title}`}`,
            () => void navigate({ to: '/equipment/$connector', params: { connector }, search: { tag: path } }),
          ),
        ),
      },
      {
        group: 'Actions',
        actions: [
          action(
            'enrol',
            'Enrol a node',
            'Make a token and the one line to run there',
            () => void navigate({ to: '/settings', search: { tab: 'enrol' } }),
          ),
          action(
            'push',
            'Push a model',
            'Upload an ONNX file',
            () => void navigate({ to: '/models', search: { tab: 'push' } }),
          ),
          ...['Site', 'Connector', 'Flow', 'Deployment', 'AlertRule'].map(make),
          action('theme', 'Switch theme', 'Dark or light', () =>
            setColorScheme(colorScheme === 'dark' ? 'light' : 'dark'),
          ),
          action('sign-out', 'Sign out', 'End this session', () => signOut.mutate()),
        ],
      },
    ];
  }, [navigate, colorScheme, setColorScheme, signOut.mutate, sites, nodes, flows, models, deployments, tags]);
}
