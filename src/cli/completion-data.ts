/** What the completion scripts of all shells say: commands, their options, and what completes each value. */
import type { Arg, Command } from "../commands/command.ts";
import { optionArgs, positionalArgs, restArg } from "../commands/parse.ts";
import { commandsAt } from "../commands/registry.ts";
import { COMPLETION_KINDS, type CompletionKind } from "./complete.ts";
import { GLOBAL_ARGS } from "./globals.ts";

/** What completes a value. */
export type ValueSource =
  | { readonly kind: "none" }
  | { readonly kind: "files" }
  | { readonly kind: "folders" }
  | { readonly kind: "words"; readonly words: readonly string[] }
  | { readonly kind: "live"; readonly of: CompletionKind };

/** An option for the scripts. */
export interface CompletionOption {
  readonly long: string;
  readonly short: string | undefined;
  readonly help: string;
  /** undefined: it takes no value. */
  readonly value: ValueSource | undefined;
  readonly repeat: boolean;
}

/** A positional argument for the scripts. */
export interface CompletionPosition {
  readonly label: string;
  readonly value: ValueSource;
  readonly repeat: boolean;
}

/** A command for the scripts. */
export interface CompletionCommand {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly CompletionOption[];
  readonly positions: readonly CompletionPosition[];
  /** Takes a program after `--`. */
  readonly rest: boolean;
}

/** First words of the command line of every script, so that nobody edits what is made anew. */
export const GENERATED = "Generated from the registry of commands: change that, then run scripts/generate.ts.";

/** Commands that a shell can complete, in the order of the registry. */
export function completionCommands(): CompletionCommand[] {
  return commandsAt("shell").map(describe);
}

/** The options that stand before or behind every command. */
export function globalOptions(): CompletionOption[] {
  return Object.entries(GLOBAL_ARGS).map(([name, arg]) => option(name, arg));
}

function describe(command: Command): CompletionCommand {
  return {
    name: command.name,
    summary: command.summary,
    options: optionArgs(command).map(([name, arg]) => option(name, arg)),
    positions: positionalArgs(command).map(
      ([name, arg]) => ({ label: arg.value ?? name, value: sourceOf(arg), repeat: arg.repeat ?? arg.each ?? false })
    ),
    rest: restArg(command) !== undefined,
  };
}

function option(long: string, arg: Arg): CompletionOption {
  const value = arg.type === "boolean" ? undefined : long === "server" ? (
    { kind: "live", of: "server" } as const
  ) : sourceOf(arg);
  return { long, short: arg.short, help: arg.help, value, repeat: arg.repeat ?? false };
}

function sourceOf(arg: Arg): ValueSource {
  if (arg.choices) return { kind: "words", words: arg.choices };
  if (arg.type === "file") return { kind: arg.value === "DIR" ? "folders" : "files" };
  const live = COMPLETION_KINDS.find((kind) => kind === arg.complete);
  return live ? { kind: "live", of: live } : { kind: "none" };
}
