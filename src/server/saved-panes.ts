/** Which panes are kept on disk, as what, and who is told when that fails. */
import type { Daemon } from "./daemon.ts";
import type { SavedScreen } from "./persistence/saved-screen.ts";
import { foregroundFolder } from "./panes/program.ts";

/** Whether what a pane shows may be on the disk. */
export function mayKeep(daemon: Daemon, pane: number): boolean {
  const window = daemon.windowOf(pane);
  if (!daemon.settings().persistHistory || daemon.model.panes.get(pane)?.unsaved) return false;
  return !(window && daemon.model.session(window.session).unsaved);
}

/** A pane as the next start finds it; undefined while it is in the middle of a sequence, or gone. */
export function screenOf(daemon: Daemon, id: number): SavedScreen | undefined {
  const pane = daemon.panes.get(id);
  const taken = pane?.takeCheckpoint();
  const window = daemon.windowOf(id);
  if (!pane || !taken || !window) return undefined;
  const facts = {
    cwd: pane.emulator.cwd ?? foregroundFolder(pane.pid) ?? daemon.model.pane(id).cwd, program: pane.program,
    session: daemon.model.session(window.session).name,
  };
  return { position: taken.position, checkpoint: mayKeep(daemon, id) ? taken.bytes : new Uint8Array(), facts };
}

/** Tells whoever looks on that the disk fails (the reason), or works again. */
export function tellSaving(daemon: Daemon, reason: string | undefined): void {
  const text = reason === undefined ? "state is saved again" : `state can't be saved: ${reason}`;
  const level = reason === undefined ? "info" : "error";
  for (const client of daemon.clients) if (client.attached) client.event({ kind: "message", text, level });
}

/** Removes the text of a session's panes, or of all, from the disk. @returns how many panes that were */
export function purgePanes(daemon: Daemon, session?: number): number {
  const panes = [...daemon.panes.values()].filter((pane) => session === undefined || daemon.model.sessionOf(pane.id).id === session);
  for (const pane of panes) pane.purgeHistory();
  daemon.disk.purge(session === undefined ? undefined : panes.map((pane) => pane.id));
  return panes.length;
}
