/** What programs ask of the world outside their screen, passed on to the clients that should hear of it. */
import { nameFrom, printable } from "../../base/names.ts";
import { Pacer, type Pace } from "./pacer.ts";
import { clipboardReply, type TerminalEffect } from "../../terminal/effects.ts";
import type { ClientConnection } from "../connections/client-connection.ts";
import type { Daemon } from "../daemon.ts";
import type { WindowState } from "../model/state.ts";
import type { Pane } from "../panes/pane.ts";

/** Least time between two bells that a client hears: of a flood, in one pane or in fifty, it hears ten a second. */
const BELL_MS = 100;
/** How often a program may copy; of what it copies faster only the newest counts. */
const COPIES: Pace = { ms: 200, most: 1 };
/** How often a program may notify. More than a piece of its output may hold pass at once: only of a flood some wait. */
const NOTICES: Pace = { ms: 50, burst: 20, most: 20 };

interface Copy {
  selection: string;
  data: Uint8Array;
}

interface Notice {
  title: string;
  body: string;
}

/** What waits of one pane. */
interface Paced {
  copies: Pacer<Copy>;
  notices: Pacer<Notice>;
}

export class Effects {
  private readonly rang = new WeakMap<ClientConnection, number>();
  private readonly paced = new Map<Pane, Paced>();

  constructor(private readonly daemon: Daemon) {}

  handle(pane: Pane, effect: TerminalEffect): void {
    switch (effect.kind) {
      case "bell":
        return this.bell(pane);
      case "title":
      case "cwd":
      case "progress":
        return this.daemon.scheduleSoon();
      case "clipboardWrite":
        return this.pacedOf(pane).copies.push(effect);
      case "clipboardRead":
        return this.answerClipboard(pane, effect.selection);
      case "notification":
        return this.notice(pane, effect.title, effect.body);
      case "sideband":
        return this.daemon.sideband.handle(pane, effect.payload, (title, body) => this.notice(pane, title, body));
      case "prompt":
        return this.daemon.runs.mark(pane, effect);
      case "windowName":
        return this.nameWindow(pane, effect.name);
    }
  }

  /** Tells those who look at a pane's session something. */
  notice(pane: Pane, title: string, body: string): void {
    this.pacedOf(pane).notices.push({ title, body });
  }

  private pacedOf(pane: Pane): Paced {
    let paced = this.paced.get(pane);
    if (!paced) {
      const { clock } = this.daemon;
      paced = {
        copies: new Pacer(clock, COPIES, ({ selection, data }) => this.clipboard(pane, selection, data)),
        notices: new Pacer(clock, NOTICES, ({ title, body }) => this.notify(pane, title, body)),
      };
      this.paced.set(pane, paced);
    }
    return paced;
  }

  /** A pane is about to go: what it still had to say is said, and what it asked for is not done any more. */
  paneGone(pane: Pane): void {
    this.daemon.sideband.paneGone(pane);
    this.daemon.spoken.paneGone(pane);
    const paced = this.paced.get(pane);
    this.paced.delete(pane);
    paced?.copies.end();
    paced?.notices.end();
  }

  dispose(): void {
    for (const { copies, notices } of this.paced.values()) for (const pacer of [copies, notices]) pacer.dispose();
    this.paced.clear();
  }

  private bell(pane: Pane): void {
    const window = this.daemon.windowOf(pane.id);
    if (!window || !this.daemon.settings().monitorBell) return;
    if (!window.bell && !this.daemon.isShown(window.id)) {
      window.bell = true;
      this.daemon.schedule();
    }
    const now = this.daemon.clock.now();
    for (const client of this.daemon.clients) {
      if (!this.hears(client, window, pane) || now - (this.rang.get(client) ?? -BELL_MS) < BELL_MS) continue;
      this.rang.set(client, now);
      client.event({ kind: "bell", pane: pane.id, window: window.index });
    }
  }

  /** Whether a client is told of bells in this window, as `bell-action` says. */
  private hears(client: ClientConnection, window: WindowState, pane: Pane): boolean {
    if (client.watches(pane.id)) return this.daemon.settings().bellAction !== "none";
    if (!client.attached || !client.focus.valid || client.focus.session !== window.session) return false;
    const action = this.daemon.settings().bellAction;
    if (action === "any" || action === "none") return action === "any";
    return (client.focus.window === window.id) === (action === "current");
  }

  /** ESC k: the program names its window, if the user allows it; an empty name lets it follow the program again. */
  private nameWindow(pane: Pane, text: string): void {
    const window = this.daemon.windowOf(pane.id);
    if (!window || !this.daemon.settings().allowRename) return;
    const name = nameFrom(text);
    if (name === "") this.daemon.model.followProgram(window.id, pane.program);
    else this.daemon.model.renameWindow(window.id, name, true);
  }

  /** Only to clients that show the pane: a program out of sight must not change anyone's clipboard. */
  private clipboard(pane: Pane, selection: string, data: Uint8Array): void {
    if (!this.daemon.settings().setClipboard) return;
    const text = new TextDecoder().decode(data);
    if (text !== "") this.daemon.buffers.set(text);
    for (const client of this.daemon.clients) {
      if (client.outbox.shows(pane)) client.event({ kind: "clipboard", pane: pane.id, selection, text });
    }
  }

  /** A program may read what was copied last, if the user allows it. */
  private answerClipboard(pane: Pane, selection: string): void {
    if (!this.daemon.settings().readClipboard || this.daemon.buffers.list().length === 0) return;
    pane.answer(clipboardReply(selection, new TextEncoder().encode(this.daemon.buffers.get().text)));
  }

  private notify(pane: Pane, title: string, body: string): void {
    const window = this.daemon.windowOf(pane.id);
    if (!window) return;
    for (const client of this.daemon.clients) {
      if ((client.attached && client.focus.session === window.session) || client.watches(pane.id)) {
        client.event({ kind: "notification", pane: pane.id, title: printable(title), body: printable(body, 1024) });
      }
    }
  }
}
