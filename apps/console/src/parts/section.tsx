import type { ReactNode } from 'react';
import classes from './section.module.css';

/** A titled surface: one idea of a page. `flush` lets a table reach its edges. */
export function Section({
  title,
  actions,
  children,
  flush = false,
  note,
}: {
  title?: ReactNode;
  actions?: ReactNode;
  note?: ReactNode;
  children: ReactNode;
  flush?: boolean;
}) {
  return (
    <section className={classes['section']} data-flush={flush || undefined}>
      {(title !== undefined || actions !== undefined) && (
        <header className={classes['head']}>
          {title !== undefined && <h2>{title}</h2>}
          {note !== undefined && <span className={classes['note']}>{note}</span>}
          <div className={classes['actions']}>{actions}</div>
        </header>
      )}
      <div className={classes['body']}>{children}</div>
    </section>
  );
}
