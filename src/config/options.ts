/**
 * Every option, in one table: its kind, default, scope and help. The typed record `Options`, the checks of
 * config.toml, the `set` command and the reference are all derived from it. Names are tmux's where tmux has the option.
 */
import { AGENT_STATES } from "../base/agent-state.ts";
import type { Environment } from "./location.ts";
import { suggestion } from "./suggest.ts";
import { BOOL, SIZE, TEXTS, duration, int, oneOf, text, textsOf } from "./value-types.ts";
import type { ValueType } from "./value-types.ts";
import { COLOUR, FORMAT, KEY, OPTIONAL_KEY, STYLE } from "./view-types.ts";

/**
 * Whose setting it is. `client`: the person's, read where the client runs. `server`: the daemon's, read where it runs.
 * `session`, `window`, `pane`: the daemon's too, and can be set for one of them.
 */
export type OptionScope = "client" | "server" | "session" | "window" | "pane";

/** One row of the table. The default is what stands in TOML. */
export interface OptionSpec<T> {
  readonly type: ValueType<T>;
  readonly default: string | number | boolean | readonly string[];
  readonly scope: OptionScope;
  /** One line. */
  readonly help: string;
}

function option<T>(
  type: ValueType<T>, fallback: OptionSpec<T>["default"], scope: OptionScope, help: string,
): OptionSpec<T> {
  return { type, default: fallback, scope, help };
}

const TERM_NAME = {
  matches: /^[A-Za-z0-9][A-Za-z0-9._+-]{0,63}$/,
  accepts: "the name of a terminal, such as \"xterm-256color\"",
};
const PATH = { matches: /^$|^\/|^~(\/|$)/, accepts: "an absolute path, or one that begins with ~/" };
const MIB = 1024 * 1024;
const TEXTS_OF_STATES = textsOf(AGENT_STATES.filter((state) => state !== "none"));
const TEXTS_OF_WAYS = textsOf(["bell", "message", "osc9", "osc777", "osc99"]);

