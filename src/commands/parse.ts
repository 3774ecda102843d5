/** Words to values: options and positions of one command, read alike in a shell, at the prompt and in bindings. */
import { FugueError } from "../base/errors.ts";
import { nearest, printable, suggestion } from "../base/names.ts";
import type { Arg, Command } from "./command.ts";
import { argLabel, isReplaced, readValue, type ArgValues } from "./values.ts";

/** An option as it was found among the words. */
interface FoundOption {
  readonly name: string;
  readonly arg: Arg;
}

/** Positional arguments of a command, in order. */
export function positionalArgs(command: Command): [name: string, arg: Arg][] {
  return Object.entries(command.args).filter(([, arg]) => arg.positional);
}

/** Options of a command: neither positional nor what follows `--`. */
export function optionArgs(command: Command): [name: string, arg: Arg][] {
  return Object.entries(command.args).filter(([, arg]) => !arg.positional && !arg.rest);
}

/** The argument that takes everything after `--`, if there is one. */
export function restArg(command: Command): [name: string, arg: Arg] | undefined {
  return Object.entries(command.args).find(([, arg]) => arg.rest);
}

/** The positional target, which `-t` and `--target` set as well. */
export function positionalTarget(command: Command): string | undefined {
  return positionalArgs(command).find(([, arg]) => arg.type === "target")?.[0];
}

/** The option that a word such as `-d`, `--dir` or `--dir=x` begins with, if the command has it. */
export function findOption(command: Command, word: string): FoundOption | undefined {
  const name = word.startsWith("--") ? word.slice(2).split("=", 1)[0]! : word.slice(1, 2);
  const short = !word.startsWith("--");
  const option = optionArgs(command).find(([own, arg]) => (short ? arg.short : own) === name);
  if (option) return { name: option[0], arg: option[1] };
  const target = positionalTarget(command);
  if (target !== undefined && name === (short ? "t" : "target")) return { name: target, arg: command.args[target]! };
  return undefined;
}

/**
 * Reads the words after a command's name.
 * @param each arguments for each of which a command is run may be given several times: their value is then a list
 * @throws FugueError `usage` with a hint, for every mistake that can be seen without asking a server
 */
export function parseWords(command: Command, words: readonly string[], each = false): ArgValues {
  return new WordReader(command, each).read(words);
}

class WordReader {
  private readonly values: ArgValues = {};
  private readonly positionals: string[] = [];
  private words: readonly string[] = [];
  private at = 0;

  constructor(private readonly command: Command, private readonly each: boolean) {}

  private isList(arg: Arg): boolean {
    return arg.repeat === true || (this.each && arg.each === true);
  }

  read(words: readonly string[]): ArgValues {
    this.words = words;
    for (this.at = 0; this.at < words.length; this.at++) {
      const word = words[this.at]!;
      if (word === "--") {
        this.takeRest(words.slice(this.at + 1));
        break;
      }
      if (word.startsWith("--")) this.takeLong(word);
      else if (word.startsWith("-") && word !== "-") this.takeBundle(word);
      else this.positionals.push(word);
    }
    this.assignPositionals();
    this.complete();
    this.command.check?.(this.values as never);
    return this.values;
  }

  private takeRest(words: readonly string[]): void {
    const rest = restArg(this.command);
    if (rest) this.values[rest[0]] = [...words];
    else this.positionals.push(...words);
  }

  private takeLong(word: string): void {
    const found = findOption(this.command, word);
    if (!found) return this.takeNegation(word);
    const equals = word.indexOf("=");
    const label = word.split("=", 1)[0]!;
    if (found.arg.type === "boolean") {
      if (equals >= 0) throw this.error(`${label} takes no value`);
      this.values[found.name] = true;
    } else {
      this.set(found.name, found.arg, equals >= 0 ? word.slice(equals + 1) : this.nextWord(label, found.arg));
    }
  }

  private takeNegation(word: string): void {
    const positive = word.startsWith("--no-") ? findOption(this.command, `--${word.slice(5)}`) : undefined;
    if (positive?.arg.type !== "boolean" || word.includes("=")) throw this.unknownOption(word.split("=", 1)[0]!);
    this.values[positive.name] = false;
  }

