/** The options that every command takes. They are taken out of argv first, wherever before `--` they stand. */
import { resolve } from "node:path";
import { FugueError } from "../base/errors.ts";
import { printable, suggestion } from "../base/names.ts";
import type { Arg, Command } from "../commands/command.ts";
import { findOption } from "../commands/parse.ts";
import { shellCommand } from "../commands/shell-command.ts";

/** Values of the global options. */
export interface Globals {
  readonly json: boolean;
  readonly help: boolean;
  readonly version: boolean;
  readonly noColor: boolean;
  readonly servers: readonly string[];
  /** Every server of the configuration, and this machine's own. */
  readonly all: boolean;
  readonly addr: string | undefined;
  /** Tunnels that are started end with their last client. */
  readonly ephemeral: boolean;
  readonly config: string | undefined;
}

/** The global options, as commands declare theirs: for usage, manuals and completions. */
export const GLOBAL_ARGS = {
  server: { type: "string", short: "s", repeat: true, value: "NAME", help: "server of the configuration to speak to" },
  "all-servers": { type: "boolean", short: "a", help: "all servers of the configuration, and this machine's own" },
  addr: {
    type: "string", value: "ADDRESS", help: "address of the server to speak to: unix://PATH, tcp://HOST:PORT, …",
  },
  ephemeral: { type: "boolean", help: "a tunnel that is started ends with its last client" },
  config: { type: "file", value: "FILE", help: "configuration file in place of the user's own" },
  json: { type: "boolean", help: "print the result as JSON" },
  "no-color": { type: "boolean", help: "no colours; NO_COLOR does the same" },
  help: { type: "boolean", short: "h", help: "show how a command is used" },
  version: { type: "boolean", short: "V", help: "print the release" },
} as const satisfies Readonly<Record<string, Arg>>;

/** Global options, and the words that are left. */
export interface TakenGlobals {
  readonly globals: Globals;
  readonly words: readonly string[];
}

/**
 * Takes the global options out of the words of a command line. Values of a command's own options are left alone, also
 * where they look like options.
 * @param cwd folder that a relative `--config` starts from
 * @throws FugueError `usage`
 */
export function takeGlobals(argv: readonly string[], cwd: string): Promise<TakenGlobals> {
  return new GlobalsReader(argv).read(cwd);
}

class GlobalsReader {
  private readonly flags = new Set<string>();
  private readonly servers: string[] = [];
  private addr: string | undefined;
  private config: string | undefined;
  private readonly words: string[] = [];
  /** What the words so far name. */
  private command: Command | undefined;
  private at = 0;

  constructor(private readonly argv: readonly string[]) {}

  async read(cwd: string): Promise<TakenGlobals> {
    for (this.at = 0; this.at < this.argv.length; this.at++) {
      const word = this.argv[this.at]!;
      if (word === "--") {
        this.words.push(...this.argv.slice(this.at));
        break;
      }
      if (this.isOwn(word) || !this.takeGlobal(word)) await this.keep(word);
    }
    if (this.addr !== undefined && this.servers.length > 0) {
      throw new FugueError("usage", "--addr and --server don't go together", "give one of them");
    }
    if (this.flags.has("all-servers") && (this.addr !== undefined || this.servers.length > 0)) {
      throw new FugueError("usage", "--all-servers names every server already", "leave out --server and --addr");
    }
    const { flags, servers, addr, config } = this;
    const globals = {
      json: flags.has("json"), help: flags.has("help"), version: flags.has("version"), noColor: flags.has("no-color"),
      servers: [...new Set(servers)], all: flags.has("all-servers"), addr, ephemeral: flags.has("ephemeral"), config: config === undefined ? undefined : resolve(cwd, config),
    };
    return { globals, words: this.words };
  }

  /** `-a` is short for something else in some commands: there only the long form is ours. */
  private isOwn(word: string): boolean {
    return word === "-a" && this.command !== undefined && findOption(this.command, "-a") !== undefined;
  }

  private takeGlobal(word: string): boolean {
    if (!word.startsWith("-") || word === "-") return false;
    if (!word.startsWith("--")) return this.takeShort(word);
    const equals = word.indexOf("=");
    const name = word.slice(2, equals < 0 ? undefined : equals);
    if (!Object.hasOwn(GLOBAL_ARGS, name)) return false;
    const arg: Arg = GLOBAL_ARGS[name as keyof typeof GLOBAL_ARGS];
    if (arg.type === "boolean") {
      if (equals >= 0) throw new FugueError("usage", `--${name} takes no value`);
      this.flags.add(name);
    } else this.setValue(name, equals >= 0 ? word.slice(equals + 1) : this.nextWord(`--${name}`));
    return true;
  }

  private takeShort(word: string): boolean {
    // bundles belong to the command: `-dh` is no global option
    if (word === "-h") this.flags.add("help");
    else if (word === "-V") this.flags.add("version");
    else if (word === "-a") this.flags.add("all-servers");
    else if (word.startsWith("-s")) this.setValue(
      "server", word.length > 2 ? word.slice(2).replace(/^=/, "") : this.nextWord("-s"),
    );
    else return false;
    return true;
  }

  private setValue(name: string, value: string): void {
    if (value === "") throw new FugueError("usage", `--${name} needs a value`);
    if (name === "server") this.servers.push(value);
    else if (name === "addr") this.addr = value;
    else this.config = value;
  }

  private nextWord(label: string): string {
    const value = this.argv[++this.at];
    if (value === undefined || value === "--") throw new FugueError(
      "usage", `${label} needs a value`, "see: fugue --help",
    );
    return value;
  }

  /** A word of the command, with the value of its option if it has one of its own. */
  private async keep(word: string): Promise<void> {
    if (this.words.length === 0 && word.startsWith("-") && word !== "-") throw unknownGlobal(word);
    this.words.push(word);
    // no name has more than two words
    if (this.words.length <= 2) this.command = await shellCommand(this.words);
    const takesNext = word.startsWith("-") && !word.includes("=") && this.takesValue(word);
    const next = this.argv[this.at + 1];
    if (takesNext && next !== undefined && next !== "--") {
      this.words.push(next);
      this.at++;
    }
  }

  private takesValue(word: string): boolean {
    const { command } = this;
    if (!command) return false;
    if (word.startsWith("--")) return (findOption(command, word)?.arg.type ?? "boolean") !== "boolean";
    // in a bundle only the last letter can take the next word
    for (let i = 1; i < word.length; i++) {
      const found = findOption(command, `-${word[i]}`);
      if (found && found.arg.type !== "boolean") return i === word.length - 1;
    }
    return false;
  }
}

function unknownGlobal(word: string): FugueError {
  const label = word.split("=", 1)[0]!;
  const names = Object.keys(GLOBAL_ARGS).map((name) => `--${name}`);
  const hint = label.startsWith("--") ? suggestion(
    label, names, "options of a command stand behind its name; before it",
  ) : "see: fugue --help";
  return new FugueError("usage", `there is no option ${printable(label, 60)} before a command`, hint);
}
