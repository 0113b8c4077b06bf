const key = (kind: string, name: string) => `orla-draft ${kind} ${name}`;

/** Keeps a text that somebody is writing, so that it survives a reload of the page. */
export function keepDraft(kind: string, name: string, text: string): void {
  sessionStorage.setItem(key(kind, name), text);
}

/** The text that was being written, or null. */
export function readDraft(kind: string, name: string): string | null {
  return sessionStorage.getItem(key(kind, name));
}

/** Forgets a text once it was applied or given up. */
export function dropDraft(kind: string, name: string): void {
  sessionStorage.removeItem(key(kind, name));
}
