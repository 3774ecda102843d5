/** What a subscriber is told of sessions, windows, panes, agents and clients. */

/** What a notice is about. Newer daemons may know more kinds. */
export const NOTICE_KINDS = ["session", "window", "pane", "agent", "client"] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

/** One thing that happened. Names and numbers are those at that moment; of what is gone, the last ones. */
export interface Notice {
  /** Milliseconds since 1970. */
  time: number;
  kind: NoticeKind;
  /** created, renamed, moved, tagged, exited, closed, changed, attached, detached: what there is depends on the kind. */
  event: string;
  session?: { id: number; name: string };
  window?: { id: number; index: number; name: string };
  /** `target`: SESSION/WINDOW.PANE. */
  pane?: { id: number; target: string };
  /** Its name, its state, or its place as a target, before. */
  before?: string;
  /** Of a session: its tags now. */
  tags?: string[];
  /** How a program ended. */
  exit?: { code: number | null; signal: string | null };
  agent?: { agent: string; state: string; question?: string };
  client?: { id: number; name: string };
}

/** A client asks to be told what happens from now on. Answered by a reply. */
export interface Subscribe {
  seq: number;
  /** Only what is about this session, window or pane; default: everything. */
  target?: string;
  /** Only these kinds; none: all. */
  kinds?: string[];
}

/** Notices for a subscriber, in the order in which things happened. */
export interface Notices {
  notices: Notice[];
  /** So many more came after these, and were left out because the subscriber reads too slowly. */
  dropped?: number;
}
