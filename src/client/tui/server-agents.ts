/** The agents of all servers that are open: how many are in each state, and which of them waits for a person. */
import { AGENT_STATES, type AgentState } from "../../base/agent-state.ts";
import { within } from "../../base/deadline.ts";
import { FugueError } from "../../base/errors.ts";
import type { Watched } from "../../protocol/messages.ts";
import type { ServerLink } from "../connection/server-link.ts";
import type { Tui } from "./tui.ts";

/** A server that has not answered by then is left out of the search: the others are not kept waiting. */
const PATIENCE_MS = 1000;
const MOST_AGENTS = 10_000;

type Counts = Partial<Record<AgentState, number>>;

interface WaitingAgent {
  readonly link: ServerLink;
  readonly pane: number;
  readonly target: string;
  readonly blocked: boolean;
  /** Milliseconds since 1970, by its server's clock. */
  readonly since: number;
}

export class ServerAgents {
  private readonly told = new WeakMap<ServerLink, Counts>();

  constructor(private readonly tui: Tui) {}

  tell(link: ServerLink, { agents }: Watched): void {
    if (agents) this.told.set(link, agents);
  }

  /** Of all servers that are connected; undefined where there is only one, whose view says it. */
  counts(): Counts | undefined {
    const { servers, view } = this.tui;
    if (!servers.several) return undefined;
    const sum: Counts = {};
    for (const link of servers.distinct()) {
      if (!link.connected) continue;
      const counts = (link === servers.front ? view?.agents : undefined) ?? this.told.get(link) ?? {};
      for (const state of AGENT_STATES) if (counts[state]) sum[state] = (sum[state] ?? 0) + counts[state];
    }
    return sum;
  }

  /** Shows the next agent that waits: after the one in front of the person, else the first. @throws FugueError if none waits */
  showNext(): Promise<void> {
    return this.tui.holding(() => this.show());
  }

  private async show(): Promise<void> {
    const { tui } = this;
    const waiting = await this.waiting();
    const here = tui.routes.routeOf(tui.focus.pane);
    const isHere = ({ link, pane }: WaitingAgent) => link.server === here?.link.server && pane === here?.pane;
    const at = waiting.findIndex(isHere);
    const next = [...waiting.slice(at + 1), ...waiting.slice(0, at + 1)].find((agent) => !isHere(agent));
    if (!next) throw this.nobody(at >= 0);
    const leaf = tui.routes.leafOf(next.link, next.pane);
    // a link to it in this window shows it too
    if (leaf !== undefined) await tui.call("pane select", { target: `%${leaf}` });
    else if (next.link === tui.link && tui.view) await tui.call("pane select", { target: `%${next.pane}` });
    else await tui.front.show(next.link.name, `%${next.pane}`);
  }

  private nobody(isHere: boolean): FugueError {
    const where = this.tui.servers.several ? " on any server" : "";
    if (isHere) return new FugueError("failed", `only the agent before you waits${where}`);
    return new FugueError("failed", `no agent waits for you${where}`);
  }

  /** All that wait: those that ask first, and of these the one that has waited longest. */
  private async waiting(): Promise<WaitingAgent[]> {
    const { servers } = this.tui;
    const asked = servers.distinct().filter((link) => link.connected);
    const lists = await Promise.all(asked.map((link) => this.ask(link)));
    const all = lists.flat();
    return all.sort((a, b) => Number(b.blocked) - Number(a.blocked) || a.since - b.since);
  }

  private async ask(link: ServerLink): Promise<WaitingAgent[]> {
    try {
      const late = () => new FugueError("timeout", "no answer");
      const { result } = await within(this.tui.clock, PATIENCE_MS, link.command("agents", {}), late);
      return waitingOf(link, result);
    } catch {
      // the marks of the servers say which of them does not answer
      return [];
    }
  }
}

/** What a server listed, as far as it is well formed. */
function waitingOf(link: ServerLink, result: unknown): WaitingAgent[] {
  const { agents } = (result ?? {}) as { agents?: unknown };
  if (!Array.isArray(agents)) return [];
  return agents.slice(0, MOST_AGENTS).flatMap((each: Record<string, unknown>) => {
    const { id, target, state, since, waits } = each ?? {};
    if (waits !== true || !Number.isSafeInteger(id) || typeof since !== "number") return [];
    return [{ link, pane: id as number, target: String(target), blocked: state === "blocked", since }];
  });
}
