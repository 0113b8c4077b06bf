import { Fragment, type ReactNode } from 'react';
import classes from './markdown.module.css';

/**
 * Renders the Markdown of model cards (headings, paragraphs, lists, tables, code, quotes, emphasis, links) as elements.
 * Safe by construction: text never becomes HTML, and a link keeps only http, https, mailto or a fragment.
 */
export function Markdown({ text }: { text: string }) {
  return <div className={classes['markdown']}>{blocks(withoutHiddenText(text).split(/\r?\n/))}</div>;
}

function withoutHiddenText(text: string): string {
  return text.replace(/^---\r?\n[\s\S]*?\r?\n---\r?\n/, '').replaceAll(/^\s*<!--[\s\S]*?-->[ \t]*\r?\n?/gm, '');
}

function blocks(lines: readonly string[]): ReactNode[] {
  const out: ReactNode[] = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at]!;
    const take = (test: (line: string, index: number) => boolean) => {
      const from = at;
      while (at < lines.length && test(lines[at]!, at)) at += 1;
      return lines.slice(from, at);
    };
    const heading = /^(#{1,6})\s+(.*?)#*$/.exec(line);
    if (line.trim() === '') at += 1;
    else if (heading !== null) {
      out.push(<Heading key={at} level={heading[1]!.length} text={heading[2]!.trim()} />);
      at += 1;
    } else if (line.startsWith('```')) {
      at += 1;
      const code = take((next) => !next.startsWith('```'));
      at += 1;
      out.push(<pre key={at}>{code.join('\n')}</pre>);
    } else if (/^\s*([-*_])(\s*\1){2,}\s*$/.test(line)) {
      out.push(<hr key={at} />);
      at += 1;
    } else if (beginsTable(lines, at)) {
      out.push(<Table key={at} rows={take((next) => next.includes('|'))} />);
    } else if (line.startsWith('>')) {
      const quoted = take((next) => next.startsWith('>')).map((next) => next.replace(/^>\s?/, ''));
      out.push(<blockquote key={at}>{blocks(quoted)}</blockquote>);
    } else if (/^\s*([-*+]|\d+[.)])\s/.test(line)) {
      const items = take((next) => /^\s*([-*+]|\d+[.)])\s/.test(next) || /^\s+\S/.test(next));
      out.push(<List key={at} lines={items} />);
    } else {
      const text = take((next, index) => next.trim() !== '' && !beginsBlock(next) && !beginsTable(lines, index));
      if (text.length === 0) at += 1;
      else out.push(<p key={at}>{inline(text.join(' '))}</p>);
    }
  }
  return out;
}

function beginsBlock(line: string): boolean {
  return /^(#{1,6}\s|```|>|\s*([-*+]|\d+[.)])\s)/.test(line);
}

function beginsTable(lines: readonly string[], at: number): boolean {
  const rule = lines[at + 1] ?? '';
  return lines[at]!.includes('|') && rule.includes('-') && /^[\s|:-]+$/.test(rule);
}

function Heading({ level, text }: { level: number; text: string }) {
  // The page and its section already have h1 and h2.
  const Tag = `h${Math.min(level + 2, 6)}` as 'h3' | 'h4' | 'h5' | 'h6';
  return <Tag>{inline(text)}</Tag>;
}

function List({ lines }: { lines: readonly string[] }) {
  const items: string[] = [];
  for (const line of lines) {
    if (/^\s*([-*+]|\d+[.)])\s/.test(line)) items.push(line.replace(/^\s*([-*+]|\d+[.)])\s+/, ''));
    else items[items.length - 1] += ` ${line.trim()}`;
  }
  const Tag = /^\s*\d/.test(lines[0] ?? '') ? 'ol' : 'ul';
  return (
    <Tag>
      {items.map((item) => (
        <li key={item}>{inline(item)}</li>
      ))}
    </Tag>
  );
}

function Table({ rows }: { rows: readonly string[] }) {
  const cells = (row: string) =>
    row
      .trim()
      .replace(/^\||\|$/g, '')
      .split('|')
      .map((cell) => cell.trim());
  const [head = '', , ...body] = rows;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className={classes['table']} aria-label={`Table of ${cells(head).join(', ')}`} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {cells(head).map((cell) => (
              <th key={cell} scope="col">
                {inline(cell)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {body.map((row) => (
            <tr key={row}>
              {cells(row).map((cell, column) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a cell is its column
                <td key={column}>{inline(cell)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

const inlinePattern =
  /`([^`]+)`|\*\*([^*]+)\*\*|__([^_]+)__|\*([^*\s][^*]*)\*|\b_([^_]+)_\b|\[([^\]]+)\]\(([^)\s]+)[^)]*\)/g;

function inline(text: string): ReactNode {
  const out: ReactNode[] = [];
  let from = 0;
  for (const match of text.matchAll(inlinePattern)) {
    out.push(text.slice(from, match.index));
    const [, code, bold, bold2, soft, soft2, label, target] = match;
    if (code !== undefined) out.push(<code key={match.index}>{code}</code>);
    else if (bold !== undefined || bold2 !== undefined) out.push(<strong key={match.index}>{bold ?? bold2}</strong>);
    else if (soft !== undefined || soft2 !== undefined) out.push(<em key={match.index}>{soft ?? soft2}</em>);
    else out.push(<SafeLink key={match.index} label={label!} target={target!} />);
    from = match.index + match[0].length;
  }
  out.push(text.slice(from));
  return <Fragment>{out}</Fragment>;
}

function SafeLink({ label, target }: { label: string; target: string }) {
  if (!/^(https?:\/\/|mailto:|#)/i.test(target)) return <>{label}</>;
  return (
    <a href={target} rel="noreferrer noopener" target={target.startsWith('#') ? undefined : '_blank'}>
      {label}
    </a>
  );
}
