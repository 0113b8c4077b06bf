import { TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useSlashFocus } from './use-slash-focus.ts';

/** Where people type what they look for; `/` brings them there. `label` names it for those who cannot see it. */
export function SearchBox(props: { label: string; value: string; onChange(value: string): void; width?: number }) {
  const box = useSlashFocus();
  return (
    <TextInput
      ref={box}
      size="xs"
      w={props.width}
      aria-label={props.label}
      placeholder="Search  (press /)"
      leftSection={<IconSearch size={14} aria-hidden />}
      value={props.value}
      onChange={(event) => props.onChange(event.currentTarget.value)}
    />
  );
}
