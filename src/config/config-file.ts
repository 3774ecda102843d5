/** Reads config.toml: never throws; what is wrong is listed, and the default stands in its place. */
import { readKeyTables } from "./bindings.ts";
import type { CheckCommand } from "./bindings.ts";
import { defaultConfig, type Config } from "./config.ts";
import { readConfigText, type ConfigText } from "./config-source.ts";
import { readEnvironment } from "./environment.ts";
import { configPath, homeFolder, type Environment } from "./location.ts";
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

const SECTIONS = ["options", "keys", "servers", "env", "presets", "mcp", "server"];

/** What came of reading a configuration file. */
export interface LoadedConfig {
  readonly config: Config;
  /** Everything that is wrong, by line; empty if all is well. */
  readonly problems: readonly Problem[];
  /** There is no such file: the configuration is the default one. */
  readonly missing: boolean;
}

/**
 * Reads the configuration at `path`. Settings without mistakes are taken even if others have some.
 * @param checkCommand says what is wrong with the command line of a key binding
 */
export function loadConfig(path: string, env: Environment, checkCommand: CheckCommand): LoadedConfig {
  return interpretConfig(path, readConfigText(path), env, checkCommand);
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
  return { config: defaultConfig(env), problems: problems.list(), missing: source.kind === "missing" };
}

function parseConfig(text: string, env: Environment, checkCommand: CheckCommand, problems: Problems): Config {
  const document = readToml(text, problems);
  const complaints = new Complaints(problems, document);
  const { root } = document;
  for (const name of Object.keys(root)) {
    if (!SECTIONS.includes(name) && !problems.full) unknownSection(name, root[name], complaints);
  }
  return {
    options: readOptions(root.options ?? {}, defaultOptions(env), complaints),
    keys: readKeyTables(root.keys ?? {}, complaints, checkCommand),
    servers: readServers(root.servers ?? {}, complaints, homeFolder(env)),
    env: readEnvironment(["env"], root.env ?? {}, complaints) ?? new Map(),
    presets: readPresets(root.presets ?? {}, complaints),
    mcp: readMcpRules(root.mcp ?? {}, complaints),
    ...readListen(root.server ?? {}, complaints, homeFolder(env)),
  };
}

function readOptions(raw: unknown, unset: Options, complaints: Complaints): Options {
  if (!isTable(raw)) {
    complaints.at(["options"], "is not a table", "write [options] on a line of its own, and options below it");
    return unset;
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
  return withOptions(unset, values);
}

function unknownSection(name: string, value: unknown, complaints: Complaints): void {
  if (optionNamed(name)) complaints.at([name], "stands outside of [options]", "move it below a line [options]");
  else if (isTable(value)) {
    const hint = `the tables are ${SECTIONS.join(", ")}`;
    complaints.at([name], "unknown table", suggestion(name, SECTIONS, hint));
  } else complaints.at([name], "unknown setting", `options belong below [options]; ${optionHint(name)}`);
}
