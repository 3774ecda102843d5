/** What agents hand to their hooks, and what of it is reported. Pure. */
import type { ReportedState } from "../base/agent-state.ts";

/** What an agent said of itself, as far as it is of use. */
export interface HookReport {
  readonly state?: ReportedState;
  readonly question?: string;
  readonly session?: string;
}

const LONGEST_QUESTION = 400;

/** What Claude Code's hook event says (its documents: "Hooks reference"). */
function claudeReport(event: Record<string, unknown>): HookReport | undefined {
  const session = textOf(event.session_id);
  const states: Readonly<Record<string, ReportedState>> = { UserPromptSubmit: "working", PermissionRequest: "blocked", Stop: "idle", StopFailure: "error" };
  const name = textOf(event.hook_event_name) ?? "";
  const state = Object.hasOwn(states, name) ? states[name] : undefined;
  const question = state === "blocked" ? `${textOf(event.tool_name) ?? "a tool"} asks for permission` : undefined;
  return { ...(state && { state }), ...(question && { question }), ...(session !== undefined && { session }) };
}

/** What Codex's notification says (its documents: "notify"). */
function codexReport(event: Record<string, unknown>): HookReport | undefined {
  if (event.type !== "agent-turn-complete") return undefined;
  const session = textOf(event["thread-id"]);
  return { state: "idle", ...(session !== undefined && { session }) };
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value.slice(0, LONGEST_QUESTION) : undefined;
}

/** Reads what an agent hands to a hook: JSON. Undefined if it says nothing that is of use. */
export function readHook(agent: string, json: string): HookReport | undefined {
  let event: unknown;
  try {
    event = JSON.parse(json);
  } catch {
    return undefined;
  }
  if (typeof event !== "object" || event === null || Array.isArray(event)) return undefined;
  const fields = event as Record<string, unknown>;
  return agent === "claude" ? claudeReport(fields) : agent === "codex" ? codexReport(fields) : undefined;
}
