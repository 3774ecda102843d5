/**
 * The one blessed screen of the process. It believes to have a terminal: its output is parsed by an emulator, whose
 * cells are the overlay; its input are bytes that we write. It is made when the first overlay opens and kept for
 * good, because each new blessed screen leaks about a megabyte. It has the size of the overlay that is drawn.
 */
import { EventEmitter } from "node:events";
import type { Box, ElementOptions, KeyPress, Screen } from "neo-blessed";
import type blessedModule from "neo-blessed";
import type { Emulator } from "../../terminal/emulator.ts";
import { Grid } from "../../terminal/grid.ts";
import { encodeXtermRow, readRowIntoGrid } from "../../terminal/row-codec.ts";
import { GlyphTable } from "./glyph-table.ts";
import { cropGrid } from "./grid-copy.ts";
import { encodeLine } from "./panel-line.ts";
import type { PanelLine } from "./panel-line.ts";

type Blessed = typeof blessedModule;

/** Room for a border and one cell: blessed is never made smaller, what is too much is cut off. */
const LEAST_COLS = 4;
const LEAST_ROWS = 3;

/**
 * Variables that change what blessed writes, which files it reads (terminfo) or which programs it starts (tmux, to
 * learn its version). Its virtual terminal is the same everywhere.
 */
const HIDDEN_VARIABLES = [
  "TMUX", "TERM_PROGRAM", "ITERM_SESSION_ID", "COLORTERM", "TERMINATOR_UUID", "VTE_VERSION", "NCURSES_FORCE_UNICODE",
  "NCURSES_NO_UTF8_ACS", "NCURSES_NO_MAGIC_COOKIE", "NCURSES_NO_PADDING", "NCURSES_NO_SETBUF", "NCURSES_CJK_WIDTH",
  "BLESSED_FORCE_MODES", "TERMCAP", "TERMINFO", "TERMINFO_DIRS",
];

class VirtualInput extends EventEmitter {
  readonly isTTY = true;
  readonly isRaw = true;
  setRawMode(): this { return this; }
  resume(): this { return this; }
  pause(): this { return this; }
}

class VirtualOutput extends EventEmitter {
  readonly isTTY = true;
  readonly writable = true;
  columns = 80;
  rows = 24;
  private readonly encoder = new TextEncoder();

  constructor(private readonly emulator: Emulator) {
    super();
  }

  write(text: string): boolean {
    this.emulator.parse(this.encoder.encode(text));
    return true;
  }
}

/** Runs `make` as if the variables were not set. */
function withoutVariables<T>(names: readonly string[], make: () => T): T {
  const saved = names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]] as const]));
  for (const [name] of saved) delete process.env[name];
  try {
    return make();
  } finally {
    for (const [name, value] of saved) process.env[name] = value;
  }
}

function makeScreen(blessed: Blessed, input: VirtualInput, output: VirtualOutput): Screen {
  // It would end the process on signals and exceptions, and write to the terminal at exit: that is not its business.
  blessed.Screen._bound = true;
  blessed.Program._bound = true;
  // Without folders to search it takes the terminfo that comes with it.
  blessed.Tput.ipaths = [];
  const options = { terminal: "xterm-256color", forceUnicode: true, fullUnicode: false, warnings: false };
  const screen = blessed.screen({ input, output, ...options });
  screen.tput.brokenACS = true;
  screen.enableKeys();
  screen.enableMouse();
  return screen;
}

export class VirtualScreen {
  /** Stand-ins of all that is shown; see there. */
  readonly glyphs = new GlyphTable();
  private readonly input = new VirtualInput();
  private readonly output: VirtualOutput;
  private readonly screen: Screen;
  private shown: ScreenView | undefined;

  constructor(private readonly blessed: Blessed, private readonly emulator: Emulator) {
    this.output = new VirtualOutput(emulator);
    this.screen = withoutVariables(HIDDEN_VARIABLES, () => makeScreen(blessed, this.input, this.output));
    this.screen.on("keypress", (_, key) => {
      // Enter comes twice: as `return` too.
      if (key.full !== "return") this.shown?.keyPressed(key);
    });
  }

  /** A new, empty view: one overlay's part of the screen. */
  openView(onKey: (key: KeyPress) => void, options: ElementOptions): ScreenView {
    const root = this.blessed.box({
      screen: this.screen, left: 0, top: 0, width: "100%", height: "100%", hidden: true, tags: false, ...options,
    });
    this.screen.append(root);
    return new ScreenView(this, root, onKey);
  }

