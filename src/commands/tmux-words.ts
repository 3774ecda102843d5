/** The words of tmux's commands: its options as getopt(3) reads them, and its targets as ours. */
import { FugueError } from "../base/errors.ts";
import { printable } from "../base/names.ts";

/** Options of one of tmux's commands. */
export interface TmuxSyntax {
  /** Letters without a value, then `X:` for those with one: `dPc:t:`. */
  readonly options: string;
  /** Letters that change nothing here, in the same form. */
  readonly ignored?: string;
  /** Letters that have no counterpart, with the reason. */
  readonly refused?: Readonly<Record<string, string>>;
}

/** A reason why a command of tmux has no counterpart. */
export function noCounterpart(message: string, hint?: string): FugueError {
  return new FugueError("usage", message, hint);
}

/** The words of one of tmux's commands, taken apart. */
export class TmuxWords {
  private readonly found = new Map<string, string[]>();
  /** What is left after the options. */
  readonly rest: readonly string[];

  /** @throws FugueError `usage` for an option without a counterpart */
  constructor(readonly name: string, words: readonly string[], private readonly syntax: TmuxSyntax) {
    this.rest = this.readOptions(words);
  }

  has(letter: string): boolean {
    return this.found.has(letter);
  }

  /** The last value of an option. */
  value(letter: string): string | undefined {
    return this.found.get(letter)?.at(-1);
  }

  /** All values of an option that may be repeated. */
  all(letter: string): readonly string[] {
    return this.found.get(letter) ?? [];
  }

  private readOptions(words: readonly string[]): readonly string[] {
    for (let at = 0; at < words.length; at++) {
      const word = words[at]!;
      if (word === "--") return words.slice(at + 1);
      if (word.startsWith("--")) throw noCounterpart(`tmux's ${this.name} has no option ${printable(word, 60)}`);
      if (!/^-[A-Za-z0-9]/.test(word)) return words.slice(at);
      for (let i = 1; i < word.length; i++) {
        const letter = word[i]!;
        if (!this.takesValue(letter)) this.add(letter, "");
        else {
          const glued = word.slice(i + 1);
          const value = glued !== "" ? glued : words[++at];
          if (value === undefined) throw noCounterpart(`-${letter} of ${this.name} needs a value`);
          this.add(letter, value);
          break;
        }
      }
    }
    return [];
  }

  private takesValue(letter: string): boolean {
    const { options, ignored = "", refused = {} } = this.syntax;
    if (Object.hasOwn(refused, letter)) throw noCounterpart(
      `-${letter} of tmux's ${this.name} has no counterpart`, refused[letter],
    );
    const all = options + ignored;
    const at = all.indexOf(letter);
    if (at < 0) throw noCounterpart(`-${printable(letter)} of tmux's ${this.name} has no counterpart`, "leave it out");
    return all[at + 1] === ":";
  }

  private add(letter: string, value: string): void {
    this.found.set(letter, [...(this.found.get(letter) ?? []), value]);
  }
}

/** What a target of tmux is about when it does not say. */
export type TmuxTargetKind = "session" | "window" | "pane";

/** Ways of tmux to name a neighbour, with our option for it. */
const PANE_STEPS: Readonly<Record<string, string>> = {
  "+": "--next", "{next}": "--next", "-": "--previous", "{previous}": "--previous", "!": "--last", "{last}": "--last",
  "{up-of}": "--up", "{down-of}": "--down", "{left-of}": "--left", "{right-of}": "--right",
};
const WINDOW_STEPS: Readonly<Record<string, "next" | "previous" | "last">> = {
  "+": "next", "{next}": "next", "-": "previous", "{previous}": "previous", "!": "last", "{last}": "last",
};

/** Our option for a target that means a neighbouring pane: `:.+` is `--next`. */
export function paneStep(target: string): string | undefined {
  const step = target.replace(/^:?\./, "");
  return Object.hasOwn(PANE_STEPS, step) ? PANE_STEPS[step] : undefined;
}

/** The step that a target for a window means: `:+`, `-1`. */
export function windowStep(target: string): "next" | "previous" | "last" | undefined {
  const step = target.replace(/^:/, "").replace(/^([+-])1$/, "$1");
  return Object.hasOwn(WINDOW_STEPS, step) ? WINDOW_STEPS[step] : undefined;
}

/**
 * A target of tmux as one of ours: `work:2.1` is `work/2.1`, `:2` is `/2`; a bare number is a window or a pane of the
 * current place, a bare name a window for window commands and else a session.
 * @throws FugueError `usage` for targets that have no counterpart
 */
export function ourTarget(text: string, kind: TmuxTargetKind): string {
  const target = text.replace(/^=/, "");
  if (/^%\d+$/.test(target)) return target;
  if (/^@\d+$/.test(target)) return `/${target}`;
  const colon = target.indexOf(":");
  if (colon < 0) return bareTarget(target, kind, text);
  const session = plain(target.slice(0, colon), text);
  const rest = target.slice(colon + 1).replace(/^=/, "");
  if (rest === "") return session === "" ? "." : session;
  const [window = "", pane] = rest.split(/\.(?=[^.]*$)/);
  if (window === "" && pane !== undefined && session === "") return `.${index(pane, text)}`;
  return `${session}/${plain(window, text)}${pane === undefined || pane === "" ? "" : `.${index(pane, text)}`}`;
}

function bareTarget(target: string, kind: TmuxTargetKind, text: string): string {
  if (kind === "session") return plain(target, text);
  const withPane = /^([^.]*)\.(\d+)$/.exec(target);
  if (withPane) return withPane[1] === "" ? `.${withPane[2]}` : `/${plain(withPane[1]!, text)}.${withPane[2]}`;
  if (/^\d+$/.test(target)) return kind === "window" ? `/${target}` : `.${target}`;
  return kind === "window" ? `/${plain(target, text)}` : plain(target, text);
}

function plain(name: string, text: string): string {
  if (/^[^:/.%\s{}$~!+^-][^:/.%\s{}]*$/.test(name) || name === "") return name;
  throw unknownTarget(text);
}

function index(text: string, whole: string): string {
  if (/^\d+$/.test(text)) return text;
  throw unknownTarget(whole);
}

function unknownTarget(text: string): FugueError {
  return noCounterpart(
    `the target '${printable(text, 60)}' of tmux has no counterpart`,
    "write SESSION/WINDOW.PANE, /WINDOW, .PANE or %ID",
  );
}
