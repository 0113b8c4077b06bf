import { type ReactNode, useEffect } from 'react';
import classes from './door-page.module.css';
import { Logo } from './logo.tsx';

/** The page before the console: first start and sign-in. */
export function DoorPage({ title, about, children }: { title: string; about?: ReactNode; children: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · Orla`;
  }, [title]);
  return (
    <main className={classes['door']}>
      <div className={classes['card']}>
        <Logo />
        <h1>{title}</h1>
        {about !== undefined && <p>{about}</p>}
        {children}
      </div>
    </main>
  );
}
