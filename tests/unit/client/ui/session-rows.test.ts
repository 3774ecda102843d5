import { describe, expect, test } from "bun:test";
import { cpuMs } from "../../../support/cpu-time.ts";
import { sessionLists } from "../../../support/session-lists.ts";
import { SessionRows } from "../../../../src/client/ui/session-rows.ts";
import { pane, session, window } from "./harness.ts";

const shown = (rows: SessionRows, filter = ""): string[] =>
  rows.rows(filter).map(({ depth, target: { server, session: s, window: w, pane: p } }) =>
    `${" ".repeat(depth)}${p ? `%${p.id}` : w ? w.name : s ? s.name : server}`);

const two = [pane(7, { program: "vim", active: false }), pane(8, { index: 1, program: "claude" })];
const sessions = [
  session(1, "api", { tags: ["prod"], windows: [window(10, 0, "edit", { panes: two }), window(11, 1, "logs")] }),
  session(2, "web"),
];

describe("the rows of the tree", () => {
  test("are the sessions, or their windows too; a window's only pane has no row", () => {
    const rows = new SessionRows(false);
    rows.set([{ server: "local", sessions }]);
    expect(shown(rows)).toEqual(["api", "web"]);
    const wide = new SessionRows(true);
    wide.set([{ server: "local", sessions }]);
    expect(shown(wide)).toEqual(["api", " edit", " logs", "web", " edit", " build"]);
    wide.foldAll(true);
    expect(shown(wide)).toEqual(["api", " edit", "  %7", "  %8", " logs", "web", " edit", " build"]);
    wide.foldAll(false);
    expect(shown(wide)).toEqual(["api", "web"]);
  });

  test("name the servers if there are several", () => {
    const rows = new SessionRows(false);
    rows.set([{ server: "local", sessions }, { server: "polecats", sessions: [session(1, "api")] }]);
    expect(shown(rows)).toEqual(["local", " api", " web", "polecats", " api"]);
    rows.fold("local", false);
    expect(shown(rows)).toEqual(["local", "polecats", " api"]);
    expect(rows.sessions).toBe(3);
  });

  test("keep what is folded when the sessions come anew", () => {
    const rows = new SessionRows(false);
    rows.set([{ server: "local", sessions }]);
    expect(rows.fold("local:$1")).toBe(true);
    rows.set([{ server: "local", sessions: [session(3, "new"), ...sessions] }]);
    expect(shown(rows)).toEqual(["new", "api", " edit", " logs", "web"]);
    expect(rows.fold("local:$1", true)).toBe(false);
    expect(rows.fold("local:$99")).toBe(false);
  });

  test("can be brought into sight, and know what is above them", () => {
    const rows = new SessionRows(false);
    rows.set([{ server: "local", sessions }]);
    rows.reveal("local:$1@10%8");
    expect(shown(rows)).toEqual(["api", " edit", "  %7", "  %8", " logs", "web"]);
    expect(rows.parentOf("local:$1@10%8")).toBe("local:$1@10");
    expect(rows.parentOf("local:$1")).toBeUndefined();
  });
});

describe("the filter", () => {
  const rows = new SessionRows(false);
  rows.set([{ server: "local", sessions }, { server: "polecats", sessions: [session(1, "api")] }]);

  test("keeps what is above a match, and says what matched", () => {
    expect(shown(rows, "CLAUDE")).toEqual(["local", " api", "  edit", "   %8"]);
    expect(rows.rows("claude").map((row) => row.matches)).toEqual([false, false, false, true]);
  });

  test("finds tags, titles, programs and folders, and the pane of a window with one", () => {
    expect(shown(rows, "#prod")).toEqual(["local", " api"]);
    expect(shown(rows, "logs")).toEqual(["local", " api", "  logs"]);
    expect(shown(rows, "local %110")).toEqual(["local", " api", "  logs"]);
    expect(shown(rows, "nothing like it")).toEqual([]);
  });

  test("several words may be on the way down", () => {
    expect(shown(rows, "api vim")).toEqual(["local", " api", "  edit", "   %7"]);
    expect(shown(rows, "polecats api")).toEqual(["polecats", " api"]);
  });
});

describe("thousands of sessions", () => {
  test("of servers whose lists are the same are not made again, and those that changed are", () => {
    const rows = new SessionRows(false);
    const lists = sessionLists(3, 4);
    rows.set(lists);
    rows.fold("server1:$2", true);
    const before = rows.rows("");
    rows.set([lists[0]!, { ...lists[1]!, sessions: lists[1]!.sessions.slice(0, 2) }, { ...lists[2]!, state: "reconnecting" }]);
    const after = rows.rows("");
    expect(after.length).toBe(before.length - 2);
    expect(rows.sessions).toBe(10);
    expect(after.filter(({ kind }) => kind === "window").map(({ key }) => key)).toEqual(["server1:$2@2", "server1:$2@3"]);
    expect(after.find(({ key }) => key === "server2")!.target.about!.state).toBe("reconnecting");
    expect(rows.parentOf("server1:$3")).toBeUndefined();
    expect(rows.parentOf("server2:$3")).toBe("server2");
    rows.set([lists[0]!]);
    expect(rows.rows("").map(({ kind, depth }) => `${kind} ${depth}`)).toEqual(Array.from({ length: 4 }, () => "session 0"));
    rows.set(lists);
    // what was unfolded has been away meanwhile
    expect(rows.rows("").length).toBe(before.length - 2);
  });

  test("are walked and filtered in a time that does not depend on how many there are", () => {
    const rows = new SessionRows(false);
    const lists = sessionLists(5, 1000);
    // thirty times what it takes here: this is against the absurd only
    expect(cpuMs(() => {
      for (let n = 0; n < 5; n++) {
        rows.set(lists.map((list, i) => (i === n ? { ...list, sessions: [...list.sessions] } : list)));
        expect(rows.rows("work-3-99").length).toBe(1 + 11);
        expect(rows.rows("").length).toBe(5005);
      }
    })).toBeLessThan(5000);
  });
});
