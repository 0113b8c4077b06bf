import { Link, type LinkProps } from '@tanstack/react-router';
import { type ReactNode, useEffect } from 'react';
import classes from './page-head.module.css';

/** The head of a page: where it hangs, its name, its health and labels, its actions. Also names the browser tab. */
export function PageHead({
  title,
  up,
  mark,
  about,
  labels = {},
  actions,
}: {
  title: string;
  up?: { to: NonNullable<LinkProps['to']>; label: string };
  mark?: ReactNode;
  about?: ReactNode;
  labels?: Readonly<Record<string, string>>;
  actions?: ReactNode;
}) {
  useEffect(() => {
    document.title = `${title} · Orla`;
  }, [title]);
  return (
    <header className={classes['head']}>
      {up !== undefined && (
        <nav aria-label="Where this page hangs" className={classes['up']}>
          <Link to={up.to}>{up.label}</Link> <span aria-hidden>/</span>
        </nav>
      )}
      <div className={classes['line']}>
        <h1>{title}</h1>
        {mark}
        {Object.entries(labels).map(([key, value]) => (
          <span key={key} className={classes['label']}>
            {key}: {value}
          </span>
        ))}
        <div className={classes['actions']}>{actions}</div>
      </div>
      {about !== undefined && <div className={classes['about']}>{about}</div>}
    </header>
  );
}
