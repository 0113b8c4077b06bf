/** Words this far from every known one get no suggestion. */
const distanceMax = 3;

/**
 * The known word that was probably meant, or undefined when none is near. Distance counts insertions, deletions,
 * replacements (Levenshtein 1966) and swaps of neighbours (Damerau 1964), case ignored;
 * a word that only misses or adds an equipment or step before the separator counts as near.
 */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  const wanted = word.toLowerCase();
  let best: string | undefined;
  let bestDistance = Math.min(distanceMax, Math.floor(wanted.length / 2)) + 1;
  for (const candidate of known) {
    const other = candidate.toLowerCase();
    const distance = differsInPrefix(wanted, other) ? 0.5 : editDistance(wanted, other, bestDistance);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** A sentence for a hint: `Did you mean "ghi"?`, or the known words when none is near and they are few. */
export function suggest(word: string, known: Iterable<string>): string | undefined {
  const words = [...known];
  const near = nearest(word, words);
  if (near !== undefined) return `Did you mean "${near}"?`;
  return words.length > 0 && words.length <= 12 ? `Known: ${words.join(', ')}.` : undefined;
}

/** Whether they are the same but for the equipment or step before the last separator. */
function differsInPrefix(a: string, b: string): boolean {
  return a !== b && (lastPart(a) === b || a === lastPart(b));
}

function lastPart(word: string): string {
  return word.slice(Math.max(word.lastIndexOf('/'), word.lastIndexOf('.')) + 1);
}

/** Edit distance, given up (as `limit`) as soon as it can only be larger. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const edited = Math.min(row[j - 1]! + 1, previous[j]! + 1, previous[j - 1]! + cost);
      row.push(swapped ? Math.min(edited, beforePrevious[j - 2]! + 1) : edited);
    }
    if (Math.min(...row) >= limit) return limit;
    beforePrevious = previous;
    previous = row;
  }
  return previous[b.length]!;
}
