/** Counterparts of tmux's commands for windows. */
import { windowPlace } from "./arguments.ts";
import {
  flagWords, never, onlyWord, spawnWords, targetOption, targetOrCurrent, targetWords, valueWords, type TmuxRule,
  type TmuxRules,
} from "./tmux-rule.ts";
import { noCounterpart, ourTarget, windowStep, type TmuxWords } from "./tmux-words.ts";

/** Where tmux puts a window: `work:3`, `:3`, `3`, `work:`. */
function placeOf(text: string): { session?: string; index?: number } {
  const [, session = "", window = ""] = /^=?(?:([^:]*):)?=?([^:]*)$/.exec(text) ?? [];
  return windowPlace(session === "" ? window : `${session}/${window}`);
}

/** The same as one word for our --to. */
function placeWord(text: string): string {
  const { session, index } = placeOf(text);
  return [session, index].filter((part) => part !== undefined).join("/");
}

function stepRule(to: "next" | "previous" | "last", alias: string): TmuxRule {
  return {
    alias,
    syntax: { options: to === "last" ? "t:" : "at:" },
    translate: (words) => [["window", to, ...targetWords(words, "session"), ...flagWords(words, "a", "--alert")]],
  };
}

function newWindow(words: TmuxWords): string[][] {
  const target = words.value("t");
  const { session, index } = target === undefined ? {} : placeOf(target);
  return [[
    "window", "new",
    ...(session === undefined ? [] : [session]),
    ...(index === undefined ? [] : ["--index", String(index)]),
    ...flagWords(words, "d", "--detached"),
    ...valueWords(words, "n", "--name"),
    ...spawnWords(words),
  ]];
}

function selectWindow(words: TmuxWords): string[][] {
  const target = words.value("t");
  const step = words.has("n") ? "next" : words.has("p") ? "previous" : words.has("l") ? "last"
    : target === undefined ? undefined : windowStep(target);
  if (step !== undefined) return [["window", step]];
  if (target === undefined) throw noCounterpart("tmux's select-window needs -n, -p, -l or -t");
  return [["window", "select", ourTarget(target, "window")]];
}

function selectLayout(words: TmuxWords): string[][] {
  const target = targetOrCurrent(words, "window");
  const step = words.has("n") ? "next" : words.has("p") ? "previous" : words.has("E") ? "spread" : undefined;
  const name = step ?? onlyWord(words, "layout");
  if (/^[0-9a-f]{4},/.test(name)) throw noCounterpart(
    "layouts of tmux can't be read", "save ours with: fugue layout TARGET --export",
  );
  return [["layout", target, name]];
}

export const TMUX_WINDOW_RULES: TmuxRules = {
  "new-window": {
    alias: "neww",
    syntax: {
      options: "dn:c:e:t:", ignored: "PSF:",
      refused: {
        a: "a new window gets the lowest free number", b: "a new window gets the lowest free number",
        k: "end the other window first: window kill TARGET",
      },
    },
    translate: newWindow,
  },
  "select-window": { alias: "selectw", syntax: { options: "nplt:", ignored: "T" }, translate: selectWindow },
  "next-window": stepRule("next", "next"),
  "previous-window": stepRule("previous", "prev"),
  "last-window": stepRule("last", "last"),
  "kill-window": {
    alias: "killw",
    syntax: { options: "at:" },
    translate: (words) => [["window", "kill", ...targetWords(words, "window"), ...flagWords(words, "a", "--others")]],
  },
  "rename-window": {
    alias: "renamew",
    syntax: { options: "t:" },
    translate: (words) => [["window", "rename", ...targetOption(words, "window"), "--", onlyWord(words, "name")]],
  },
  "move-window": {
    alias: "movew",
    syntax: {
      options: "rs:t:", ignored: "d",
      refused: { a: "name the number", b: "name the number", k: "end the other window first: window kill TARGET" },
    },
    translate(words) {
      if (words.has("r")) return [["window", "move", ...targetWords(words, "session"), "--renumber"]];
      const to = words.value("t");
      if (to === undefined) throw noCounterpart("tmux's move-window needs -t or -r");
      return [["window", "move", ...targetWords(words, "window", "s"), "--to", placeWord(to)]];
    },
  },
  "swap-window": {
    alias: "swapw",
    syntax: { options: "s:t:", ignored: "d" },
    translate(words) {
      const other = words.value("t");
      if (other === undefined) throw noCounterpart("tmux's swap-window needs -t");
      const step = windowStep(other);
      if (step === "last") throw noCounterpart(
        "windows are swapped with a named one, or with a neighbour", "--next, --previous or --with TARGET",
      );
      return [[
        "window", "swap", ...targetWords(words, "window", "s"),
        ...(step ? [`--${step}`] : ["--with", ourTarget(other, "window")]),
      ]];
    },
  },
  "rotate-window": {
    alias: "rotatew",
    syntax: { options: "DUt:", ignored: "Z" },
    translate: (words) => [["window", "rotate", ...targetWords(words, "window"), ...flagWords(words, "D", "--down")]],
  },
  "find-window": {
    alias: "findw",
    syntax: { options: "", ignored: "CiNTZt:", refused: { r: "the text is no pattern" } },
    translate: (words) => [["window", "find", "--", onlyWord(words, "text")]],
  },
  "select-layout": {
    alias: "selectl", syntax: { options: "npEt:", refused: { o: "there is no layout to go back to" } },
    translate: selectLayout,
  },
  "next-layout": {
    alias: "nextl", syntax: { options: "t:" },
    translate: (words) => [["layout", targetOrCurrent(words, "window"), "next"]],
  },
  "previous-layout": {
    alias: "prevl", syntax: { options: "t:" },
    translate: (words) => [["layout", targetOrCurrent(words, "window"), "previous"]],
  },
  "link-window": never("linkw", "a window belongs to one session"),
  "unlink-window": never("unlinkw", "a window belongs to one session", "end it with: window kill"),
  "resize-window": never("resizew", "a window has the size of the terminal in which somebody typed last"),
  "respawn-window": {
    alias: "respawnw",
    syntax: { options: "kc:e:t:" },
    translate: (words) => [
      ["pane", "respawn", ...targetWords(words, "window"), ...flagWords(words, "k", "--kill"), ...spawnWords(words)],
    ],
  },
};
