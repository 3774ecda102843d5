/** "Did you mean" for the configuration: the nearest known word, or another hint. */
import { nearest } from "../base/names.ts";

/** `did you mean 'x'?` if a candidate is near, else `otherwise`. */
export function suggestion(word: string, candidates: Iterable<string>, otherwise: string): string {
  const near = nearest(word, candidates);
  return near === undefined ? otherwise : `did you mean '${near}'?`;
}
