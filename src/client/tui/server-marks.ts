/** How servers are shown in one line: a mark for the state of each, and what to say of one that does not answer. */
import { printable } from "../../base/names.ts";
import type { LinkState } from "../connection/link-handlers.ts";
import type { ServerLink } from "../connection/server-link.ts";
import type { Servers } from "./servers.ts";

/** Silence after which the age of the last contact is shown although the connection stands. */
const LONG_SILENCE_MS = 3000;

const MARKS: Record<LinkState, string> = {
  idle: "○", connecting: "◐", connected: "●", reconnecting: "◐", failed: "✗", ended: "○",
};

/** ● connected, ◐ connecting, ○ off, ✗ failed. */
export function linkMark(state: LinkState): string {
  return MARKS[state];
}

/** The marks of all servers, in their order; one that has two names has one mark. */
export function serverMarks(servers: Servers): string {
  return servers.distinct().map((link) => linkMark(link.state)).join("");
}

/** How long nothing was heard of a server that is not connected, for titles; undefined while it is. */
export function linkSilence(link: ServerLink): string | undefined {
  if (link.connected) return undefined;
  return link.heardAt === 0 ? "not connected" : `away for ${Math.floor(link.silence / 1000)} s`;
}

/**
 * What the status line says while the server in front is away; undefined if all is well.
 * @param held inputs that wait here until a command has come back
 */
export function linkMessage(link: ServerLink, held = 0): { text: string; error: boolean } | undefined {
  const { silence, error, waitingInputs, state } = link;
  if (link.connected && silence < LONG_SILENCE_MS) return undefined;
  if (state === "idle" || state === "ended" || (state === "connecting" && !error)) return undefined;
  const age = link.heardAt === 0 ? "" : `, last contact ${Math.floor(silence / 1000)} s ago`;
  const inputs = waitingInputs + held;
  const waiting = inputs > 0 ? `, ${inputs} inputs wait` : "";
  const what = state === "failed" ? `${link.name} is away` : link.connected ? `${link.name} is silent` : `reconnecting to ${link.name}`;
  const why = error && state === "failed" ? `: ${printable(error.message)} (r in the tree tries again)` : "";
  return { text: `${what}${age}${waiting}${why}`, error: true };
}
