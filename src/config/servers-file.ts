/** Reads the servers of config.toml and nothing else: what a command line has to know before it speaks to one. */
import { readConfigText } from "./config-source.ts";
import { homeFolder, type Environment } from "./location.ts";
import { Complaints, Problems, type Problem } from "./problem.ts";
import { readServers, type ServerProfile } from "./servers.ts";
import { readToml } from "./toml-document.ts";

/** The servers of a configuration, and what is wrong with them or with the file as TOML, by line. */
export interface ConfiguredServers {
  readonly servers: readonly ServerProfile[];
  readonly problems: readonly Problem[];
}

/** The servers of the file at `path`; none if it is not there, or can't be read, which is a problem. Never throws. */
export function loadServers(path: string, env: Environment): ConfiguredServers {
  const source = readConfigText(path);
  const problems = new Problems(path);
  if (source.kind === "unreadable") problems.add(0, "", source.message, source.hint);
  if (source.kind !== "text") return { servers: [], problems: problems.list() };
  const document = readToml(source.text, problems);
  const servers = readServers(document.root.servers ?? {}, new Complaints(problems, document), homeFolder(env));
  return { servers, problems: problems.list() };
}
