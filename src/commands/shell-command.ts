/**
 * Commands by the words of a shell. Those that people and scripts give again and again are loaded without the hundred
 * others: they are done before the whole registry would be there.
 */
import type { Command } from "./command.ts";
import type { FoundCommand } from "./find-command.ts";

/** What a shell's word stands for in the registry, loaded by itself. */
const ALONE: Readonly<Record<string, () => Promise<Command>>> = {
  attach: async () => (await import("./attach.ts")).attach,
  capture: async () => (await import("./capture.ts")).capture,
  ls: async () => (await import("./ls.ts")).ls,
  new: async () => (await import("./new-shell.ts")).newInShell,
  run: async () => (await import("./run.ts")).run,
  send: async () => (await import("./send.ts")).send,
  status: async () => (await import("./status.ts")).status,
  version: async () => (await import("./version.ts")).version,
  wait: async () => (await import("./wait.ts")).wait,
};

/** The words whose commands are loaded without the others. */
export const LONE_COMMANDS: readonly string[] = Object.keys(ALONE);

/** Whether a word is the whole name of a command that is loaded without the others. */
export function isAlone(word: string): boolean {
  return Object.hasOwn(ALONE, word);
}

/** The command that the first one or two words name in a shell. */
export async function shellCommand([first = "", second = ""]: readonly string[]): Promise<Command | undefined> {
  if (isAlone(first)) return ALONE[first]!();
  const { commandAt } = await import("./registry.ts");
  return commandAt(`${first} ${second}`, "shell") ?? commandAt(first, "shell");
}

/**
 * The same with the words that are left.
 * @throws FugueError `usage` as findCommand
 */
export async function findInShell(words: readonly string[]): Promise<FoundCommand> {
  const [first = ""] = words;
  if (isAlone(first)) return { command: await ALONE[first]!(), words: words.slice(1) };
  const { findCommand } = await import("./find-command.ts");
  return findCommand(words, "shell");
}