  /** Elements that blessed still holds, for checks against leaks. */
  get elements(): number {
    return this.screen.children.length + this.screen.clickable.length;
  }

  /** @internal */
  makeBox(options: ElementOptions): Box {
    return this.blessed.box({ screen: this.screen, tags: false, wrap: false, autoFocus: false, ...options });
  }

  /** @internal Makes the view the only one that is shown, at a size in cells. */
  show(view: ScreenView, cols: number, rows: number): void {
    const { output } = this;
    if (this.shown !== view) {
      this.shown?.root.hide();
      view.root.show();
      this.shown = view;
    }
    if (output.columns !== cols || output.rows !== rows) {
      output.columns = cols;
      output.rows = rows;
      this.emulator.resize(cols, rows);
      output.emit("resize");
    }
    if (this.glyphs.crowded) {
      this.glyphs.clear();
      this.screen.realloc();
    }
  }

  /** @internal */
  hide(view: ScreenView): void {
    if (this.shown === view) this.shown = undefined;
  }

  /** @internal Bytes of a terminal, taken in at once. */
  feed(view: ScreenView, bytes: string): void {
    if (this.shown === view) this.input.emit("data", Buffer.from(bytes));
  }

  /** @internal Draws, and reads what the emulator shows. */
  render(cols: number, rows: number): Grid {
    this.screen.render();
    this.screen.program.flush();
    const grid = new Grid(cols, rows);
    for (let y = 0; y < rows; y++) {
      readRowIntoGrid(encodeXtermRow(this.emulator.screenRow(y), cols, noLink), grid, y, noLinkNumber);
    }
    this.glyphs.restore(grid);
    return grid;
  }
}

const noLink = (): undefined => undefined;
const noLinkNumber = (): number => 0;

/** One overlay's elements: a root of the size of the screen, and boxes in it. */
export class ScreenView {
  private closed = false;

  constructor(
    private readonly owner: VirtualScreen, readonly root: Box, private readonly onKey: (key: KeyPress) => void,
  ) {}

  /** Adds a box; its text is neither wrapped nor searched for tags. */
  box(options: ElementOptions): Box {
    return this.owner.makeBox({ parent: this.root, ...options });
  }

  /** @internal */
  keyPressed(key: KeyPress): void {
    this.onKey(key);
  }

  /** Lets blessed decode keys and mouse reports; what comes of them is called before this returns. */
  feed(bytes: string): void {
    if (!this.closed) this.owner.feed(this, bytes);
  }

  /** Brings the screen to this view and its size; before boxes get new content. */
  begin(cols: number, rows: number): void {
    if (!this.closed) this.owner.show(this, Math.max(cols, LEAST_COLS), Math.max(rows, LEAST_ROWS));
  }

  /** Content of a box, `columns` wide. */
  content(lines: readonly PanelLine[], columns: number): string {
    return lines.map((line) => encodeLine(line, Math.max(1, columns), this.owner.glyphs)).join("\n");
  }

  /** The cells as they are now, after `begin` of the same size. */
  render(cols: number, rows: number): Grid {
    if (this.closed) return new Grid(cols, rows);
    const grid = this.owner.render(Math.max(cols, LEAST_COLS), Math.max(rows, LEAST_ROWS));
    return grid.cols === cols && grid.rows === rows ? grid : cropGrid(grid, cols, rows);
  }

  /** Frees the elements. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    // Children first: destroying only the root leaves them among the clickable elements.
    for (const child of [...this.root.children]) child.destroy();
    this.root.destroy();
    this.owner.hide(this);
  }
}

let opening: Promise<VirtualScreen> | undefined;

/** The screen, loading blessed and the emulator at the first call. */
export function openVirtualScreen(): Promise<VirtualScreen> {
  opening ??= makeVirtualScreen().catch((thrown: unknown) => {
    opening = undefined;
    throw thrown;
  });
  return opening;
}

async function makeVirtualScreen(): Promise<VirtualScreen> {
  const [{ default: blessed }, terminal] = await Promise.all([
    import("neo-blessed"),
    import("../../terminal/emulator.ts"),
  ]);
  const nothing = (): void => {};
  const emulator = new terminal.Emulator({ cols: 80, rows: 24, scrollback: 0 }, {
    reply: nothing, effect: nothing, lineTrimmed: nothing, scrollbackCleared: nothing, synchronizedEnd: nothing,
  });
  return new VirtualScreen(blessed, emulator);
}
