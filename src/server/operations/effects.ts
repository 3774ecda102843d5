/** What programs ask of the world outside their screen, passed on to the clients that should hear of it. */
import { printable } from "../../base/names.ts";
import { clipboardReply, type TerminalEffect } from "../../terminal/effects.ts";
import type { Daemon } from "../daemon.ts";
import type { Pane } from "../panes/pane.ts";

const BELL_MS = 100;

export class Effects {
  private readonly rang = new WeakMap<Pane, number>();

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
        return this.clipboard(pane, effect.selection, effect.data);
      case "clipboardRead":
        return this.answerClipboard(pane, effect.selection);
      case "notification":
        return this.notify(pane, effect.title, effect.body);
    }
  }

  private bell(pane: Pane): void {
    const window = this.daemon.windowOf(pane.id);
    if (!window || !this.daemon.settings().monitorBell) return;
    // a program that rings without end is heard ten times a second
    const now = this.daemon.clock.now();
    if (now - (this.rang.get(pane) ?? -BELL_MS) < BELL_MS) return;
    this.rang.set(pane, now);
    if (!this.daemon.isShown(window.id)) window.bell = true;
    for (const client of this.daemon.clients) {
      if (client.attached && client.focus.session === window.session) client.event({ kind: "bell", pane: pane.id });
    }
    this.daemon.schedule();
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
      if (client.attached && client.focus.session === window.session) {
        client.event({ kind: "notification", pane: pane.id, title: printable(title), body: printable(body, 1024) });
      }
    }
  }
}
