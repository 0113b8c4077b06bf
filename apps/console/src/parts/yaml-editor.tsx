import { type KeyboardEvent, useMemo } from 'react';
import classes from './code.module.css';
import { highlight } from './highlight.tsx';

/**
 * A plain text field for YAML with line numbers and highlighting. Enter keeps the indentation; Tab leaves the field,
 * as everywhere, and Ctrl/⌘ with ] or [ indents.
 */
export function YamlEditor({
  text,
  onChange,
  label,
  badLine,
}: {
  text: string;
  onChange: (text: string) => void;
  label: string;
  badLine?: number | undefined;
}) {
  const lines = useMemo(() => text.split('\n'), [text]);
  return (
    <div className={classes['editor']}>
      <div className={classes['numbers']} aria-hidden>
        {lines.map((_, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a line is its number
          <div key={index} data-bad={index + 1 === badLine}>
            {index + 1}
          </div>
        ))}
      </div>
      <div className={classes['sheet']}>
        <pre aria-hidden>
          {lines.map((line, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a line is its number
            <span key={index}>
              {highlight(line, 'yaml')}
              {'\n'}
            </span>
          ))}
        </pre>
        <textarea
          aria-label={label}
          value={text}
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          autoCorrect="off"
          onChange={(event) => onChange(event.currentTarget.value)}
          onKeyDown={(event) => onKey(event, onChange)}
        />
      </div>
    </div>
  );
}

function onKey(event: KeyboardEvent<HTMLTextAreaElement>, onChange: (text: string) => void): void {
  const { value, selectionStart: start, selectionEnd: end } = event.currentTarget;
  const lineStart = value.lastIndexOf('\n', start - 1) + 1;
  if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) {
    const indent = /^[ ]*(?:- )?/.exec(value.slice(lineStart, start))?.[0].replace('-', ' ') ?? '';
    replace(event, onChange, start, end, `\n${indent}`);
  } else if ((event.ctrlKey || event.metaKey) && event.key === ']')
    replace(event, onChange, lineStart, lineStart, '  ');
  else if ((event.ctrlKey || event.metaKey) && event.key === '[' && value.startsWith('  ', lineStart)) {
    replace(event, onChange, lineStart, lineStart + 2, '');
  }
}

function replace(
  event: KeyboardEvent<HTMLTextAreaElement>,
  onChange: (text: string) => void,
  from: number,
  to: number,
  by: string,
): void {
  event.preventDefault();
  const field = event.currentTarget;
  const cursor = field.selectionStart + (by.length - (to - from));
  field.setRangeText(by, from, to, 'preserve');
  if (from === field.selectionStart || to === field.selectionStart) field.setSelectionRange(cursor, cursor);
  onChange(field.value);
}
