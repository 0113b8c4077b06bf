import type { Output } from '../cli.ts';
import { cutTo } from './table.ts';

/** Shows long work on the error output: one line that changes in a terminal, a line for each new text elsewhere. */
export interface Progress {
  /** `text` is what is being done; `share`, 0 to 1, draws a bar. Elsewhere than in a terminal only new texts are printed. */
  show(text: string, share?: number): void;
  /** Puts a lasting line above what changes. */
  line(text: string): void;
  /** Takes the changing line away. May be repeated. */
  end(): void;
}

const BAR_CHARACTERS = 24;

export function createProgress(output: Output): Progress {
  let said = '';
  const clear = () => {
    if (output.isTerminal && said !== '') output.write('\r\u001b[2K');
  };
  return {
    show: (text, share) => {
      if (text === said && share === undefined) return;
      if (output.isTerminal) {
        clear();
        output.write(cutTo(share === undefined ? text : `${barText(share)} ${text}`, output.columns - 1));
      } else if (text !== said && share === undefined) output.write(`${text}\n`);
      said = text;
    },
    line: (text) => {
      clear();
      output.write(`${text}\n`);
      said = '';
    },
    end: () => {
      clear();
      said = '';
    },
  };
}

/** `[██████░░░░]  60 %` */
export function barText(share: number): string {
  const held = Math.min(1, Math.max(0, share));
  const full = Math.round(held * BAR_CHARACTERS);
  return `[${'█'.repeat(full)}${'░'.repeat(BAR_CHARACTERS - full)}] ${String(Math.round(held * 100)).padStart(3)} %`;
}
