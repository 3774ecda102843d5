/** Counterparts of tmux's commands for what one client shows: copy mode, prompts, menus. */
import { formatWords } from "./line.ts";
import { flagWords, never, promptOnly, valueWords, type TmuxRules } from "./tmux-rule.ts";
import { noCounterpart, type TmuxWords } from "./tmux-words.ts";
import type { Place } from "./registry.ts";

function insideOnly(words: TmuxWords, place: Place): void {
  if (place === "shell") throw noCounterpart(
    `tmux's ${words.name} works at a key or the prompt inside of fugue only`, "see: fugue keys",
  );
}

export const TMUX_VIEW_RULES: TmuxRules = {
  "copy-mode": {
    syntax: { options: "uM", ignored: "eHqdS:s:t:" },
    translate(words, place) {
      insideOnly(words, place);
      return [["copy-mode", ...flagWords(words, "u", "--up"), ...flagWords(words, "M", "--mouse")]];
    },
  },
  "command-prompt": {
    syntax: {
      options: "I:p:", ignored: "bFlNiT:t:",
      refused: { 1: "the answer ends with Enter", k: "the answer ends with Enter", e: "the answer ends with Enter" },
    },
    translate(words, place) {
      insideOnly(words, place);
      const labels = words.value("p");
      if (labels?.includes(",")) throw noCounterpart(
        "one thing is asked at a time", "leave all but one prompt out of -p",
      );
      const template = words.rest.join(" ");
      return [[
        "prompt", ...valueWords(words, "I", "--text"), ...valueWords(words, "p", "--label"),
        ...(template === "" ? [] : ["--template", template]),
      ]];
    },
  },
  "confirm-before": {
    alias: "confirm",
    syntax: { options: "p:", ignored: "byc:t:" },
    translate(words, place) {
      insideOnly(words, place);
      if (words.rest.length === 0) throw noCounterpart("tmux's confirm-before needs a command");
      const line = words.rest.length === 1 ? words.rest[0]! : formatWords(words.rest);
      return [["confirm", ...valueWords(words, "p", "--question"), "--", line]];
    },
  },
  "choose-buffer": promptOnly("buffers", undefined, "NrZF:f:K:O:t:"),
  "display-panes": promptOnly("pane-numbers", "displayp", "bNd:t:"),
  "clock-mode": promptOnly("clock", undefined, "t:"),
  "send-prefix": promptOnly("send-prefix", undefined, "2t:"),
  "customize-mode": never(undefined, "options stand in the configuration file", "see: fugue config path"),
  "display-menu": never("menu", "fugue has no menus"),
  "display-popup": never("popup", "fugue has no popups", "start the program in a pane: split -- CMD"),
  "clear-prompt-history": never("clearphist", "the history of the prompt can't be cleared"),
  "show-prompt-history": never("showphist", "the history of the prompt is at its Up key"),
};
