/** Writes a configuration as TOML that reads back to an equal one, with the help of each option as comments. */
import { formatKey } from "../base/keys.ts";
import { formatAddress } from "./address.ts";
import { KEY_TABLES } from "./bindings.ts";
import type { Binding } from "./bindings.ts";
import type { Config } from "./config.ts";
import type { FieldTypes } from "./fields.ts";
import { MCP_FIELDS } from "./mcp-rules.ts";
import type { McpRules } from "./mcp-rules.ts";
import { LISTEN_FIELDS } from "./listen.ts";
import { allOptions, optionProperty } from "./options.ts";
import type { AnyOption, OptionName, Options } from "./options.ts";
import { PRESET_FIELDS } from "./presets.ts";
import type { Preset } from "./presets.ts";
import { SERVER_FIELDS } from "./servers.ts";
import type { ServerProfile } from "./servers.ts";
import { tomlHeader, tomlKey, tomlString } from "./toml-text.ts";

/** The effective settings: every option with help and default, then what the file adds. Ends with a line end. */
export function showConfig(config: Config): string {
  const parts = [
    ["[options]", ...allOptions().flatMap(([name, row]) => optionLines(name, row, config.options))],
    ...KEY_TABLES.map((table) => bindingLines(table, config.keys[table])),
    ...config.servers.map(serverLines),
    tableLines(["env"], config.env),
    ...config.presets.map(presetLines),
    mcpLines(config.mcp),
    listenLines(config),
  ];
  return `${parts.filter((lines) => lines.length > 0).map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

/** One binding as it stands in a key table: `"C-a" = "..."`. */
export function bindingLine(binding: Binding): string {
  const key = tomlKey(formatKey(binding.key));
  if (binding.command === undefined) return `${key} = false`;
  const command = tomlString(binding.command);
  return binding.repeat ? `${key} = { command = ${command}, repeat = true }` : `${key} = ${command}`;
}

function optionLines(name: OptionName, row: AnyOption, options: Options): readonly string[] {
  const { type, scope, help } = row;
  const fallback = type.write(type.read(row.default));
  const value = type.write(options[optionProperty(name)]);
  return ["", `# ${help}`, `# ${type.kind}, ${scope}; default: ${fallback}`, `${name} = ${value}`];
}

function bindingLines(table: (typeof KEY_TABLES)[number], bindings: readonly Binding[]): readonly string[] {
  if (bindings.length === 0) return [];
  return [table === "prefix" ? "[keys]" : tomlHeader("keys", table), ...bindings.map(bindingLine)];
}

function serverLines(server: ServerProfile): readonly string[] {
  const login = server.sshHost === undefined
    ? undefined
    : (server.sshUser === undefined ? "" : `${server.sshUser}@`) + server.sshHost;
  const values: Readonly<Record<keyof typeof SERVER_FIELDS, unknown>> = {
    addr: formatAddress(server.addr),
    ssh_host: login,
    ssh_tunnel: server.sshTunnel,
    ssh_port: server.sshPort,
    ssh_identity: server.sshIdentity,
    remote_addr: server.remoteAddr && formatAddress(server.remoteAddr),
    ssh_config: server.sshConfig,
    ssh_backend: server.sshBackend,
    tunnel_persist: server.tunnelPersist,
    tunnel_idle: server.tunnelIdle,
    tunnel_timeout: server.tunnelTimeout,
    secret_file: server.secretFile,
    default: server.default,
  };
  return [tomlHeader("servers", server.name), ...fieldLines(SERVER_FIELDS, values)];
}

function presetLines(preset: Preset): readonly string[] {
  const own = [tomlHeader("presets", preset.name), ...fieldLines(PRESET_FIELDS, { ...preset })];
  return preset.env ? [...own, "", tomlHeader("presets", preset.name, "env"), ...variableLines(preset.env)] : own;
}

function mcpLines(rules: McpRules): readonly string[] {
  const set = Object.fromEntries(Object.entries(rules).filter(([, list]) => list.length > 0));
  return Object.keys(set).length === 0 ? [] : [tomlHeader("mcp"), ...fieldLines(MCP_FIELDS, set)];
}

function listenLines({ listen, advertise }: Config): readonly string[] {
  const values = { ...(listen.length > 0 && { listen: listen.map(formatAddress) }), ...(advertise && { advertise }) };
  return Object.keys(values).length === 0 ? [] : ["[server]", ...fieldLines(LISTEN_FIELDS, values)];
}

function fieldLines(types: FieldTypes, values: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.entries(types)
    .filter(([name]) => values[name] !== undefined)
    .map(([name, type]) => `${name} = ${type.write(values[name])}`);
}

function tableLines(path: readonly string[], variables: ReadonlyMap<string, string>): readonly string[] {
  return variables.size === 0 ? [] : [tomlHeader(...path), ...variableLines(variables)];
}

function variableLines(variables: ReadonlyMap<string, string>): readonly string[] {
  return [...variables].map(([name, value]) => `${tomlKey(name)} = ${tomlString(value)}`);
}
