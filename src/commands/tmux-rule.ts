/** What one of tmux's commands becomes: the shape of a rule, and pieces that many rules share. */
import type { Place } from "./registry.ts";
import { noCounterpart, ourTarget, type TmuxSyntax, type TmuxTargetKind, type TmuxWords } from "./tmux-words.ts";

/** The counterpart of one of tmux's commands. */
export interface TmuxRule {
  /** Its short form, such as `splitw`. */
  readonly alias?: string;
  readonly syntax: TmuxSyntax;
  /** Whatever its options, there is no counterpart. */
  readonly never?: boolean;
  /** Our commands for it, each as words. @throws FugueError `usage` if there are none */
  translate(words: TmuxWords, place: Place): string[][];
}

/** Rules by the full names of tmux's commands. */
export type TmuxRules = Readonly<Record<string, TmuxRule>>;

/** The target that an option gives, as a word for us; nothing if it is not given. */
export function targetWords(words: TmuxWords, kind: TmuxTargetKind, letter = "t"): string[] {
  const target = words.value(letter);
  return target === undefined ? [] : [ourTarget(target, kind)];
}

/** As targetWords, for commands of ours that want `-t`. */
export function targetOption(words: TmuxWords, kind: TmuxTargetKind): string[] {
  return targetWords(words, kind).flatMap((target) => ["-t", target]);
}

/** As targetWords, for commands of ours that can't do without a target. */
export function targetOrCurrent(words: TmuxWords, kind: TmuxTargetKind): string {
  return targetWords(words, kind)[0] ?? ".";
}

/** `flag` if the letter is given. */
export function flagWords(words: TmuxWords, letter: string, flag: string): string[] {
  return words.has(letter) ? [flag] : [];
}

/** `option VALUE` if the letter is given. */
export function valueWords(words: TmuxWords, letter: string, option: string): string[] {
  const value = words.value(letter);
  return value === undefined ? [] : [option, value];
}

/** Folder, environment and program of a new pane. The folder of the current pane is what we take by default. */
export function spawnWords(words: TmuxWords): string[] {
  const dir = words.value("c");
  const inherited = dir === undefined || /^#\{(?:pane_current_path|pane_start_path)\}$/.test(dir);
  if (!inherited && /#[{A-Za-z]/.test(dir)) throw noCounterpart(
    "formats in -c are not replaced", "leave -c out: the folder of the current pane is the default",
  );
  return [
    ...(inherited ? [] : ["--dir", dir]),
    ...words.all("e").flatMap((variable) => ["--env", variable]),
    ...(words.rest.length > 0 ? ["--", ...words.rest] : []),
  ];
}

/** The only word that is left, or an error. */
export function onlyWord(words: TmuxWords, what: string): string {
  const [first, second] = words.rest;
  if (first === undefined || second !== undefined) throw noCounterpart(`tmux's ${words.name} takes one ${what}`);
  return first;
}

/** A rule without options worth keeping that is always the same command of ours. */
export function always(ours: string, alias: string | undefined, ignored: string): TmuxRule {
  return {
    ...(alias !== undefined && { alias }), syntax: { options: "", ignored }, translate: () => [ours.split(" ")],
  };
}

/** A rule for a command that we don't have, with the reason. */
export function never(alias: string | undefined, message: string, hint?: string): TmuxRule {
  return {
    ...(alias !== undefined && { alias }),
    syntax: { options: LETTERS },
    never: true,
    translate() {
      throw noCounterpart(message, hint);
    },
  };
}

/** A rule for a command that works at the prompt only. */
export function promptOnly(ours: string, alias: string | undefined, ignored: string): TmuxRule {
  return {
    ...(alias !== undefined && { alias }),
    syntax: { options: "", ignored },
    translate(words, place) {
      if (place === "shell") throw noCounterpart(
        `tmux's ${words.name} is '${ours}', at a key or the prompt inside of fugue`, "see: fugue keys",
      );
      return [ours.split(" ")];
    },
  };
}

const LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
