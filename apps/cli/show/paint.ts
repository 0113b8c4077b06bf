import { styleText } from 'node:util';

/** Colours by meaning, never alone: a word or a sign stands beside each. */
export interface Paint {
  good(text: string): string;
  warning(text: string): string;
  bad(text: string): string;
  faint(text: string): string;
  strong(text: string): string;
}

/** Escape sequences when `colour`, the bare text otherwise. */
export function createPaint(colour: boolean): Paint {
  const with_ = (format: Parameters<typeof styleText>[0]) => (text: string) =>
    colour ? styleText(format, text, { validateStream: false }) : text;
  return {
    good: with_('green'),
    warning: with_('yellow'),
    bad: with_('red'),
    faint: with_('dim'),
    strong: with_('bold'),
  };
}

/** The sign and word of a health, in its colour. */
export function paintHealth(paint: Paint, health: string): string {
  if (health === 'healthy') return paint.good('● healthy');
  if (health === 'unhealthy') return paint.bad('▲ unhealthy');
  return paint.warning(`? ${health}`);
}
