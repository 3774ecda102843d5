/** The same program in a bare terminal and in a pane of fugue that fills one of the same size: what both show. */
import { Emulator } from "../../src/terminal/emulator.ts";
import { differences, inkedCells, styledScreen } from "./e2e-cells.ts";
import { kill } from "./e2e-processes.ts";
import type { E2eHome } from "./e2e-home.ts";
import type { TestTerminal } from "./e2e-terminal.ts";

const utf8 = new TextEncoder();
const MOST_SHOWN_DIFFERENCES = 12;

/** What is typed, and what is on the screen once the program has taken it. */
export interface Step {
  type?: string;
  shows: string | RegExp;
}

export interface ScreenCase {
  argv: readonly string[];
  steps: readonly Step[];
  size?: { cols: number; rows: number };
  /** Fewer cells than this with something in them mean that the program did not really run. */
  leastInk: number;
}

/** The cursor as far as one sees it. */
function cursorOf(emulator: Emulator): unknown {
  const { cursorVisible, cursorShape } = emulator.modes();
  const { x, y } = emulator.cursor();
  return cursorVisible ? { x, y, shape: cursorShape } : "hidden";
}

/** What differs between a bare terminal and fugue's, as lines to read. */
function compare(bare: TestTerminal, shown: TestTerminal): string[] {
  const [expected, actual] = [JSON.stringify(cursorOf(bare.emulator)), JSON.stringify(cursorOf(shown.emulator))];
  const cells = differences(bare.emulator, shown.emulator);
  return expected === actual ? cells : [...cells, `the cursor: ${expected} became ${actual}`];
}

/** An emulator that shows what `capture --styled` printed. */
function replay(lines: readonly string[], cols: number, rows: number): Emulator {
  const silent = { reply() {}, effect() {}, lineTrimmed() {}, scrollbackCleared() {}, synchronizedEnd() {} };
  const emulator = new Emulator({ cols, rows, scrollback: 10 }, silent);
  emulator.parse(utf8.encode(lines.map((line, y) => `\x1b[${y + 1};1H${line}`).join("")));
  return emulator;
}

/** Environment that a pane of fugue has, for the bare terminal. */
function paneEnvironment(): Record<string, string> {
  return { TERM: "xterm-256color", COLORTERM: "truecolor", TERM_PROGRAM: "fugue" };
}

async function settle(bare: TestTerminal, shown: TestTerminal, what: string): Promise<void> {
  let found = ["nothing compared yet"];
  try {
    await shown.waitUntil(
      `the screen of a bare terminal (${what})`, () => (found = compare(bare, shown)).length === 0, 8000,
    );
  } catch (error) {
    const list = found.slice(0, MOST_SHOWN_DIFFERENCES).join("\n");
    throw new Error(`${found.length} differences:\n${list}\nbare:\n${bare.screen()}\n${(error as Error).message}`);
  }
}

/** The screen as one text, to see whether anything of it changed. */
function snapshot(terminal: TestTerminal): string {
  return `${styledScreen(terminal.emulator).join("\n")}${JSON.stringify(cursorOf(terminal.emulator))}`;
}

/** Compares what `capture --styled` prints, put into a terminal again. */
async function compareCapture(home: E2eHome, bare: TestTerminal): Promise<void> {
  const { cols, rows } = bare;
  const { panes } = await home.json("capture", "work", "--styled");
  const captured = replay(panes[0].lines, cols, rows);
  const wrong = differences(bare.emulator, captured);
  captured.dispose();
  if (wrong.length > 0) throw new Error(
    `capture --styled differs in ${wrong.length} cells:\n${wrong.slice(0, MOST_SHOWN_DIFFERENCES).join("\n")}`,
  );
}

/**
 * Runs a program in both and compares: after every step, with a client that attaches later, and with a new daemon.
 * @returns cells with something in them, at the end
 */
export async function compareScreens(home: E2eHome, screen: ScreenCase): Promise<number> {
  const size = screen.size ?? { cols: 80, rows: 24 };
  const bare = home.terminal(screen.argv, { ...size, env: paneEnvironment() });
  const shown = home.tui(["new", "work", "--", ...screen.argv], size);
  for (const { type, shows } of screen.steps) {
    const before = snapshot(bare);
    if (type !== undefined) for (const terminal of [bare, shown]) terminal.write(type);
    await bare.waitUntil(`an effect of ${JSON.stringify(type)}`, () => snapshot(bare) !== before && bare.shows(shows));
    await settle(bare, shown, String(shows));
  }
  const ink = inkedCells(bare.emulator);
  if (ink < screen.leastInk) throw new Error(`only ${ink} cells with something in them:\n${bare.screen()}`);
  await compareCapture(home, bare);
  const second = home.tui(["attach", "work"], size);
  await settle(bare, second, "attached later");
  const { daemon } = await home.pids();
  kill(daemon);
  await home.waitUntil(
    "another daemon", async () => (await home.cli(["ls"])).status === 0 && (await home.pids()).daemon !== daemon,
  );
  await compareCapture(home, bare);
  await settle(bare, shown, "after the death of the daemon");
  return ink;
}

/** Runs a program in both, and compares after each change of the terminal's size. */
export async function compareResized(
  home: E2eHome, argv: readonly string[], shows: string, sizes: readonly (readonly [number, number])[],
): Promise<void> {
  const bare = home.terminal(argv, { env: paneEnvironment() });
  const shown = home.tui(["new", "work", "--", ...argv]);
  await bare.waitFor(shows);
  await settle(bare, shown, "before");
  for (const [cols, rows] of sizes) {
    for (const terminal of [bare, shown]) terminal.resize(cols, rows);
    await settle(bare, shown, `${cols}x${rows}`);
  }
}
