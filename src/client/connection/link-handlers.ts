/** How a lasting tie to a server is doing, and what its owner hears from it. */
import type { FugueError } from "../../base/errors.ts";
import type { Frame, ServerEvent, View, Watched } from "../../protocol/messages.ts";
import type { Notices } from "../../protocol/notices.ts";

/**
 * `idle`: never opened. `connecting`: for the first time. `reconnecting`: it was there before. `failed`: nobody tries
 * any more, `error` says why. `ended`: closed by its owner.
 */
export type LinkState = "idle" | "connecting" | "connected" | "reconnecting" | "failed" | "ended";

export interface LinkHandlers {
  view?(view: View): void;
  frame?(frame: Frame, bytes: number): void;
  watched?(watched: Watched): void;
  event?(event: ServerEvent): void;
  notices?(notices: Notices): void;
  settled?(): void;
  /** The state, or why it is that, changed. */
  stateChanged?(): void;
  /** Only how it does changed: its round trip, or how long it has been silent. */
  lifeChanged?(): void;
  /** Input up to this number is in the pane's terminal, or was refused. */
  acknowledged?(pane: number, sequence: number): void;
  /** Input was refused: what to tell the person. */
  refused?(reason: string): void;
  /** Nobody tries any more; `retry` starts over. */
  failed?(error: FugueError): void;
}
