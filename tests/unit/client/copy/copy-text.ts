/** The text that the keys are tried on, 20 columns by 6 rows: 17 lines, 20 rows, so that 14 of them are history. */
export const TEXT = [
  "alpha beta, gamma", // 0
  "foo(bar[baz{x}y]z) f", // 1: as wide as the view
  "", // 2
  "  ind 日本語 fo e\u0301x", // 3: wide and combining characters
  "this is a long line that wraps over twenty", // 4: three rows, from cells 0, 20 and 40
  "foo Foo end", // 5
  "", // 6
  "(", // 7
  "  para )", // 8
  "日本語日本語日本語a語b", // 9: two rows; the tenth wide character does not fit in column 19
  "last but seven", // 10
  "one", // 11
  "two", // 12
  "three", // 13
  "four", // 14
  "foo five", // 15
  "six", // 16
];

/** Rows above the view when it is at the bottom. */
export const HISTORY = 14;
