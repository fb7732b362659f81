/** ` (did you mean connect-src?)` for a misspelt word that is close to a known one, else nothing. */
export function didYouMean(word: string, known: Iterable<string>): string {
  const nearest = nearestOf(word, known);
  return nearest === undefined ? "" : ` (did you mean ${nearest}?)`;
}

function nearestOf(word: string, known: Iterable<string>): string | undefined {
  // A third of the letters may differ: enough for slips, too few for another word.
  let best: { word?: string; distance: number } = { distance: Math.floor(word.length / 3) + 1 };
  for (const candidate of known) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < best.distance) best = { word: candidate, distance };
  }
  return best.word;
}

/** Levenshtein's distance: how many letters to insert, delete or replace to get from one word to the other. */
function editDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [row, letter] of Array.from(from).entries()) {
    const current = [row + 1];
    for (const [column, other] of Array.from(to).entries()) {
      const replaced = at(previous, column) + (letter === other ? 0 : 1);
      current.push(Math.min(replaced, at(previous, column + 1) + 1, at(current, column) + 1));
    }
    previous = current;
  }
  return at(previous, previous.length - 1);
}

const at = (distances: readonly number[], index: number) => distances[index] ?? Infinity;
