/** What the keeper is asked to start for a pane: program, environment, folder and size. */
import { isSocketPath, paneAgentLink } from "../../base/agent-link.ts";
import type { Paths } from "../../base/paths.ts";
import { RELEASE } from "../../base/release.ts";
import type { AgentFolders } from "../../harness/isolation.ts";
import type { SpawnRequest } from "../../keeper/protocol.ts";
import type { PaneState, SessionState } from "../model/state.ts";
import type { ServerSettings } from "../settings.ts";
import { findShell, paneEnvironment, programOf, usableFolder } from "./environment.ts";

/** Where panes are started: the daemon's folders, settings and environment. */
export interface LaunchPlace {
  readonly paths: Paths;
  readonly settings: ServerSettings;
  readonly env: Record<string, string | undefined>;
  readonly agentFolders: AgentFolders;
}

/** The agent that clients brought over ssh, if one is there: fresher than the one of the login that started the daemon. */
function forwardedAgent(paths: Paths): Record<string, string> {
  const link = paneAgentLink(paths);
  return isSocketPath(link) ? { SSH_AUTH_SOCK: link } : {};
}

/** @param command in place of the pane's own; empty: the user's shell */
export function launchRequest(
  { paths, settings, env, agentFolders }: LaunchPlace, session: SessionState, state: PaneState, size: { cols: number; rows: number },
  command: string[] = state.command,
): SpawnRequest {
  const shell = findShell(settings.defaultShell, env);
  const { argv, argv0 } = programOf(command.length > 0 ? command : settings.defaultCommand, shell);
  const own = { pane: state.id, home: paths.home, socket: paths.socket, term: settings.term, shell, release: RELEASE };
  const environment = paneEnvironment({ ...env, ...forwardedAgent(paths) }, own, settings.env, session.env, state.env);
  const { agent } = state;
  const equipment = agent?.argv && argv[0] === agent.argv[0]
    ? agentFolders.equip(state.id, agent.agent, agent.isolated ?? false, environment, argv) : undefined;
  return {
    argv: [...argv, ...(equipment?.args ?? [])], argv0, env: { ...environment, ...equipment?.env },
    cwd: usableFolder(state.cwd, env.HOME), cols: size.cols, rows: size.rows,
  };
}
