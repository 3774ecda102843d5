/** What follows when an agent's state changes: those who wait, the clients, and the user's own command are told, once. */
import { printable } from "../../base/names.ts";
import type { ServerEvent } from "../../protocol/messages.ts";
import type { Daemon } from "../daemon.ts";
import { panesOf } from "../model/layout.ts";
import type { AgentChange } from "./agent-watch.ts";

/** The user's commands that may run at once; further ones are left out. */
const MOST_COMMANDS = 8;
/** A command that does not end is ended. */
const COMMAND_MS = 30_000;

export class AgentChanges {
  private running = 0;

  constructor(private readonly daemon: Daemon) {}

  handle({ pane, status, state, before }: AgentChange): void {
    const { daemon } = this;
    daemon.waits.agent(pane);
    daemon.sessionsChanged();
    const { agent = "", question } = status ?? {};
    daemon.notices.agentChanged(pane.id, {
      agent: printable(agent, 64), state: status ? state : "none", ...(question && { question: printable(question.text, 600) }),
    }, before);
    const window = daemon.windowOf(pane.id);
    if (!window || !status) return;
    const session = daemon.model.session(window.session);
    const target = `${session.name}/${window.index}.${panesOf(window.tree).indexOf(pane.id)}`;
    const event: ServerEvent & { kind: "agent" } = {
      kind: "agent", pane: pane.id, target, agent: printable(status.agent, 64), state, before,
      ...(status.question && { question: printable(status.question.text, 600) }),
    };
    let looked = false;
    for (const client of daemon.clients) {
      // a view of several servers tells of the agents of all of them
      if (!client.attached && !client.wantsSessions) continue;
      const shows = client.outbox.shows(pane);
      looked ||= shows;
      client.event(shows ? { ...event, looked: true } : event);
    }
    if (!looked) this.runCommand(event);
  }

  /** The user's command, without a shell: what it is told stands in its environment. */
  private runCommand(event: ServerEvent & { kind: "agent" }): void {
    const { agentCommand, agentNotify } = this.daemon.settings();
    if (agentCommand.length === 0 || !agentNotify.includes(event.state)) return;
    if (this.running >= MOST_COMMANDS) return this.daemon.log.warn("the command for agents was left out: too many still run");
    const env = {
      ...this.daemon.env, FUGUE_HOME: this.daemon.paths.home, FUGUE_PANE: String(event.pane), FUGUE_TARGET: event.target, FUGUE_AGENT: event.agent,
      FUGUE_AGENT_STATE: event.state, FUGUE_AGENT_QUESTION: event.question ?? "",
    };
    try {
      const child = Bun.spawn([...agentCommand], { env, cwd: "/", stdio: ["ignore", "ignore", "ignore"] });
      this.running++;
      const timer = this.daemon.clock.after(COMMAND_MS, () => child.kill("SIGKILL"));
      void child.exited.finally(() => {
        this.running--;
        timer.cancel();
      });
    } catch (error) {
      this.daemon.log.warn("the command for agents could not be run", { error: String((error as Error).message) });
    }
  }
}
