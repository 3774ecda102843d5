/** tmux's options as ours: which ones exist here, and how their values are written. */
import { FugueError } from "../base/errors.ts";
import { OPTIONS, optionNamed } from "./options.ts";
import type { AnyOption } from "./options.ts";
import { suggestion } from "./suggest.ts";

/** Options whose name differs. */
const RENAMED: Readonly<Record<string, string>> = {
  "default-terminal": "term",
};

/** Options that tmux has and fugue needs not, and why. */
const NOT_NEEDED: Readonly<Record<string, string>> = {
  "status-left-length": "the status line has no fixed lengths: cut a part with #{=20:name}",
  "status-right-length": "the status line has no fixed lengths: cut a part with #{=20:name}",
  "status-utf8": "everything is UTF-8",
  utf8: "everything is UTF-8",
  "terminal-overrides": "fugue asks the terminal what it can; see the option true-color",
  "terminal-features": "fugue asks the terminal what it can; see the option true-color",
  "mode-mouse": "the option mouse covers it",
  "mouse-select-pane": "the option mouse covers it",
  "mouse-select-window": "the option mouse covers it",
  "mouse-resize-pane": "the option mouse covers it",
  "mouse-utf8": "the option mouse covers it",
  "aggressive-resize": "a window always has the size of the client that used it last",
  "window-size": "a window always has the size of the client that used it last",
  "exit-empty": "the server of fugue stays",
  "exit-unattached": "the server of fugue stays",
  "destroy-unattached": "sessions stay until they are closed",
};

/** Options that hold milliseconds or seconds as plain numbers. */
const UNITS: Readonly<Record<string, "ms" | "s">> = {
  "escape-time": "ms",
  "repeat-time": "ms",
  "display-time": "ms",
  "display-panes-time": "ms",
  "status-interval": "s",
};

/** Options of tmux before 2.9 that are now a part of a style. */
const STYLE_PART =
  /^(status|message|mode|pane-border|pane-active-border|window-status-(?:current|bell|activity))-(fg|bg|attr)$/;

/** An option of ours, set by one of tmux's. */
export interface ImportedOption {
  readonly name: string;
  readonly row: AnyOption;
  /** The value as text, as `row.type.parse` takes it. */
  readonly text: string;
  /** The text is added to what was there before. */
  readonly append: boolean;
}

/**
 * What `set NAME VALUE` of tmux means here.
 * @param value undefined for `set NAME`, which switches an option over
 * @throws FugueError `usage` that says why it means nothing
 */
export function importOption(name: string, value: string | undefined, append: boolean): ImportedOption {
  if (name.startsWith("@")) throw new FugueError("usage", "user options and plugins do not exist here");
  if (Object.hasOwn(NOT_NEEDED, name)) throw new FugueError("usage", NOT_NEEDED[name]!);
  const part = STYLE_PART.exec(name);
  const ours = part ? `${part[1]}-style` : Object.hasOwn(RENAMED, name) ? RENAMED[name]! : name;
  const row = optionNamed(ours);
  if (!row) {
    const near = suggestion(name, Object.keys(OPTIONS), "");
    throw new FugueError("usage", `fugue has no option '${name}'${near && `; ${near}`}`);
  }
  if (value === undefined) throw new FugueError("usage", "the option has no value here");
  if (part) return { name: ours, row, text: part[2] === "attr" ? value : `${part[2]}=${value}`, append: true };
  return { name: ours, row, text: translate(ours, value, row), append };
}

/** A value in our notation. @throws FugueError `usage` if there is none */
function translate(name: string, value: string, row: AnyOption): string {
  const unit = UNITS[name];
  if (unit && /^\d+$/.test(value)) return value === "0" ? "0" : `${value}${unit}`;
  if (name === "term" && !value.startsWith("xterm")) {
    throw new FugueError("usage", "panes of fugue are an xterm: the option term stays as it is");
  }
  // what a shell reads later may hold variables
  if (row.type.kind === "string" && !name.endsWith("-command") && /\$\{?[A-Za-z_]|#\{/.test(value)) {
    throw new FugueError("usage", "variables in values are not replaced here");
  }
  return value;
}
