import {
  IconAlarm,
  IconBox,
  IconCpu,
  IconHome,
  IconList,
  IconMapPin,
  IconPlugConnected,
  IconRocket,
  IconRoute,
  IconSettings,
} from '@tabler/icons-react';
import { Link, type LinkProps } from '@tanstack/react-router';
import type { ComponentType } from 'react';
import { useRoute } from '../api/use-route.ts';
import classes from './menu.module.css';

/** The pages of the menu, also for the command palette. */
export const menuPages: readonly {
  to: NonNullable<LinkProps['to']>;
  label: string;
  icon: ComponentType<{ size: number }>;
}[] = [
  { to: '/', label: 'Overview', icon: IconHome },
  { to: '/sites', label: 'Sites', icon: IconMapPin },
  { to: '/nodes', label: 'Nodes', icon: IconCpu },
  { to: '/equipment', label: 'Equipment', icon: IconPlugConnected },
  { to: '/flows', label: 'Flows', icon: IconRoute },
  { to: '/models', label: 'Models', icon: IconBox },
  { to: '/deployments', label: 'Deployments', icon: IconRocket },
  { to: '/alarms', label: 'Alarms', icon: IconAlarm },
  { to: '/events', label: 'Events', icon: IconList },
  { to: '/settings', label: 'Settings', icon: IconSettings },
];

/** The way to every page. */
export function Menu({ onGo }: { onGo: () => void }) {
  const overview = useRoute('overview', {});
  const raised = overview.data === undefined ? 0 : overview.data.alarms.warning + overview.data.alarms.critical;
  return (
    <nav aria-label="Pages" className={classes['menu']}>
      {menuPages.map(({ to, label, icon: Icon }) => (
        <Link key={to} to={to} onClick={onGo} activeOptions={{ exact: to === '/', includeSearch: false }}>
          <Icon size={18} aria-hidden />
          {label}
          {to === '/alarms' && raised > 0 && (
            <span className={classes['badge']} data-critical={(overview.data?.alarms.critical ?? 0) > 0}>
              {raised}
              <span className={classes['hidden']}> raised</span>
            </span>
          )}
        </Link>
      ))}
    </nav>
  );
}
