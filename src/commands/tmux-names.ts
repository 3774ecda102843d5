/** tmux's commands by name: understood at the prompt and in bindings, answered with our form in a shell. */
import type { Place } from "./registry.ts";
import { TMUX_PANE_RULES } from "./tmux-panes.ts";
import type { TmuxRule } from "./tmux-rule.ts";
import { TMUX_SESSION_RULES } from "./tmux-sessions.ts";
import { TMUX_VIEW_RULES } from "./tmux-view.ts";
import { TMUX_WINDOW_RULES } from "./tmux-windows.ts";
import { TmuxWords } from "./tmux-words.ts";

/** Rules by the full names of tmux's commands. */
export const TMUX_RULES: ReadonlyMap<string, TmuxRule> = new Map(
  [TMUX_SESSION_RULES, TMUX_WINDOW_RULES, TMUX_PANE_RULES, TMUX_VIEW_RULES].flatMap((rules) => Object.entries(rules)),
);

const FULL_NAMES: ReadonlyMap<string, string> = new Map(
  [...TMUX_RULES].flatMap(
    ([name, { alias }]) => [[name, name] as const, ...(alias === undefined ? [] : [[alias, name] as const])]
  ),
);

/** The command that tmux takes a word for: its name, its alias, or a beginning that only one name has (`a`, `splitw`). */
function meant(word: string): string | undefined {
  const full = FULL_NAMES.get(word);
  if (full !== undefined || word === "") return full;
  const [only, another] = [...TMUX_RULES.keys()].filter((name) => name.startsWith(word));
  return another === undefined ? only : undefined;
}

/** Whether tmux has a command that can be called so, with a counterpart here or without. */
export function isTmuxName(name: string): boolean {
  return meant(name) !== undefined;
}

/** Whether a name is one of tmux's in full, such as `new-session`: nobody means anything else by it. */
export function isFullTmuxName(name: string): boolean {
  return TMUX_RULES.has(name);
}

/** The full name of a command of tmux, `send-keys` for `send`; other words stay as they are. */
export function fullTmuxName(name: string): string {
  return meant(name) ?? name;
}

/** Whether one of tmux's commands has a counterpart, at least with some of its options. */
export function hasCounterpart(name: string): boolean {
  const full = meant(name);
  return full !== undefined && TMUX_RULES.get(full)!.never !== true;
}

/**
 * Our commands, each as words, for one of tmux's. Whether they are valid in themselves is for the parser to say.
 * @returns undefined if tmux has no such command either
 * @throws FugueError `usage` if there is no counterpart, with the reason
 */
export function translateTmux(words: readonly string[], place: Place): string[][] | undefined {
  const name = meant(words[0] ?? "");
  if (name === undefined) return undefined;
  const rule = TMUX_RULES.get(name)!;
  return rule.translate(new TmuxWords(name, words.slice(1), rule.syntax), place);
}
