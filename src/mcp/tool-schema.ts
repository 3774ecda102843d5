/** What a tool takes and gives, from the tables of its command: schemas, and values as the daemon wants them. */
import { resolve, isAbsolute } from "node:path";
import { parseDuration } from "../base/duration.ts";
import { FugueError } from "../base/errors.ts";
import type { Arg, Command, McpTool } from "../commands/command.ts";
import { parseSize } from "../commands/values.ts";
import type { JsonSchema } from "./json-schema.ts";

/** Arguments of the command that the tool has, by the name that the tool gives them. */
export function toolArgs(command: Command, tool: McpTool): [name: string, arg: Arg][] {
  const entries = Object.entries(command.args).filter(([name]) => !Object.hasOwn(tool.fixed ?? {}, name));
  const chosen = tool.args === undefined ? entries : entries.filter(([name]) => tool.args!.includes(name));
  return chosen.map(([name, arg]) => [propertyName(tool, name), arg]);
}

/** How a tool calls an argument of the command: `ignore-case` is `ignore_case`, unless it has its own name for it. */
export function propertyName(tool: McpTool, name: string): string {
  const own = Object.hasOwn(tool.names ?? {}, name) ? tool.names![name] : undefined;
  return own ?? name.replaceAll("-", "_");
}

const isEnvironment = (arg: Arg): boolean => arg.repeat === true && (arg.value ?? "").endsWith("=VALUE");
const isList = (arg: Arg): boolean => arg.repeat === true || arg.rest === true;

function schemaOf(arg: Arg, single: boolean): JsonSchema {
  const description = capital(arg.help);
  if (isEnvironment(arg)) return { type: "object", additionalProperties: { type: "string" }, description };
  if (arg.json) return { type: ["object", "array"], description };
  if (isList(arg) && !single) return { type: "array", items: itemSchema(arg), description };
  return { ...itemSchema(arg), description };
}

function itemSchema(arg: Arg): JsonSchema {
  switch (arg.type) {
    case "boolean":
      return { type: "boolean" };
    case "integer":
      return { type: "integer", minimum: 0 };
    case "duration":
      return { type: ["number", "string"], minimum: 0 };
    case "size":
      return { type: ["object", "string"], properties: { cols: { type: "integer" }, rows: { type: "integer" } } };
    case "choice":
      return { type: "string", enum: arg.choices };
    default:
      return { type: "string" };
  }
}

function capital(text: string): string {
  return `${text[0]!.toUpperCase()}${text.slice(1)}.`;
}

const SERVER: JsonSchema = {
  type: "string", description: "Server by its name (list_servers); default: your own. Targets may name it as SERVER:TARGET.",
};

/** The schema of a tool's arguments. */
export function inputSchema(command: Command, tool: McpTool): JsonSchema {
  const args = toolArgs(command, tool);
  const single = new Set(tool.single);
  const needed = new Set(tool.required);
  const properties = Object.fromEntries(args.map(([name, arg]) => {
    const schema = schemaOf(arg, single.has(name));
    if (arg.type !== "duration") return [name, schema];
    return [name, { ...schema, description: `${schema.description} Seconds, or a text such as 500ms or 2m.` }];
  }));
  return {
    type: "object", properties: { ...properties, server: SERVER }, additionalProperties: false,
    required: args.filter(([name, arg]) => arg.required || needed.has(name)).map(([name]) => name),
  };
}

/** The schema of a tool's structured result: lists by noun, each item with its server, and the errors of servers. */
export function outputSchema(command: Command): JsonSchema {
  const root: Node = { children: new Map() };
  for (const [path, meaning] of Object.entries(command.result ?? {})) {
    const [type = "object", ...about] = meaning.split(": ");
    addPath(root, path.split("."), type, about.join(": "));
  }
  const properties = fieldsOf(root);
  const errors: JsonSchema = {
    type: "array", description: "Servers that gave no answer.",
    items: { type: "object", properties: Object.fromEntries(
      ["server", "code", "message", "hint"].map((name) => [name, { type: name === "hint" ? ["string", "null"] : "string" }]),
    ) },
  };
  return { type: "object", properties: { ...properties, errors } };
}

/** One field of a result, with those below it. */
interface Node {
  children: Map<string, Node>;
  list?: boolean;
  type?: string;
  about?: string;
}

function addPath(node: Node, [head = "", ...rest]: string[], type: string, about: string): void {
  const name = head.replace(/\[\]$/, "");
  let child = node.children.get(name);
  if (!child) node.children.set(name, (child = { children: new Map(), list: head.endsWith("[]") }));
  if (rest.length > 0) addPath(child, rest, type, about);
  else Object.assign(child, { type, about });
}

function fieldsOf(node: Node): Record<string, JsonSchema> {
  return Object.fromEntries([...node.children].map(([name, child]) => [name, schemaOfNode(child)]));
}

function schemaOfNode(node: Node): JsonSchema {
  const about = node.about === undefined ? {} : { description: capital(node.about) };
  if (node.children.size > 0) {
    const properties: Record<string, JsonSchema> = fieldsOf(node);
    if (node.list) return { type: "array", items: { type: "object", properties } };
    return { type: "object", properties };
  }
  const type = node.type ?? "object";
  if (type.startsWith("array of strings")) return { type: "array", items: { type: "string" }, ...about };
  const [base = "object", other] = type.split(" or ");
  return { type: other === undefined ? base : [base, other], ...about };
}

/**
 * Arguments that fit the schema, as the daemon wants them.
 * @param cwd folder that relative paths start from; undefined on another machine
 * @throws FugueError `usage`
 */
export function commandValues(
  command: Command, tool: McpTool, given: Readonly<Record<string, unknown>>, cwd: string | undefined,
): Record<string, unknown> {
  const values: Record<string, unknown> = { ...tool.fixed };
  const single = new Set(tool.single);
  for (const [name, arg] of Object.entries(command.args)) {
    const label = propertyName(tool, name);
    const value = given[label];
    if (value === undefined || Object.hasOwn(values, name)) continue;
    values[name] = single.has(label) ? [value] : wireValue(arg, label, value, cwd);
  }
  return values;
}

function wireValue(arg: Arg, name: string, value: unknown, cwd: string | undefined): unknown {
  if (isEnvironment(arg)) return Object.entries(value as Record<string, string>).map(([key, text]) => `${key}=${text}`);
  if (arg.json) return JSON.stringify(value);
  if (arg.type === "duration") return typeof value === "number" ? Math.round(value * 1000) : readDuration(value as string);
  if (arg.type === "size" && typeof value === "string") return parseSize(value);
  if (arg.type === "file" && !arg.contents && typeof value === "string" && !isAbsolute(value)) {
    if (cwd === undefined) throw new FugueError("usage", `'${name}' is a path on another machine`, "write it from / on");
    return resolve(cwd, value);
  }
  return value;
}

/** A number without a unit is a number of seconds here, too. */
function readDuration(text: string): number {
  return /^\d+(\.\d+)?$/.test(text) ? Math.round(Number(text) * 1000) : parseDuration(text);
}
