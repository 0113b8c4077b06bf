import type { ReactNode } from 'react';
import classes from './grid.module.css';

/** Twelve columns on a wide screen, one on a narrow one. */
export function Columns({ children }: { children: ReactNode }) {
  return <div className={classes['columns']}>{children}</div>;
}

/** A column of `Columns`; what is in it stands below each other. */
export function Column({ span = 12, children }: { span?: 3 | 4 | 5 | 6 | 7 | 8 | 12; children: ReactNode }) {
  return (
    <div className={classes['stack']} data-span={span}>
      {children}
    </div>
  );
}
