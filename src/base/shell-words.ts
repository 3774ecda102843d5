/** Words for sh(1) and its kin on this machine. */

/** Words as a person would type them in a POSIX shell: quoted where that is needed. */
export function shellWords(words: readonly string[]): string {
  return words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(" ");
}
