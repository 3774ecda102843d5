import { expect, test } from "bun:test";
import { sessionsOf } from "../../../../src/client/tui/session-check.ts";

const pane = { id: 1, title: "", program: "sh", cwd: "/", command: [] };
const session = { id: 1, name: "a", createdAt: 0, tags: [], windows: [{ id: 1, index: 0, name: "w", panes: [pane] }] };

test("what a server says is taken as far as it is a list of sessions", () => {
  expect(sessionsOf({ sessions: [session, null, 1, { ...session, name: 7 }, { ...session, windows: [{}] }] }) as unknown).toEqual([session]);
  expect(sessionsOf({ sessions: [{ ...session, windows: [{ ...session.windows[0], panes: [{ ...pane, title: {} }] }] }] })).toEqual([]);
  for (const bad of [undefined, null, 7, "x", {}, { sessions: {} }]) expect(sessionsOf(bad)).toEqual([]);
});
