/** What a person sees as one character: the grapheme clusters of UAX #29. */

const ASCII = /^[\x20-\x7e]*$/;

/** Made by the first text that is not ASCII: loading the rules takes more than a millisecond. */
let segmenter: Intl.Segmenter | undefined;

/** The graphemes of a text, as they stand. */
export function graphemes(text: string): string[] {
  if (ASCII.test(text)) return text.split("");
  segmenter ??= new Intl.Segmenter(undefined, { granularity: "grapheme" });
  return Array.from(segmenter.segment(text), (part) => part.segment);
}
