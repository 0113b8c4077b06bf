import { AppShell, Burger } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Outlet } from '@tanstack/react-router';
import { Suspense } from 'react';
import { LiveLight } from './live-light.tsx';
import { Logo } from './logo.tsx';
import { Menu } from './menu.tsx';
import { NotLive } from './not-live.tsx';
import { PersonMenu } from './person-menu.tsx';
import { Search } from './search.tsx';
import classes from './shell.module.css';
import { TimeRangeControl } from './time-range-control.tsx';

/** Menu at the left, search, time range, live light and person at the top, the page in the middle. */
export function Shell() {
  const [menuOpen, menu] = useDisclosure(false);
  return (
    <AppShell
      header={{ height: 52 }}
      navbar={{ width: 208, breakpoint: 'sm', collapsed: { mobile: !menuOpen } }}
      padding={0}
      transitionDuration={0}
    >
      <a href="#page" className={classes['skip']}>
        Skip to the page
      </a>
      <AppShell.Header className={classes['header']}>
        <Burger
          opened={menuOpen}
          onClick={menu.toggle}
          hiddenFrom="sm"
          size="sm"
          aria-label={menuOpen ? 'Close the menu' : 'Open the menu'}
        />
        <Logo />
        <div className={classes['tools']}>
          <Search />
          <TimeRangeControl />
          <LiveLight />
          <PersonMenu />
        </div>
      </AppShell.Header>
      <AppShell.Navbar>
        <Menu onGo={menu.close} />
      </AppShell.Navbar>
      <AppShell.Main className={classes['main']}>
        <NotLive />
        <div id="page" tabIndex={-1} className={classes['page']}>
          <Suspense fallback={null}>
            <Outlet />
          </Suspense>
        </div>
      </AppShell.Main>
    </AppShell>
  );
}
