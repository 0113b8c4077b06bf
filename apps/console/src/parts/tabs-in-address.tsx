import { Tabs } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';

/** A tab of a page: its word in the address, its name, what it shows. */
export interface PageTab {
  value: string;
  label: ReactNode;
  show: () => ReactNode;
}

/** Tabs whose choice stands in the address, so that every view can be linked to. */
export function TabsInAddress({ tabs, label }: { tabs: readonly PageTab[]; label: string }) {
  const { tab } = useSearch({ strict: false });
  const navigate = useNavigate();
  const current = tabs.find(({ value }) => value === tab) ?? tabs[0]!;
  return (
    <Tabs
      value={current.value}
      keepMounted={false}
      onChange={(value) => void navigate({ to: '.', search: (before) => ({ ...before, tab: value ?? undefined }) })}
    >
      <Tabs.List aria-label={label} mb="md" style={{ flexWrap: 'nowrap', overflowX: 'auto', overflowY: 'hidden' }}>
        {tabs.map(({ value, label: name }) => (
          <Tabs.Tab key={value} value={value} style={{ flex: 'none' }}>
            {name}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value={current.value}>{current.show()}</Tabs.Panel>
    </Tabs>
  );
}
