/** Lists of sessions as servers and files give them: only what has everything that the tree shows of a session is taken. */
import type { SessionInfo } from "../../commands/context.ts";

/** Sessions of one server that are listed; more are not. */
const MOST_SESSIONS = 10_000;

/** The sessions in the answer to `ls`. A server may be of another release, or mean harm: whatever it says, this never throws. */
export function sessionsOf(result: unknown): readonly SessionInfo[] {
  const { sessions } = (result ?? {}) as { sessions?: unknown };
  return Array.isArray(sessions) ? sessions.slice(0, MOST_SESSIONS).filter(isSession) : [];
}

export function isSession(value: unknown): value is SessionInfo {
  const session = value as SessionInfo;
  return isText(session?.name) && isNumber(session.id) && isNumber(session.createdAt) && Array.isArray(session.tags)
    && session.tags.every(isText) && Array.isArray(session.windows) && session.windows.every(isWindow);
}

function isWindow(value: unknown): boolean {
  const window = value as SessionInfo["windows"][number];
  return isNumber(window?.id) && isNumber(window.index) && isText(window.name) && Array.isArray(window.panes) && window.panes.every(isPane);
}

function isPane(value: unknown): boolean {
  const pane = value as SessionInfo["windows"][number]["panes"][number];
  return isNumber(pane?.id) && isText(pane.title) && isText(pane.program) && isText(pane.cwd) && Array.isArray(pane.command ?? []);
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isNumber(value: unknown): value is number {
  return typeof value === "number";
}
