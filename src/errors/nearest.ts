/** The word that `text` was most likely meant to be; nothing if none is near, or if it is no text at all. */
export function nearest(text: unknown, words: readonly string[]): string | undefined {
  if (typeof text !== 'string') {
    return undefined;
  }
  const near = words
    .map((word) => ({ word, farthest: Math.max(1, Math.floor(word.length / 3)) }))
    // At least so many are missing or too many; and no time is spent on a text without end.
    .filter(({ word, farthest }) => Math.abs(word.length - text.length) <= farthest)
    .map(({ word, farthest }) => ({ word, farthest, distance: distanceBetween(text.toLowerCase(), word) }))
    .filter(({ distance, farthest }) => distance <= farthest)
    .sort((one, other) => one.distance - other.distance);
  return near[0]?.word;
}

/** How many characters have to be inserted, removed or replaced (Levenshtein). */
function distanceBetween(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (let i = 0; i < from.length; i++) {
    const next = [i + 1];
    for (let k = 0; k < to.length; k++) {
      const replaced = (row[k] ?? 0) + (from[i] === to[k] ? 0 : 1);
      next.push(Math.min(replaced, (row[k + 1] ?? 0) + 1, (next[k] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
