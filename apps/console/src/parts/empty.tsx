import type { ReactNode } from 'react';
import classes from './empty.module.css';

/** What belongs in an empty place, and the first step towards it. */
export function Empty({ title, children, action }: { title: string; children: ReactNode; action?: ReactNode }) {
  return (
    <div className={classes['empty']}>
      <strong>{title}</strong>
      <p>{children}</p>
      {action}
    </div>
  );
}
