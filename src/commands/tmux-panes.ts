/** Counterparts of tmux's commands for panes and what is typed into them. */
import { parseKey } from "../base/keys.ts";
import {
  flagWords, never, onlyWord, spawnWords, targetOption, targetOrCurrent, targetWords, valueWords, type TmuxRule,
  type TmuxRules,
} from "./tmux-rule.ts";
import { noCounterpart, ourTarget, paneStep, type TmuxWords } from "./tmux-words.ts";

const DIRECTIONS = { L: "--left", R: "--right", U: "--up", D: "--down" } as const;

/** The option for the first direction that is given. */
function direction(words: TmuxWords): string | undefined {
  const letter = (Object.keys(DIRECTIONS) as (keyof typeof DIRECTIONS)[]).find((name) => words.has(name));
  return letter && DIRECTIONS[letter];
}

/** Side and size of a pane that is put beside another one. Below is what we do without a word. */
function besideWords(words: TmuxWords): string[] {
  const side = words.has("h") ? (words.has("b") ? "--left" : "--right") : words.has("b") ? "--up" : undefined;
  const share = words.value("p");
  return [
    ...(side === undefined ? [] : [side]),
    ...valueWords(words, "l", "--size"),
    ...(share === undefined ? [] : ["--size", `${share}%`]),
  ];
}

function selectPane(words: TmuxWords): string[][] {
  const target = words.value("t");
  const step = target === undefined ? undefined : paneStep(target);
  const at = target === undefined || step !== undefined ? [] : [ourTarget(target, "pane")];
  if (words.has("M")) return [["pane", "mark", "--clear"]];
  if (words.has("m")) return [["pane", "mark", ...at]];
  const title = words.value("T");
  if (title !== undefined) return [["pane", "rename", ...at.flatMap((pane) => ["-t", pane]), "--", title]];
  const to = step ?? (words.has("l") ? "--last" : direction(words));
  return [["pane", "select", ...at, ...(to === undefined ? [] : [to])]];
}

function resizePane(words: TmuxWords): string[][] {
  const target = targetWords(words, "pane");
  if (words.has("Z")) return [["pane", "zoom", ...target]];
  const to = direction(words);
  const sizes = [...valueWords(words, "x", "--cols"), ...valueWords(words, "y", "--rows")];
  if (to === undefined && sizes.length === 0) throw noCounterpart("tmux's resize-pane needs a direction or a size");
  return [["pane", "resize", ...target, ...(to === undefined ? [] : [to, words.rest[0] ?? "1"]), ...sizes]];
}

function swapPane(words: TmuxWords): string[][] {
  const [source, target] = [words.value("s"), words.value("t")];
  if (words.has("U") || words.has("D")) return [
    ["pane", "swap", ...targetWords(words, "pane"), words.has("D") ? "--down" : "--up"],
  ];
  const at = source === undefined ? [] : [ourTarget(source, "pane")];
  if (target === undefined) return [["pane", "swap", ...(at.length > 0 ? ["--with", at[0]!] : [])]];
  const step = paneStep(target);
  if (step === "--next" || step === "--previous") return [
    ["pane", "swap", ...at, step === "--next" ? "--down" : "--up"],
  ];
  return [["pane", "swap", ...at, "--with", ourTarget(target, "pane")]];
}

const JOIN: TmuxRule = {
  syntax: { options: "hvbl:p:s:t:", ignored: "d", refused: { f: "a pane is put beside one other pane" } },
  translate(words) {
    const [from] = targetWords(words, "pane", "s");
    const [to] = targetWords(words, "pane");
    // with a place to go to and nothing to fetch, it is the current pane that goes
    if (from === undefined && to !== undefined) return [["pane", "move", "--to", to, ...besideWords(words)]];
    return [[
      "pane", "join", ...(to === undefined ? [] : [to]), ...(from === undefined ? [] : ["--from", from]),
      ...besideWords(words),
    ]];
  },
};

/** Whether tmux takes a word for a key; single characters are text as well. */
function isKey(word: string): boolean {
  if ([...word].length === 1) return false;
  try {
    parseKey(word);
    return true;
  } catch {
    return false;
  }
}

