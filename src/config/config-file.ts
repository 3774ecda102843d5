/** Reads config.toml: never throws; what is wrong is listed, and the default stands in its place. */
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { systemCode } from "../base/errors.ts";
import { readKeyTables } from "./bindings.ts";
import type { CheckCommand } from "./bindings.ts";
import { configPath, defaultConfig, homeFolder } from "./config.ts";
import type { Config, Environment } from "./config.ts";
import { readEnvironment } from "./environment.ts";
import { readMcpRules } from "./mcp-rules.ts";
import { readListen } from "./listen.ts";
import { allOptions, defaultOptions, optionHint, optionNamed, withOptions } from "./options.ts";
import type { OptionName, Options } from "./options.ts";
import { readPresets } from "./presets.ts";
import { Complaints, Problems } from "./problem.ts";
import type { Problem } from "./problem.ts";
import { readServers } from "./servers.ts";
import { suggestion } from "./suggest.ts";
import { isTable, readToml } from "./toml-document.ts";

/** A configuration file is at most this many bytes long. */
export const LARGEST_CONFIG_BYTES = 1024 * 1024;

const SECTIONS = ["options", "keys", "servers", "env", "presets", "mcp", "server"];

/** What came of reading a configuration file. */
export interface LoadedConfig {
  readonly config: Config;
  /** Everything that is wrong, by line; empty if all is well. */
  readonly problems: readonly Problem[];
  /** There is no such file: the configuration is the default one. */
  readonly missing: boolean;
}

/** The text of a file, or why there is none. */
export type ConfigText =
  | { readonly kind: "text"; readonly text: string; readonly badLine: number }
  | { readonly kind: "missing" }
  | { readonly kind: "unreadable"; readonly message: string; readonly hint: string };

/**
 * Reads the configuration at `path`. Settings without mistakes are taken even if others have some.
 * @param checkCommand says what is wrong with the command line of a key binding
 */
export function loadConfig(path: string, env: Environment, checkCommand: CheckCommand): LoadedConfig {
  return interpretConfig(path, readConfigText(path), env, checkCommand);
}

/** Reads the text of a file of at most LARGEST_CONFIG_BYTES. Never throws, and never waits for a writer (a FIFO). */
export function readConfigText(path: string): ConfigText {
  let fd: number | undefined;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const stat = fstatSync(fd);
    if (!stat.isFile()) return unreadable("is not a regular file", "put a file of settings there, or remove it");
    const bytes = new Uint8Array(Math.min(stat.size, LARGEST_CONFIG_BYTES) + 1);
    let length = 0;
    while (length < bytes.length) {
      const count = readSync(fd, bytes, length, bytes.length - length, null);
      if (count === 0) break;
      length += count;
    }
    if (length > LARGEST_CONFIG_BYTES) return unreadable("the file is larger than 1 MiB", "make it smaller");
    return decode(bytes.subarray(0, length));
  } catch (thrown) {
    const code = systemCode(thrown);
    if (code === "ENOENT" || code === "ENOTDIR") return { kind: "missing" };
    const hint = code === "EACCES" ? "make it readable: chmod u+r" : "check the file and the disk";
    return unreadable(`can't be read: ${code ?? "failed"}`, hint);
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/** Makes a configuration of what readConfigText gave. */
export function interpretConfig(
  path: string, source: ConfigText, env: Environment, checkCommand: CheckCommand,
): LoadedConfig {
  const problems = new Problems(path);
  if (source.kind === "text") {
    if (source.badLine > 0) problems.add(source.badLine, "", "the line is not UTF-8", "save the file as UTF-8");
    const config = parseConfig(source.text, env, checkCommand, problems);
    return { config, problems: problems.list(), missing: false };
  }
  if (source.kind === "unreadable") problems.add(0, "", source.message, source.hint);
  else if (env.FUGUE_CONFIG && configPath(env) === path) {
    problems.add(0, "", "there is no such file", "FUGUE_CONFIG names it: correct or unset it");
  }
  return { config: defaultConfig(), problems: problems.list(), missing: source.kind === "missing" };
}

function parseConfig(text: string, env: Environment, checkCommand: CheckCommand, problems: Problems): Config {
  const document = readToml(text, problems);
  const complaints = new Complaints(problems, document);
  const { root } = document;
  for (const name of Object.keys(root)) {
    if (!SECTIONS.includes(name) && !problems.full) unknownSection(name, root[name], complaints);
  }
  return {
    options: root.options === undefined ? defaultOptions() : readOptions(root.options, complaints),
    keys: readKeyTables(root.keys ?? {}, complaints, checkCommand),
    servers: readServers(root.servers ?? {}, complaints, homeFolder(env)),
    env: readEnvironment(["env"], root.env ?? {}, complaints) ?? new Map(),
    presets: readPresets(root.presets ?? {}, complaints),
    mcp: readMcpRules(root.mcp ?? {}, complaints),
    ...readListen(root.server ?? {}, complaints, homeFolder(env)),
  };
}

function readOptions(raw: unknown, complaints: Complaints): Options {
  if (!isTable(raw)) {
    complaints.at(["options"], "is not a table", "write [options] on a line of its own, and options below it");
    return defaultOptions();
  }
  const values = new Map<OptionName, unknown>();
  for (const [name, row] of allOptions()) {
    if (!Object.hasOwn(raw, name)) continue;
    const read = complaints.try(["options", name], () => ({ value: row.type.read(raw[name]) }));
    if (read) values.set(name, read.value);
  }
  for (const name of Object.keys(raw)) {
    if (complaints.full) break;
    if (!optionNamed(name)) complaints.at(["options", name], "unknown option", optionHint(name));
  }
  return withOptions(defaultOptions(), values);
}

function unknownSection(name: string, value: unknown, complaints: Complaints): void {
  if (optionNamed(name)) complaints.at([name], "stands outside of [options]", "move it below a line [options]");
  else if (isTable(value)) {
    const hint = `the tables are ${SECTIONS.join(", ")}`;
    complaints.at([name], "unknown table", suggestion(name, SECTIONS, hint));
  } else complaints.at([name], "unknown setting", `options belong below [options]; ${optionHint(name)}`);
}

function decode(bytes: Uint8Array): ConfigText {
  const text = new TextDecoder().decode(bytes);
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return { kind: "text", text, badLine: 0 };
  } catch {
    const before = text.slice(0, text.indexOf("\ufffd"));
    return { kind: "text", text, badLine: before.split("\n").length };
  }
}

function unreadable(message: string, hint: string): ConfigText {
  return { kind: "unreadable", message, hint };
}