  /** `-d`, `-dv`, `-cDIR`, `-c DIR`. */
  private takeBundle(word: string): void {
    for (let i = 1; i < word.length; i++) {
      const label = `-${word[i]}`;
      const found = findOption(this.command, label);
      if (!found) throw this.unknownOption(label);
      if (found.arg.type === "boolean") {
        this.values[found.name] = true;
        continue;
      }
      const glued = word.slice(i + 1);
      return this.set(found.name, found.arg, glued === "" ? this.nextWord(label, found.arg) : glued.replace(/^=/, ""));
    }
  }

  private nextWord(label: string, arg: Arg): string {
    const word = this.words[++this.at];
    if (word === undefined || word === "--") throw this.error(
      `${label} needs a value${arg.value ? ` (${arg.value})` : ""}`
    );
    return word;
  }

  private set(name: string, arg: Arg, word: string): void {
    const value = readValue(name, arg, word);
    if (this.isList(arg)) this.values[name] = [...((this.values[name] as unknown[] | undefined) ?? []), value];
    else this.values[name] = value;
  }

  private assignPositionals(): void {
    let at = 0;
    for (const [name, arg] of positionalArgs(this.command)) {
      if (isReplaced(arg, this.values)) continue;
      if (this.isList(arg)) {
        for (; at < this.positionals.length; at++) this.set(name, arg, this.positionals[at]!);
      } else if (!(name in this.values) && at < this.positionals.length) {
        this.refuseTarget(name, arg, this.positionals[at]!);
        this.set(name, arg, this.positionals[at++]!);
      }
    }
    if (at < this.positionals.length) throw this.tooMany(this.positionals[at]!);
  }

  /** Booleans and lists that were not given; what is required and missing. */
  private complete(): void {
    for (const [name, arg] of Object.entries(this.command.args)) {
      if (name in this.values) continue;
      if (arg.required && !isReplaced(arg, this.values)) throw this.error(
        `'${this.command.name}' needs ${arg.positional ? (arg.value ?? name.toUpperCase()) : `--${name}`}`
      );
      if (arg.repeat || arg.rest) this.values[name] = [];
      else if (arg.type === "boolean") this.values[name] = false;
    }
  }

  private error(message: string, hint = `see: fugue ${this.command.name} --help`): FugueError {
    return new FugueError("usage", message, hint);
  }

  /** Where a command takes its target as an option only. */
  private targetHint(): string | undefined {
    const target = optionArgs(this.command).find(([, arg]) => arg.type === "target" && arg.short !== undefined)?.[1];
    return target && `what it is for is named with -${target.short} ${target.value ?? "TARGET"}`;
  }

  /** A target in the place of one of a few words is worth a hint of its own. */
  private refuseTarget(name: string, arg: Arg, word: string): void {
    const hint = this.targetHint();
    if (arg.type !== "choice" || arg.choices!.includes(word) || !hint || nearest(word, arg.choices!) !== undefined) return;
    throw this.error(`${argLabel(name, arg)} can't be '${printable(word, 60)}'`, hint);
  }

  private tooMany(word: string): FugueError {
    const text = positionalArgs(this.command).find(([, arg]) => arg.stdin);
    if (text) return this.error(
      `more than one ${text[1].value ?? "TEXT"}: '${printable(word, 60)}'`, "put quotes around the whole text",
    );
    const rest = restArg(this.command);
    if (!rest) return this.error(`unexpected word '${printable(word, 60)}'`, this.targetHint());
    return this.error(
      `unexpected word '${printable(word, 60)}'`,
      `put -- before the program: fugue ${this.command.name} -- ${printable(word, 60)}`,
    );
  }

  private unknownOption(label: string): FugueError {
    const message = `'${this.command.name}' has no option ${printable(label, 60)}`;
    if (!label.startsWith("--")) {
      const takesText = positionalArgs(this.command).some(([, arg]) => arg.stdin);
      return this.error(message, takesText ? "put -- before a text that begins with '-'" : undefined);
    }
    const names = optionArgs(this.command).map(([name]) => `--${name}`);
    return this.error(message, suggestion(label, names, "its options"));
  }
}
