/** Which session the view shows, of which server: attaching to it, going over to another one, and what comes after its end. */
import type { ServerLink } from "../connection/server-link.ts";
import type { Attach, View } from "../../protocol/messages.ts";
import type { AttachRequest } from "./servers.ts";
import type { Tui } from "./tui.ts";

/** Which session to show, and how. */
export interface TuiStart {
  target?: string;
  create?: Attach["create"];
  readOnly?: boolean;
  detachOthers?: boolean;
}

export class Front {
  /** What is shown until another server's session is: its pictures go on, for it may be shown again. */
  private left: { link: ServerLink; view: View } | undefined;

  private turns = 0;

  constructor(private readonly tui: Tui, private readonly start: TuiStart) {}

  /** What to attach to at the server in front; after a reconnect, where the client was. */
  readonly request: AttachRequest = () => {
    const { view, terminal, screen, link, env, config } = this.tui;
    return {
      ...(view ? { target: `%${view.focus.pane}`, session: view.session.name } : this.start),
      // sockets and displays of this machine mean nothing on another one
      env: link.name === "local" ? chosenEnvironment(env, config.options.updateEnvironment) : {},
      cols: terminal.cols, rows: screen.height, readOnly: this.start.readOnly,
    };
  };

  /** Shows a session of a server, whichever is in front now. @throws FugueError; then nothing has changed */
  async show(server: string, target: string | undefined): Promise<void> {
    const { screen, servers, view, link } = this.tui;
    const turn = ++this.turns;
    // while another switch is under way, what it left is still what may be shown again
    if (view) this.left = { link, view };
    if (!link.connected) this.tui.keys.giveUp();
    screen.view = undefined;
    try {
      await this.tui.holding(() => servers.switchTo(server, () => (
        { ...this.request(), ...(!this.tui.view && { target, create: undefined }) }
      )));
      if (turn === this.turns) this.left = undefined;
    } catch (error) {
      const { left } = this;
      if (turn !== this.turns) throw error;
      this.left = undefined;
      if (left) this.tui.viewed(left.view, left.link);
      else void this.tui.actions.openTree({});
      throw error;
    } finally {
      this.tui.showsServer();
      screen.redraw();
    }
  }

  /** A view of a server that is not in front: of the one that is about to be left, the newest is kept. */
  aside(view: View, link: ServerLink): void {
    if (this.left?.link === link) this.left = { link, view };
  }

  /** Whether frames of a server's own pane are wanted: of what is shown, and of what is about to be left, of one server or two. */
  wants(link: ServerLink, pane: number): boolean {
    const has = (view: View | undefined) => view?.panes.some(({ id }) => id === pane) ?? false;
    return (link === this.left?.link && has(this.left.view)) || (link === this.tui.link && has(this.tui.view));
  }

  /** The session that was shown has ended, but there are other servers: what is there is shown. */
  ended(session: string): void {
    this.tui.screen.view = undefined;
    this.tui.link.leave();
    this.tui.screen.redraw();
    this.tui.say(`session ${this.tui.link.name}:${session} has ended`);
    void this.tui.actions.openTree({});
  }
}

/** Those of the named variables that are set. */
function chosenEnvironment(env: Record<string, string | undefined>, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}
