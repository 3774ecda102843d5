/** `[mcp]`: what agents may do on this machine, besides what they may do anyhow. */
import { readFields } from "./fields.ts";
import type { Complaints } from "./problem.ts";
import { isTable } from "./toml-document.ts";
import { TEXTS } from "./value-types.ts";
import type { ValueType } from "./value-types.ts";

/** Rules for agents. A rule names a command (`kill`), a kind of them (`read`, `write`, `destroy`) or a beginning (`pane*`). */
export interface McpRules {
  /** Other servers that agents of this machine may use; `*` is all of them. */
  readonly servers: readonly string[];
  /** What they may do in sessions that are not theirs. */
  readonly allow: readonly string[];
  /** What they may not do at all; this wins. */
  readonly deny: readonly string[];
}

/** The rules of somebody who has written none. */
export const NO_RULES: McpRules = { servers: [], allow: [], deny: [] };

/** The fields of `[mcp]`. */
export const MCP_FIELDS = {
  servers: TEXTS,
  allow: TEXTS,
  deny: TEXTS,
} satisfies Readonly<Record<string, ValueType<unknown>>>;

/** Reads `[mcp]`. With a mistake in it agents get no more than by default. */
export function readMcpRules(raw: unknown, complaints: Complaints): McpRules {
  if (!isTable(raw)) {
    complaints.at(["mcp"], "is not a table", "write [mcp] on a line of its own, and its fields below it");
    return NO_RULES;
  }
  const { values, good } = readFields(["mcp"], raw, MCP_FIELDS, "[mcp]", complaints);
  return good ? { ...NO_RULES, ...values } : { ...NO_RULES, deny: values.deny ?? [] };
}