/** The table. */
export const OPTIONS = {
  // keys and input
  prefix: option(KEY, "C-b", "client", "key before the commands of the prefix table"),
  prefix2: option(OPTIONAL_KEY, "none", "client", "second prefix key, or none"),
  "escape-time": option(
    duration("0ms", "20ms"), "20ms", "client", "how long a lone Escape waits for the rest of a sequence",
  ),
  "repeat-time": option(duration("0ms", "10s"), "500ms", "client", "how long a repeatable key needs no prefix again"),
  mouse: option(BOOL, true, "client", "the mouse selects panes, windows and text, and scrolls"),
  "mode-keys": option(oneOf("vi", "emacs"), "emacs", "client", "keys of copy mode; unset: vi if VISUAL or EDITOR is one"),
  "status-keys": option(oneOf("vi", "emacs"), "emacs", "client", "keys of the command prompt; unset: vi if VISUAL or EDITOR is one"),
  "word-separators": option(
    text(), "!\"#$%&'()*+,-./:;<=>?@[\\]^`{|}~", "client", "characters that end a word in copy mode",
  ),
  "wheel-lines": option(int(1, 1000), 3, "client", "lines that one notch of the mouse wheel scrolls"),
  "extended-keys": option(
    oneOf("off", "on", "always"), "on", "client",
    "ask the terminal to tell all keys apart (always: as on)",
  ),
  predict: option(
    oneOf("auto", "always", "off"), "auto", "client",
    "show what is typed before its echo has come (auto: where that takes longer than 20 ms)",
  ),
  "focus-events": option(BOOL, true, "client", "tell programs when their pane gains or loses the focus"),
  "set-clipboard": option(
    oneOf("on", "off", "external"), "on", "client", "who sets the clipboard: programs and fugue, nobody, fugue only",
  ),
  "read-clipboard": option(BOOL, false, "client", "programs in panes may read the clipboard"),
  "copy-command": option(text(), "", "client", "command of the shell that is given what is copied, or empty"),

  // sessions, windows, panes
  "base-index": option(int(0, 1000), 0, "session", "number of the first window"),
  "pane-base-index": option(int(0, 1000), 0, "window", "number of the first pane"),
  "renumber-windows": option(BOOL, false, "session", "close the gap in the numbers when a window closes"),
  "automatic-rename": option(BOOL, true, "window", "name windows after the program in the active pane"),
  "allow-rename": option(BOOL, false, "pane", "programs may rename their window by an escape sequence"),
  "main-pane-width": option(SIZE, 80, "window", "width of the main pane in the main-vertical layout"),
  "main-pane-height": option(SIZE, 24, "window", "height of the main pane in the main-horizontal layout"),
  "remain-on-exit": option(
    oneOf("off", "on", "failed"), "off", "pane", "keep a pane whose program has ended (failed: with an error)",
  ),
  "synchronize-panes": option(BOOL, false, "pane", "new windows send input to all of their panes"),
  "history-limit": option(int(0, 10_000_000), 10_000, "pane", "lines of history of a new pane"),
  "history-bytes": option(int(65_536, 64 * 1024 * MIB), 64 * MIB, "pane", "bytes of history of a pane, as stored"),
  "default-shell": option(text(PATH), "", "session", "shell of new panes; empty: the user's own"),
  "default-command": option(text(), "", "session", "command of new panes; empty: a login shell"),
  "default-path": option(text(PATH), "", "session", "working folder of new panes; empty: that of the caller"),
  "update-environment": option(
    TEXTS, ["DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "SSH_AUTH_SOCK", "SSH_AGENT_PID", "SSH_CONNECTION"], "session",
    "variables that new panes take from the client attached last",
  ),
  term: option(text(TERM_NAME), "xterm-256color", "server", "value of TERM in new panes"),

  // what outlives the server
  restore: option(
    oneOf("off", "shell", "command"), "shell", "session",
    "what comes back after a reboot or a stop: nothing, shells, or commands",
  ),
  "persist-history": option(BOOL, true, "pane", "keep what panes show on the disk, for the next start"),
  "save-interval": option(duration("100ms", "1h"), "2s", "server", "how long a change waits before it is on the disk"),
  "save-sync": option(BOOL, true, "server", "make sure that what is saved survives a power cut"),
  "save-bytes": option(int(MIB, 1024 * 1024 * MIB), 2048 * MIB, "server", "bytes of history of all panes on the disk"),

  // alerts
  "monitor-activity": option(BOOL, false, "window", "mark a window in which something is printed"),
  "monitor-bell": option(BOOL, true, "window", "mark a window in which a bell rings"),
  "bell-action": option(
    oneOf("any", "none", "current", "other"), "any", "session", "windows whose bells are passed on",
  ),
  "visual-bell": option(
    oneOf("off", "on", "both"), "off", "client", "show bells: as a message, or as a message and a sound",
  ),

  // agents
  "agent-notify": option(
    TEXTS_OF_STATES, ["blocked", "done", "error"], "client", "states of agents that are told to a person who looks elsewhere",
  ),
  "agent-notify-by": option(
    TEXTS_OF_WAYS, ["bell", "message"], "client", "how they are told: bell, message, osc9, osc777, osc99",
  ),
  "agent-command": option(TEXTS, [], "server", "program with arguments that is run once for each of them, or empty"),

  // the screen
  status: option(BOOL, true, "client", "show the status line; without it messages cover a row of the window for a while"),
  "status-position": option(oneOf("top", "bottom"), "bottom", "client", "where the status line is"),
  "status-left": option(FORMAT, "[#{?server,#{server}:,}#S] ", "client", "left end of the status line"),
  "status-right": option(
    FORMAT, "#{?prefix,^ ,}#{?agents,#{agents} ,}\"#{=21:title}\" %H:%M %d-%b-%y", "client", "right end of the status line",
  ),
  "status-interval": option(duration("0s", "1d"), "15s", "client", "time between redraws of the status line; 0: never"),
  "status-style": option(STYLE, "fg=black,bg=green", "client", "style of the status line"),
  "window-status-format": option(FORMAT, "#I:#W#F#{window_agent_mark}", "client", "a window in the status line"),
  "window-status-current-format": option(FORMAT, "#I:#W#F#{window_agent_mark}", "client", "the current window in the status line"),
  "window-status-current-style": option(STYLE, "", "client", "style of the current window in the status line"),
  "window-status-bell-style": option(STYLE, "reverse", "client", "style of a window in which a bell rang"),
  "window-status-activity-style": option(
    STYLE, "reverse", "client", "style of a window in which something was printed",
  ),
  "pane-border-style": option(STYLE, "", "client", "style of borders between panes"),
  "pane-active-border-style": option(STYLE, "fg=green", "client", "style of the border of the active pane"),
  "pane-border-lines": option(
    oneOf("single", "double", "heavy", "rounded", "simple"), "single", "client",
    "characters of borders (simple: ASCII)",
  ),
  "pane-border-status": option(oneOf("off", "top", "bottom"), "off", "client", "a line of text in each pane's border"),
  "pane-border-format": option(
    FORMAT, "#{?pane_active,#[reverse],}#P#[default]#{?agent, #{agent_name} #{agent_mark},} \"#T\"", "client", "text in each pane's border",
  ),
  "message-style": option(STYLE, "fg=black,bg=yellow", "client", "style of messages and of the command prompt"),
  "mode-style": option(STYLE, "fg=black,bg=yellow", "client", "style of selections and of the list of choices"),
  "display-time": option(duration("0ms", "1h"), "750ms", "client", "how long messages stay; 0: until a key"),
  "display-panes-time": option(duration("100ms", "1h"), "1s", "client", "how long the numbers of panes stay"),
  "display-panes-colour": option(COLOUR, "blue", "client", "colour of the numbers of panes"),
  "display-panes-active-colour": option(COLOUR, "red", "client", "colour of the active pane's number"),
  "clock-mode-style": option(oneOf("12", "24"), "24", "client", "hours of the clock"),
  "clock-mode-colour": option(COLOUR, "blue", "client", "colour of the clock"),
  "set-titles": option(BOOL, false, "client", "set the title of the terminal"),
  "set-titles-string": option(FORMAT, "#S:#I:#W - \"#T\"", "client", "title of the terminal"),
  "true-color": option(oneOf("auto", "on", "off"), "auto", "client", "write 24-bit colours to the terminal"),
  "log-level": option(oneOf("error", "warn", "info", "debug"), "info", "server", "what is written to the logs"),
} as const satisfies Readonly<Record<string, OptionSpec<unknown>>>;

/** Name of an option, as in config.toml. */
export type OptionName = keyof typeof OPTIONS;

type Camel<S extends string> = S extends `${infer Head}-${infer Tail}` ? `${Head}${Capitalize<Camel<Tail>>}` : S;
type ValueOf<Row> = Row extends OptionSpec<infer T> ? T : never;

/** The values of all options, read: durations in milliseconds, formats as trees, names in camelCase. */
export type Options = { readonly [Name in OptionName as Camel<Name>]: ValueOf<(typeof OPTIONS)[Name]> };

/** A row of the table whose kind of value is not known to the compiler. */
export type AnyOption = OptionSpec<unknown>;

/** All rows, in the order of the table. */
export function allOptions(): readonly (readonly [OptionName, AnyOption])[] {
  return Object.entries(OPTIONS) as [OptionName, AnyOption][];
}

/** The row of an option, or undefined if there is none of that name. */
export function optionNamed(name: string): AnyOption | undefined {
  return Object.hasOwn(OPTIONS, name) ? OPTIONS[name as OptionName] : undefined;
}

/** What to tell somebody who named an option that does not exist. */
export function optionHint(name: string): string {
  return suggestion(name, Object.keys(OPTIONS), "see the list of options, or remove it");
}

/** The property of `Options` that holds an option: `base-index` is `baseIndex`. */
export function optionProperty(name: OptionName): keyof Options {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase()) as keyof Options;
}

let defaults: Options | undefined;

/** The options of somebody who has set none: with vi's keys, as in tmux, if the environment names an editor of its kind. */
export function defaultOptions(env: Environment = {}): Options {
  defaults ??= Object.freeze(
    Object.fromEntries(allOptions().map(([name, row]) => [optionProperty(name), row.type.read(row.default)])),
  ) as unknown as Options;
  const editor = (env.VISUAL ?? env.EDITOR ?? "").split("/").at(-1)!;
  return editor.includes("vi") ? withOptions(defaults, new Map([["mode-keys", "vi"], ["status-keys", "vi"]])) : defaults;
}

/** `options` with some values replaced, each one already read. */
export function withOptions(options: Options, changes: ReadonlyMap<OptionName, unknown>): Options {
  const changed = [...changes].map(([name, value]) => [optionProperty(name), value]);
  return Object.freeze({ ...options, ...Object.fromEntries(changed) });
}
