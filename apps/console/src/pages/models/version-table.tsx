import { Button, UnstyledButton } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import type { z } from 'zod';
import type { ModelVersionSpec } from '../../../../../contracts/kinds/model.ts';
import type { KeptResource } from '../../../../../contracts/resource.ts';
import { actorName } from '../../parts/actor-name.ts';
import tableClasses from '../../parts/alarm-table.module.css';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Empty } from '../../parts/empty.tsx';
import { formatBytes } from '../../parts/format-value.ts';
import { MeaningMark } from '../../parts/meaning.tsx';
import { Section } from '../../parts/section.tsx';
import { TimeAgo } from '../../time/time-ago.tsx';
import { keepDraft } from '../changes/draft.ts';

/** The versions of a model, with the aliases that point at each and the way to move one, through a plan. */
export function VersionTable({
  model,
  aliases,
  versions,
  chosen,
  onChoose,
}: {
  model: z.infer<typeof KeptResource>;
  aliases: Readonly<Record<string, number>>;
  versions: readonly ModelVersionSpec[];
  chosen: number | undefined;
  onChoose: (version: number) => void;
}) {
  const navigate = useNavigate();
  const move = async (alias: string, version: number) => {
    const { resourceYaml } = await import('../../parts/resource-yaml.ts');
    const spec = { ...model.spec, aliases: { ...aliases, [alias]: version } };
    keepDraft('Model', model.name, resourceYaml({ ...model, spec }));
    await navigate({ to: '/change', search: { kind: 'Model', name: model.name, from: 'draft' } });
  };
  const movable = Object.keys(aliases).length === 0 ? ['champion'] : Object.keys(aliases);
  const columns: readonly Column<ModelVersionSpec>[] = [
    {
      id: 'version',
      name: 'Version',
      value: ({ version }) => version,
      show: ({ version }) => (
        <UnstyledButton
          className={tableClasses['open']}
          aria-pressed={version === chosen}
          onClick={() => onChoose(version)}
        >
          version {version}
        </UnstyledButton>
      ),
    },
    {
      id: 'aliases',
      name: 'Aliases',
      value: ({ version }) => namesOf(aliases, version).join(', '),
      show: ({ version }) =>
        namesOf(aliases, version).map((alias) => (
          <MeaningMark key={alias} meaning="info">
            {alias}
          </MeaningMark>
        )),
    },
    {
      id: 'size',
      name: 'Size',
      value: ({ sizeBytes }) => sizeBytes,
      show: ({ sizeBytes }) => formatBytes(sizeBytes),
      right: true,
      wide: true,
    },
    {
      id: 'parameters',
      name: 'Parameters',
      value: ({ parameters }) => parameters,
      show: ({ parameters }) => parameters.toLocaleString('en'),
      right: true,
      wide: true,
    },
    {
      id: 'pushed',
      name: 'Pushed',
      value: ({ pushedAt }) => pushedAt,
      show: ({ pushedAt, pushedBy }) => (
        <>
          <TimeAgo at={pushedAt} /> by {actorName(pushedBy)}
        </>
      ),
      wide: true,
    },
    {
      id: 'move',
      name: 'Move an alias here',
      value: () => null,
      show: ({ version }) =>
        movable
          .filter((alias) => aliases[alias] !== version)
          .map((alias) => (
            <Button key={alias} variant="default" size="compact-xs" mr={4} onClick={() => void move(alias, version)}>
              {alias} → {version} …
            </Button>
          )),
    },
  ];
  return (
    <Section flush>
      <DataTable
        label="versions"
        search={versions.length > 10}
        rows={versions}
        columns={columns}
        rowKey={({ version }) => String(version)}
        empty={<Empty title="No version yet">Push an ONNX file: it becomes version 1.</Empty>}
      />
    </Section>
  );
}

function namesOf(aliases: Readonly<Record<string, number>>, version: number): string[] {
  return Object.entries(aliases)
    .filter(([, at]) => at === version)
    .map(([alias]) => alias);
}