/** Words that are keys are pressed, the others typed, in their order. */
function sendKeys(words: TmuxWords): string[][] {
  const target = targetOrCurrent(words, "pane");
  const text = (typed: string, ...options: string[]) => ["send", target, ...options, "--", typed];
  if (words.rest.length === 0) throw noCounterpart("tmux's send-keys needs keys");
  if (words.has("l")) return [text(words.rest.join(""))];
  const commands: string[][] = [];
  let typed = "";
  let keys: string[] = [];
  const flush = (enter = false) => {
    if (typed !== "") commands.push(enter ? text(typed, "--enter") : text(typed));
    if (keys.length > 0) commands.push(["send", target, "--keys", "--", ...keys]);
    typed = "";
    keys = [];
  };
  for (const word of words.rest) {
    const key = isKey(word);
    if (key && typed !== "") {
      const enter = word.toLowerCase() === "enter";
      flush(enter);
      if (enter) continue;
    }
    if (!key && keys.length > 0) flush();
    if (key) keys.push(word);
    else typed += word;
  }
  flush();
  return commands;
}

/** Our --history for the line that tmux begins with: `-` is the first one, `-100` a hundred above the screen. */
function historyFrom(start: string): string | undefined {
  if (start === "-") return "all";
  return /^(-\d+|0)$/.test(start) ? start.replace("-", "") : undefined;
}

function capturePane(words: TmuxWords): string[][] {
  if (!words.has("p")) throw noCounterpart(
    "capture prints, it does not fill a buffer", "add -p, or: fugue capture | fugue buffer set -",
  );
  const start = words.value("S");
  const history = start === undefined ? undefined : historyFrom(start);
  if (start !== undefined && history === undefined) throw noCounterpart(
    `-S ${start} of tmux's capture-pane has no counterpart`, "-S - or -S -N",
  );
  return [[
    "capture", ...targetWords(words, "pane"), ...(history === undefined ? [] : ["--history", history]),
    ...flagWords(words, "e", "--styled"), ...flagWords(words, "J", "--join"),
  ]];
}

function pipePane(words: TmuxWords): string[][] {
  const target = targetWords(words, "pane");
  if (words.rest.length === 0) return [["pane", "pipe", ...target]];
  const command = words.rest.join(" ");
  if (/#[{A-Z]/.test(command)) throw noCounterpart(
    "formats in the command are not replaced", "write the name of the file",
  );
  return [["pane", "pipe", ...target, "--", "sh", "-c", command]];
}

