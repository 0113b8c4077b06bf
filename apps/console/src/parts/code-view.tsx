import { useMemo } from 'react';
import classes from './code.module.css';
import { CopyButton } from './copy-button.tsx';
import { highlight, type Language } from './highlight.tsx';

const LINES_MAX = 5000;

/** Text to read: line numbers, simple highlighting, a way to copy it. */
export function CodeView({ text, language, label }: { text: string; language: Language; label: string }) {
  const lines = useMemo(() => text.replace(/\n$/, '').split('\n'), [text]);
  return (
    <div className={classes['frame']}>
      <div className={classes['corner']}>
        <CopyButton text={text} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className={classes['view']} aria-label={label} tabIndex={0}>
        <ol>
          {lines.slice(0, LINES_MAX).map((line, number) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a line is its number
            <li key={number}>
              <code>{line === '' ? ' ' : highlight(line, language)}</code>
            </li>
          ))}
        </ol>
        {lines.length > LINES_MAX && <p>{lines.length - LINES_MAX} more lines: copy it to read all of it.</p>}
      </section>
    </div>
  );
}
