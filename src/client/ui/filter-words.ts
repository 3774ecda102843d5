/** Filters of lists: words, each of which has to be there; upper and lower case are the same. */

/** Words of a filter, in lower case. */
export function filterWords(filter: string): string[] {
  return filter.toLowerCase().split(/\s+/).filter((word) => word !== "");
}

/** Whether a text (in lower case) holds all words. */
export function holdsWords(text: string, words: readonly string[]): boolean {
  return words.every((word) => text.includes(word));
}