export const TMUX_PANE_RULES: TmuxRules = {
  "split-window": {
    alias: "splitw",
    syntax: { options: "hvbdfl:p:c:e:t:", ignored: "PZF:", refused: { I: "start a program that reads: split -- cat" } },
    translate: (words) => [[
      "split", ...targetWords(words, "pane"), ...besideWords(words),
      ...flagWords(words, "f", "--whole"), ...flagWords(words, "d", "--detached"), ...spawnWords(words),
    ]],
  },
  "select-pane": { alias: "selectp", syntax: {
    options: "DLRUlmMT:t:", ignored: "ZP:g",
    refused: { d: "programs always get their input", e: "programs always get their input" },
  }, translate: selectPane },
  "last-pane": { alias: "lastp", syntax: {
    options: "", ignored: "Zt:",
    refused: { d: "programs always get their input", e: "programs always get their input" },
  }, translate: () => [["pane", "select", "--last"]] },
  "resize-pane": {
    alias: "resizep",
    syntax: { options: "DLRUZx:y:t:", refused: { M: "drag the border with the mouse", T: "the history is never cut" } },
    translate: resizePane,
  },
  "swap-pane": { alias: "swapp", syntax: { options: "UDs:t:", ignored: "dZ" }, translate: swapPane },
  "join-pane": { ...JOIN, alias: "joinp" },
  "move-pane": { ...JOIN, alias: "movep" },
  "break-pane": {
    alias: "breakp",
    syntax: {
      options: "dn:s:t:", ignored: "PF:", refused: { a: "name the number with -t", b: "name the number with -t" },
    },
    translate: (words) => [[
      "pane", "break", ...targetWords(words, "pane", "s"), ...flagWords(words, "d", "--detached"),
      ...valueWords(words, "n", "--name"),
      ...(words.value("t") === undefined ? [] : ["--to", words.value("t")!.replace(/^:/, "").replace(":", "/")]),
    ]],
  },
  "kill-pane": {
    alias: "killp",
    syntax: { options: "at:" },
    translate: (words) => [["pane", "kill", ...targetWords(words, "pane"), ...flagWords(words, "a", "--others")]],
  },
  "respawn-pane": {
    alias: "respawnp",
    syntax: { options: "kc:e:t:" },
    translate: (words) => [
      ["pane", "respawn", ...targetWords(words, "pane"), ...flagWords(words, "k", "--kill"), ...spawnWords(words)],
    ],
  },
  "pipe-pane": {
    alias: "pipep", syntax: { options: "t:", ignored: "oO", refused: { I: "type with: send TARGET -" } },
    translate: pipePane,
  },
  "clear-history": {
    alias: "clearhist", syntax: { options: "t:", ignored: "H" },
    translate: (words) => [["clear-history", ...targetWords(words, "pane")]],
  },
  "send-keys": {
    alias: "send",
    syntax: {
      options: "lt:",
      refused: {
        X: "keys of copy mode stand in [keys.copy-vi] and [keys.copy-emacs]",
        N: "write the keys as often as they are meant", R: "clear it by a key of the program",
        M: "mouse events go to the program by themselves", H: "write names of keys",
        F: "formats are not replaced", K: "bind the command itself", c: "name the pane with -t",
      },
    },
    translate: sendKeys,
  },
  "capture-pane": {
    alias: "capturep",
    syntax: {
      options: "peJS:t:", ignored: "NqT",
      refused: {
        E: "it ends with the screen", b: "fugue capture | fugue buffer set -",
        a: "the screen that is shown is captured", C: "--styled gives colours and attributes",
        P: "only what is shown is captured",
      },
    },
    translate: capturePane,
  },
  "set-pane-option": never(undefined, "options stand in the configuration file", "see: fugue config path"),
  "list-buffers": {
    alias: "lsb", syntax: { options: "", refused: { F: "scripts read --json", f: "scripts read --json" } },
    translate: () => [["buffer", "ls"]],
  },
  "show-buffer": {
    alias: "showb", syntax: { options: "b:" }, translate: (words) => [["buffer", "show", ...words.all("b")]],
  },
  "set-buffer": {
    alias: "setb",
    syntax: { options: "b:", ignored: "wt:", refused: { a: "write the whole text", n: "set it under the new name" } },
    translate: (words) => [["buffer", "set", ...valueWords(words, "b", "--name"), "--", onlyWord(words, "text")]],
  },
  "load-buffer": {
    alias: "loadb", syntax: { options: "b:", ignored: "wt:" },
    translate: (words) => [["buffer", "set", ...valueWords(words, "b", "--name"), "--file", onlyWord(words, "file")]],
  },
  "save-buffer": { alias: "saveb", syntax: { options: "ab:" }, translate: (words) => [[
    "buffer", "save", ...valueWords(words, "b", "--name"), ...flagWords(words, "a", "--append"), "--",
    onlyWord(words, "file"),
  ]] },
  "delete-buffer": {
    alias: "deleteb", syntax: { options: "b:" }, translate: (words) => [["buffer", "delete", ...words.all("b")]],
  },
  "paste-buffer": {
    alias: "pasteb",
    syntax: { options: "b:dt:", ignored: "pr", refused: { s: "lines are pasted as they are" } },
    translate(words, place) {
      if (place === "prompt" && !words.has("t") && !words.has("d")) return [["paste", ...words.all("b")]];
      return [[
        "buffer", "paste", ...targetOption(words, "pane"), ...valueWords(words, "b", "--name"),
        ...flagWords(words, "d", "--delete"),
      ]];
    },
  },
};
