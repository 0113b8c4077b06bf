import { Button, Kbd } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import classes from './search.module.css';

const Palette = lazy(() => import('./palette.tsx'));

/** Opens the command palette, by click or Ctrl/⌘ K. The palette itself comes when it is first opened. */
export function Search() {
  const [opened, setOpened] = useState<number>(0);
  const open = () => setOpened((before) => before + 1);
  useHotkeys([['mod+K', open]], []);
  return (
    <>
      <Button variant="default" className={classes['button']} onClick={open}>
        <IconSearch size={16} aria-hidden />
        <span className={classes['word']}>Search </span>
        <Kbd size="xs" className={classes['word']}>
          Ctrl K
        </Kbd>
      </Button>
      {opened > 0 && (
        <Suspense fallback={null}>
          <Palette opened={opened} />
        </Suspense>
      )}
    </>
  );
}
