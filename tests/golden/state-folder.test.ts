/**
 * A folder of state as format 1 wrote it. A release never fails to bring back what any release before it left: a new
 * format gets a folder of its own beside this one, which never changes.
 */
import { expect, test } from "bun:test";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { panesOf } from "../../src/server/model/layout.ts";
import { lineText } from "../../src/terminal/history/line-text.ts";
import { DaemonRig } from "../support/daemon-rig.ts";

test("a folder of format 1 comes back whole", async () => {
  await using rig = await DaemonRig.start();
  rig.daemon.disk.dispose();
  cpSync(join(import.meta.dir, "state-1"), rig.home.paths.state, { recursive: true });
  await rig.reboot();
  const { model, panes, buffers, mail, restored } = rig.daemon;
  expect(restored).toMatchObject({ sessions: 1, panes: 3, lost: ["tail in kept/1 (%3)"] });
  const session = model.sessionNamed("kept");
  expect([session.tags, session.env]).toEqual([["a"], { KEY: "value" }]);
  const windows = session.windows.map((id) => model.window(id));
  expect(windows.map(({ tree }) => panesOf(tree))).toEqual([[1, 2], [3]]);
  expect(windows[1]!.name).toBe("logs");
  expect(model.pane(3)).toMatchObject({ cwd: "/tmp", command: ["tail", "-f", "x"] });
  const lines = panes.get(1)!.text.lines(0, 1000).map((line) => lineText(line.bytes));
  expect(lines.slice(0, 301)).toEqual([...Array.from({ length: 300 }, (_, n) => `line ${n}`), "red 漢字"]);
  expect(lines.some((line) => line.startsWith("[restored "))).toBe(true);
  expect(buffers.get("kept").text).toBe("the text");
  expect(mail.messages.inbox(session.id).map(({ id, payload }) => [id, payload])).toEqual([["m1", "hello"]]);
  expect(rig.errors).toEqual([]);
});
