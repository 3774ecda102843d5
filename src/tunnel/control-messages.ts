/**
 * What is said on a tunnel's control socket, as JSON lines. The tunnel greets, the client asks for one thing. Unknown
 * fields are ignored, and new ones are optional, so that neighbouring releases understand each other.
 *
 *     tunnel:  {"tunnel": 1, "name", "release", "profile", "pid"}
 *     client:  {"do": "status"}                              tunnel: {"status": {...}}
 *     client:  {"do": "stop"}                                tunnel: {"stopping": true}
 *     client:  {"do": "open", "prompts", "agent", "timeout"} tunnel: {"stage", "detail"}…, {"ask": {"id", "text", "echo"}} or
 *              {"answer": {"id", "text"}}                            {"confirm": {"id", "text"}}…, {"ready": true} or {"error": {...}}
 */
import { ERROR_CODES, FugueError, type ErrorCode } from "../base/errors.ts";
import type { DialStage } from "../transport/dialer.ts";
import type { JsonObject } from "./json-lines.ts";
import { TUNNEL_STATES, type TunnelState } from "./record.ts";

/** Version of what is said. A client that meets another one stops the tunnel by its pid. */
export const CONTROL_VERSION = 1;

const STAGES: readonly DialStage[] = ["resolving", "connecting", "authenticating", "asking", "copying", "starting", "attaching"];
const LONGEST_TEXT = 4096;

/** What a live tunnel says of itself. Times are milliseconds, `since` and `startedAt` since the epoch. */
export interface TunnelStatus {
  readonly name: string;
  readonly pid: number;
  readonly release: string;
  /** Login and machine, such as `ann@box:22`. */
  readonly target: string;
  readonly endpoints: readonly string[];
  readonly state: TunnelState;
  readonly since: number;
  readonly startedAt: number;
  readonly clients: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Smoothed; absent before the first measurement. */
  readonly rttMs?: number;
  readonly reconnects: number;
  readonly lastError?: string;
  /** Which program speaks SSH, once it does. */
  readonly backend?: string;
}

/** The tunnel's first line. */
export interface Greeting {
  readonly version: number;
  readonly name: string;
  readonly release: string;
  readonly profile: string;
  readonly pid: number;
}

/** The greeting in a message, or undefined if it is none. */
export function readGreeting(message: JsonObject): Greeting | undefined {
  const { tunnel: version, name, release, profile, pid } = message;
  if (typeof version !== "number" || typeof name !== "string" || typeof pid !== "number") return undefined;
  return { version, name, release: textOr(release, "?"), profile: textOr(profile, ""), pid };
}

/** A status as another release may send it. @throws FugueError `protocol` if it is none */
export function readStatus(value: unknown): TunnelStatus {
  const s = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
  const number = (field: unknown): number => (typeof field === "number" && Number.isFinite(field) ? field : 0);
  if (!TUNNEL_STATES.includes(s.state as TunnelState)) throw new FugueError("protocol", "the tunnel's status makes no sense");
  return {
    name: textOr(s.name, ""), pid: number(s.pid), release: textOr(s.release, "?"), target: textOr(s.target, ""),
    endpoints: Array.isArray(s.endpoints) ? s.endpoints.slice(0, 16).map((item) => textOr(item, "")) : [],
    state: s.state as TunnelState, since: number(s.since), startedAt: number(s.startedAt), clients: number(s.clients),
    bytesIn: number(s.bytesIn), bytesOut: number(s.bytesOut),
    ...(typeof s.rttMs === "number" && { rttMs: s.rttMs }),
    reconnects: number(s.reconnects),
    ...(typeof s.lastError === "string" && { lastError: textOr(s.lastError, "") }),
    ...(typeof s.backend === "string" && { backend: textOr(s.backend, "") }),
  };
}

/** An error on its way to the client. */
export function writeError(error: FugueError): JsonObject {
  return { code: error.code, message: error.message, hint: error.hint };
}

/** The error that the other side met. */
export function readError(value: unknown): FugueError {
  const e = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
  const code = typeof e.code === "string" && Object.hasOwn(ERROR_CODES, e.code) ? (e.code as ErrorCode) : "failed";
  return new FugueError(code, textOr(e.message, "the tunnel failed"), typeof e.hint === "string" ? textOr(e.hint, "") : undefined);
}

/** A stage that this release knows. */
export function readStage(value: unknown): DialStage | undefined {
  return STAGES.includes(value as DialStage) ? (value as DialStage) : undefined;
}

/** A text of bounded length, or something else instead. */
export function textOr(value: unknown, otherwise: string): string {
  return typeof value === "string" ? value.slice(0, LONGEST_TEXT) : otherwise;
}
