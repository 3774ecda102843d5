/** What programs ask by `ESC ] fugue ; COMMAND ; KEY=VALUE … ST`. Only read here; whether it is done is for others. Pure. */
import { REPORTED_STATES, type ReportedState } from "../base/agent-state.ts";

/** Where the pane of a new program goes. */
export const SPAWN_PLACES = ["right", "left", "up", "down", "window"] as const;
export type SpawnPlace = (typeof SPAWN_PLACES)[number];

/** To start a program. `command`: a command line for the shell; or what `preset` starts. */
export interface SpawnRequest {
  readonly kind: "spawn";
  readonly command?: string;
  readonly preset?: string;
  readonly name?: string;
  readonly dir?: string;
  readonly where: SpawnPlace;
}

/** One request of a program. All texts are bounded, and may hold anything. */
export type SidebandRequest =
  | SpawnRequest
  | { readonly kind: "notify"; readonly title: string; readonly body: string }
  | { readonly kind: "status"; readonly state?: ReportedState; readonly question?: string; readonly text?: string }
  | { readonly kind: "title"; readonly text: string }
  | { readonly kind: "mail"; readonly type: string; readonly text: string };

const MOST_FIELDS = 16;
/** Characters of a value. What would run must be read as a whole by the person who is asked. */
const LONGEST = { command: 1000, dir: 1000, preset: 64, name: 64, body: 1000, text: 4000 } as const;
const LONGEST_OTHER = 256;

/** Reads what follows `fugue;`. Undefined if it is no request. */
export function parseSideband(payload: string): SidebandRequest | undefined {
  const [command = "", ...rest] = payload.split(";").map((field) => field.trim());
  if (rest.length > MOST_FIELDS) return undefined;
  const fields = new Map<string, string>();
  for (const field of rest) {
    if (field === "") continue;
    const split = field.indexOf("=");
    if (split <= 0) return undefined;
    const value = decoded(field.slice(split + 1));
    if (value === undefined) return undefined;
    fields.set(field.slice(0, split).trim(), value);
  }
  return requestOf(command, fields);
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function requestOf(command: string, fields: ReadonlyMap<string, string>): SidebandRequest | undefined {
  for (const [name, value] of fields) if (value.length > ((LONGEST as Record<string, number>)[name] ?? LONGEST_OTHER)) return undefined;
  const of = (name: string) => fields.get(name) || undefined;
  switch (command) {
    case "spawn":
      return spawnOf(of);
    case "notify":
      return of("title") ?? of("body") ? { kind: "notify", title: of("title") ?? "", body: of("body") ?? "" } : undefined;
    case "status":
      return statusOf(of);
    case "title":
      return fields.has("text") ? { kind: "title", text: fields.get("text")! } : undefined;
    case "mail": {
      const type = of("type") ?? "text";
      return of("text") !== undefined && /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(type) ? { kind: "mail", type, text: of("text")! } : undefined;
    }
    default:
      return undefined;
  }
}

function spawnOf(of: (name: string) => string | undefined): SidebandRequest | undefined {
  const [command, preset, name, dir] = ["command", "preset", "name", "dir"].map(of);
  const where = of("where") ?? "down";
  if ((command === undefined) === (preset === undefined) || !isPlace(where)) return undefined;
  if ((dir !== undefined && !dir.startsWith("/")) || [command, dir].some((text) => text?.includes("\0"))) return undefined;
  return { kind: "spawn", where, ...(command !== undefined && { command }), ...(preset !== undefined && { preset }), ...(name !== undefined && { name }), ...(dir !== undefined && { dir }) };
}

function statusOf(of: (name: string) => string | undefined): SidebandRequest | undefined {
  const [state, question, text] = ["state", "question", "text"].map(of);
  if (state === undefined && text === undefined) return undefined;
  if (state !== undefined && !(REPORTED_STATES as readonly string[]).includes(state)) return undefined;
  if (question !== undefined && state !== "blocked") return undefined;
  return { kind: "status", ...(state !== undefined && { state: state as ReportedState }), ...(question !== undefined && { question }), ...(text !== undefined && { text }) };
}

function isPlace(word: string): word is SpawnPlace {
  return (SPAWN_PLACES as readonly string[]).includes(word);
}

/** Text with everything that a terminal would act on, or not show, written out: `\x1b`, `\u202e`. */
export function writtenOut(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (char) => {
    const hex = char.codePointAt(0)!.toString(16);
    return hex.length <= 2 ? `\\x${hex.padStart(2, "0")}` : hex.length <= 4 ? `\\u${hex.padStart(4, "0")}` : `\\u{${hex}}`;
  });
}
