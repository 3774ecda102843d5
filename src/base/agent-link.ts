/**
 * A stable path to whichever ssh agent was brought last: long-lived processes are told the link, and the link follows.
 * The near end of a tunnel and the far machine's panes each have one.
 */
import { statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Paths } from "./paths.ts";
import { replaceLink } from "./replace-file.ts";

/** The link for panes on a machine that clients reach over ssh, with the agents that they forward. */
export function paneAgentLink(paths: Paths): string {
  return join(paths.state, "agent");
}

/** Whether a path leads to a socket now. */
export function isSocketPath(path: string): boolean {
  try {
    return statSync(path).isSocket();
  } catch {
    return false;
  }
}

/**
 * Lets the link lead to an agent's socket. One that is not there moves nothing: a client with an environment of long ago
 * must not take away what works. Neither does one in the link's own folder, which would lead in a circle.
 * @returns whether the link leads to that socket now
 */
export function followAgent(link: string, agent: string | undefined): boolean {
  if (!agent?.startsWith("/") || agent.startsWith(`${dirname(link)}/`) || !isSocketPath(agent)) return false;
  try {
    replaceLink(link, agent);
    return true;
  } catch {
    // a full or read-only disk: the agent is missed, and nothing else
    return false;
  }
}
