import type { ReactNode } from 'react';
import classes from './code.module.css';

/** A language with a simple highlighting: comments, keys, strings, numbers and words. */
export type Language = 'yaml' | 'json' | 'text';

const patterns: { [K in Exclude<Language, 'text'>]: RegExp } = {
  yaml: /(?<comment>#.*$)|(?<key>^[ \t-]*[^\s#:'"][^#:'"]*(?=:(?:\s|$)))|(?<text>"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')|(?<number>(?<=[\s[,:])-?\d+(?:\.\d+)?(?:e[+-]?\d+)?(?=[\s,\]}]|$))|(?<word>\b(?:true|false|null)\b)/gm,
  json: /(?<key>"(?:[^"\\]|\\.)*"(?=\s*:))|(?<text>"(?:[^"\\]|\\.)*")|(?<number>-?\b\d+(?:\.\d+)?(?:[eE][+-]?\d+)?\b)|(?<word>\b(?:true|false|null)\b)/g,
};

/** One line of text as highlighted pieces. */
export function highlight(line: string, language: Language): ReactNode {
  if (language === 'text') return line;
  const pieces: ReactNode[] = [];
  let from = 0;
  for (const match of line.matchAll(patterns[language])) {
    const kind = Object.entries(match.groups ?? {}).find(([, value]) => value !== undefined)?.[0] ?? 'text';
    if (match.index > from) pieces.push(line.slice(from, match.index));
    pieces.push(
      <span key={match.index} className={classes[kind]}>
        {match[0]}
      </span>,
    );
    from = match.index + match[0].length;
  }
  pieces.push(line.slice(from));
  return pieces;
}
