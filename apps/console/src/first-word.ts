/**
 * Takes the word of the first start out of the address (`#first=WORD`) and out of the history at once, so that it
 * stays in no list of visited pages. Null when the address has none.
 */
export function takeFirstWord(location: Location, history: History): string | null {
  const word = new URLSearchParams(location.hash.slice(1)).get('first');
  if (word === null || word === '') return null;
  history.replaceState(history.state, '', location.pathname + location.search);
  return word;
}
