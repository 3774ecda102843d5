/** Panes that are meant by the tag of their sessions, in place of targets. */
import { FugueError } from "../base/errors.ts";
import type { Find, PaneRef } from "./context.ts";

/** An option for what can be meant by a tag. */
export const TAG = {
  type: "string", tagged: true, value: "TAG", help: "the active panes of sessions with this tag",
} as const;

/** Refuses both a target and a tag. @throws FugueError `usage` */
export function checkTagOrTarget(args: { tag?: string; target?: string | readonly string[] }): void {
  if (args.tag === undefined || args.target === undefined || args.target.length === 0) return;
  throw new FugueError("usage", "TARGET and --tag don't go together", "give one of them");
}

/** The active panes of the sessions with this tag; there may be none. */
export function panesTagged(find: Find, tag: string): PaneRef[] {
  return find.sessions().filter(({ tags }) => tags.includes(tag)).map(({ name }) => find.pane(name));
}
