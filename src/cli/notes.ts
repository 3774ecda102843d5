/** Messages with a mark on stderr, by consola, which is loaded with the first of them. */

/** Kinds of notes, with the colour (SGR) and the character of their mark. */
const MARKS = {
  info: { color: 36, mark: "i" },
  success: { color: 32, mark: "ok" },
  warn: { color: 33, mark: "!" },
  fail: { color: 31, mark: "x" },
} as const;

/** Kind of a note. */
export type NoteKind = keyof typeof MARKS;

/** Writes one note. */
export async function writeNote(
  kind: NoteKind, text: string, color: boolean, write: (line: string) => void,
): Promise<void> {
  const { createConsola } = await import("consola/core");
  const notes = createConsola({
    level: 3,
    reporters: [{
      log({ type, args }) {
        const { color: sgr, mark } = MARKS[type as NoteKind] ?? MARKS.info;
        write(`${color ? `\u001b[${sgr}m${mark}\u001b[m` : mark} ${args.join(" ")}\n`);
      },
    }],
  });
  notes[kind](text);
}
