/** Counterparts of tmux's commands for sessions, clients and the server. */
import {
  always, flagWords, never, onlyWord, promptOnly, spawnWords, targetOption, targetWords, type TmuxRule, type TmuxRules,
} from "./tmux-rule.ts";
import { noCounterpart, ourTarget, type TmuxWords } from "./tmux-words.ts";

const NO_FORMATS = { F: "scripts read --json", f: "scripts read --json" } as const;

/** `--size` if both sides are given as numbers. */
function sizeWords(words: TmuxWords): string[] {
  const [x, y] = [words.value("x"), words.value("y")];
  return x !== undefined && y !== undefined && /^\d+$/.test(x) && /^\d+$/.test(y) ? ["--size", `${x}x${y}`] : [];
}

/** Of tmux's options one is a command here. */
function setRule(alias: string): TmuxRule {
  return {
    alias,
    syntax: {
      options: "t:", ignored: "Fgopqsw",
      refused: { a: "set the option in the configuration file", u: "set the option in the configuration file" },
    },
    translate(words) {
      const [name, value = "toggle"] = words.rest;
      if (name !== "synchronize-panes") throw noCounterpart(
        "options stand in the configuration file, which is read again when it changes", "see: fugue config path",
      );
      return [["sync", value, ...targetOption(words, "window")]];
    },
  };
}

