const KEY = 'orla-reloaded-at';
const AGAIN_AFTER_MS = 60_000;

/**
 * A page that was opened before the control plane got a newer console asks for parts that are gone. It then loads itself
 * anew, at the address where it is; not twice within a minute, so that a part that is truly missing shows its error.
 */
export function reloadWhenReplaced(target: Window): void {
  target.addEventListener('vite:preloadError', (event) => {
    const last = Number(target.sessionStorage.getItem(KEY) ?? 0);
    if (Date.now() - last < AGAIN_AFTER_MS) return;
    target.sessionStorage.setItem(KEY, String(Date.now()));
    event.preventDefault();
    target.location.reload();
  });
}
