/** "Did you mean": the known word nearest to a mistyped one. */

const LONGEST_WORD = 40;

/**
 * The candidate with the fewest typing mistakes (a letter too many, missing, wrong, or two swapped) from `word`, or
 * undefined if none is near: one mistake per three letters counts as near. Case, `_` and `-` make no difference.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  if (word.length === 0 || word.length > LONGEST_WORD) return undefined;
  const plain = simplify(word);
  let best: string | undefined;
  let least = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    if (candidate.length > LONGEST_WORD || Math.abs(candidate.length - word.length) >= least) continue;
    const mistakes = distance(plain, simplify(candidate));
    if (mistakes < least) [best, least] = [candidate, mistakes];
  }
  return best;
}

/** `did you mean 'x'?` if a candidate is near, else `otherwise`. */
export function suggestion(word: string, candidates: Iterable<string>, otherwise: string): string {
  const near = nearest(word, candidates);
  return near === undefined ? otherwise : `did you mean '${near}'?`;
}

function simplify(word: string): string {
  return word.toLowerCase().replaceAll("_", "-");
}

/** Optimal string alignment distance, after the usual dynamic programme with three rows. */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const wrong = a[i - 1] === b[j - 1] ? 0 : 1;
      let cost = Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + wrong);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, before[j - 2]! + 1);
      row.push(cost);
    }
    [before, above] = [above, row];
  }
  return above[b.length]!;
}