export const TMUX_SESSION_RULES: TmuxRules = {
  "new-session": {
    alias: "new",
    syntax: {
      options: "Ads:c:e:x:y:", ignored: "DEPXf:F:",
      refused: { n: "name the window later: window rename NAME", t: "sessions don't share windows" },
    },
    translate: (words) => [[
      "new",
      ...(words.value("s") === undefined ? [] : [words.value("s")!]),
      ...flagWords(words, "A", "-A"),
      ...flagWords(words, "d", "-d"),
      ...sizeWords(words),
      ...spawnWords(words),
    ]],
  },
  "attach-session": {
    alias: "attach",
    syntax: { options: "drt:", ignored: "Exc:f:" },
    translate(words, place) {
      if (place === "prompt") return [["session", "select", targetWords(words, "session")[0] ?? "."]];
      return [[
        "attach", ...targetWords(words, "session"), ...flagWords(words, "d", "--detach-others"),
        ...flagWords(words, "r", "--read-only"),
      ]];
    },
  },
  "has-session": {
    alias: "has", syntax: { options: "t:" }, translate: (words) => [["ls", ...targetWords(words, "session")]],
  },
  "list-sessions": { alias: "ls", syntax: { options: "", refused: NO_FORMATS }, translate: () => [["ls"]] },
  "list-windows": {
    alias: "lsw",
    syntax: { options: "t:", ignored: "a", refused: NO_FORMATS },
    translate: (words) => [["ls", ...targetWords(words, "session"), "--tree"]],
  },
  "list-panes": {
    alias: "lsp",
    syntax: { options: "t:", ignored: "as", refused: NO_FORMATS },
    translate: (words) => [["ls", ...targetWords(words, words.has("s") ? "session" : "window"), "--tree"]],
  },
  "kill-session": {
    syntax: { options: "at:", refused: { C: "there are no alerts to clear" } },
    translate: (words) => [["session", "kill", ...targetWords(words, "session"), ...flagWords(words, "a", "--others")]],
  },
  "rename-session": {
    alias: "rename",
    syntax: { options: "t:" },
    translate: (words) => [["session", "rename", ...targetOption(words, "session"), "--", onlyWord(words, "name")]],
  },
  "switch-client": {
    alias: "switchc",
    syntax: {
      options: "nplt:", ignored: "EZO:",
      refused: {
        c: "name the client by its id: session select TARGET --client ID", r: "attach with --read-only",
        T: "there are no other key tables",
      },
    },
    translate(words) {
      const step = words.has("n") ? "next" : words.has("p") ? "previous" : words.has("l") ? "last" : undefined;
      if (step !== undefined) return [["session", step]];
      const target = words.value("t");
      if (target === undefined) throw noCounterpart("tmux's switch-client needs -n, -p, -l or -t");
      return [["session", "select", ourTarget(target, "session")]];
    },
  },
  "detach-client": {
    alias: "detach",
    syntax: {
      options: "a", ignored: "P",
      refused: {
        t: "name the client by its id: detach --client ID", s: "see: fugue clients", E: "nothing is run at the end",
      },
    },
    translate: (words) => [["detach", ...flagWords(words, "a", "--others")]],
  },
  "list-clients": { alias: "lsc", syntax: { options: "t:", refused: NO_FORMATS }, translate: () => [["clients"]] },
  "suspend-client": promptOnly("suspend", "suspendc", "t:"),
  "refresh-client": promptOnly("redraw", "refresh", "cDlLRSUA:B:C:f:r:t:"),
  "choose-client": promptOnly("clients", undefined, "NrZF:f:K:O:t:"),
  "choose-tree": {
    syntax: { options: "sw", ignored: "GNrZF:f:K:O:t:" },
    translate(words, place) {
      if (place === "shell") throw noCounterpart(
        "tmux's choose-tree is 'tree', at a key or the prompt inside of fugue", "in a shell: fugue ls --tree",
      );
      return [["tree", ...flagWords(words, "w", "--windows")]];
    },
  },
  "choose-session": promptOnly("tree", undefined, "F:t:"),
  "choose-window": promptOnly("tree --windows", undefined, "F:t:"),
  "kill-server": always("stop", undefined, ""),
  "start-server": {
    alias: "start",
    syntax: { options: "" },
    translate: (_words, place) => (place === "shell" ? [["serve", "--detach"]] : []),
  },
  "lock-client": never("lockc", "fugue does not lock terminals"),
  "lock-server": never("lock", "fugue does not lock terminals"),
  "lock-session": never("locks", "fugue does not lock terminals"),
  "server-access": never(undefined, "only you can reach your server on this machine"),
  "show-messages": promptOnly("messages", "showmsgs", "JTt:"),
  "display-message": {
    alias: "display",
    syntax: {
      options: "pt:", ignored: "aNvId:l",
      refused: { c: "name the client by its id: message TEXT --client ID", F: "formats are not replaced" },
    },
    translate(words, place) {
      const [text] = words.rest;
      if (text !== undefined && words.has("p")) throw noCounterpart(
        "formats are not printed", "scripts read: fugue pane display --json",
      );
      if (text !== undefined) return [[place === "shell" ? "message" : "info", "--", words.rest.join(" ")]];
      return words.has("p") || place === "shell" ? [["pane", "display", ...targetWords(words, "pane")]] : [["info"]];
    },
  },
  "show-options": {
    alias: "show",
    syntax: { options: "", ignored: "AgHpqsvwt:" },
    translate(_words, place) {
      if (place === "shell") return [["config", "show"]];
      throw noCounterpart("options stand in the configuration file", "in a shell: fugue config show");
    },
  },
  "show-window-options": never("showw", "options stand in the configuration file", "in a shell: fugue config show"),
  "set-option": setRule("set"),
  "set-window-option": setRule("setw"),
  "source-file": promptOnly("reload", "source", "Fnqvt:"),
  "bind-key": never("bind", "bindings stand in [keys] of the configuration file", "see: fugue config path"),
  "unbind-key": never("unbind", "bindings stand in [keys] of the configuration file", "write \"KEY\" = false there"),
  "set-environment": never(
    "setenv", "variables stand in [env] of the configuration file", "or start a program with --env NAME=VALUE",
  ),
  "show-environment": never("showenv", "variables stand in [env] of the configuration file", "see: fugue config show"),
  "set-hook": never(undefined, "fugue has no hooks"),
  "show-hooks": never(undefined, "fugue has no hooks"),
  "run-shell": never("run", "commands of fugue don't run shells", "start a program in a pane: split -- CMD"),
  "if-shell": never("if", "there are no conditions in command lines", "put them into a script that calls fugue"),
  "wait-for": never(
    "wait", "there are no channels to wait for", "wait for a text or an exit: fugue wait TARGET --text REGEX",
  ),
  "list-keys": {
    alias: "lsk",
    syntax: { options: "", ignored: "1aNP:T:" },
    translate: (_words, place) => [[place === "shell" ? "keys" : "help"]],
  },
  "list-commands": {
    alias: "lscm",
    syntax: { options: "", ignored: "F:" },
    translate: (_words, place) => [[place === "shell" ? "--help" : "help"]],
  },
};
