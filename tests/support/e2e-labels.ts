/** Panes that a test tells apart by sight: each shows its label in its upper left corner and echoes what is typed. */
import type { E2eHome } from "./e2e-home.ts";
import type { TestTerminal } from "./e2e-terminal.ts";

/** argv of a program that shows a label and echoes. */
export function labelled(label: string): string[] {
  return ["sh", "-c", `printf '${label}\\r\\n'; exec cat`];
}

/** What one waits for after a key that moves panes. */
export type Places = Record<string, { x: number; y: number }>;

/**
 * A session `work` with one window, its panes side by side or one above the other, shown in a terminal. The last pane
 * has the focus.
 */
export async function labelledPanes(
  home: E2eHome, labels: readonly string[], side = "--right", size = { cols: 80, rows: 24 },
): Promise<TestTerminal> {
  const [first, ...others] = labels;
  await home.fugue("new", "work", "-d", "--size", `${size.cols}x${size.rows - 1}`, "--", ...labelled(first!));
  let last = "work/0.0";
  // a script does not move the focus: each split names the pane that it divides
  for (const label of others) last = (await home.json("split", last, side, "--", ...labelled(label))).panes[0].target;
  const terminal = home.tui(["attach", last], size);
  await terminal.waitUntil("all labels", () => labels.every((label) => terminal.find(label)));
  return terminal;
}

/** Waits until each label stands where it is expected. */
export function waitForPlaces(terminal: TestTerminal, places: Places): Promise<void> {
  return terminal.waitUntil(`labels at ${JSON.stringify(places)}`, () =>
    Object.entries(places).every(([label, place]) => {
      const found = terminal.find(label);
      return found?.x === place.x && found.y === place.y;
    }),
  );
}

/** Types a word and waits for its echo in the pane with this label: the pane that has the focus. */
export async function expectFocus(terminal: TestTerminal, label: string, word: string): Promise<void> {
  terminal.write(`${word}\r`);
  await terminal.waitUntil(`${word} echoed below ${label}`, () => {
    const place = terminal.find(label);
    const echo = terminal.find(word);
    return place !== undefined && echo !== undefined && echo.x === place.x && echo.y > place.y;
  });
}
