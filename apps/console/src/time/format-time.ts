const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A length of time in its largest useful unit: `350 ms`, `12 s`, `3 min`, `5 h`, `9 d`. */
export function formatDuration(ms: number): string {
  const size = Math.abs(ms);
  if (size < 1000) return `${Math.round(ms)} ms`;
  if (size < 90_000) return `${Math.round(ms / 1000)} s`;
  if (size < 90 * MINUTE) return `${Math.round(ms / MINUTE)} min`;
  if (size < 36 * HOUR) return `${Math.round(ms / HOUR)} h`;
  return `${Math.round(ms / DAY)} d`;
}

/** How long ago, or how far ahead: `12 s ago`, `in 3 min`, `just now`. */
export function formatAge(at: number, now: number): string {
  const age = now - at;
  if (Math.abs(age) < 1500) return 'just now';
  return age > 0 ? `${formatDuration(age)} ago` : `in ${formatDuration(-age)}`;
}

/** An absolute time in a zone: `2018-10-14 09:30:00`. */
export function formatInstant(at: number, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('sv-SE', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  return parts.format(at);
}

/** Day and minute in a zone, for tables: `14 Oct 09:30`. */
export function formatMinute(at: number, timeZone: string): string {
  return new Intl.DateTimeFormat('en-GB', {
    timeZone,
    day: '2-digit',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
  })
    .format(at)
    .replace(',', '');
}
