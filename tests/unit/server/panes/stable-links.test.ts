/** Programs that run for long are told a path that leads to whichever client attached last. */
import { describe, expect, test } from "bun:test";
import { existsSync, readlinkSync, rmSync } from "node:fs";
import { join } from "node:path";
import { followAgent, paneAgentLink } from "../../../../src/base/agent-link.ts";
import { DaemonRig } from "../../../support/daemon-rig.ts";

describe("the agent of the client that attached last", () => {
  test("is where the session's link leads, for panes of before too", async () => {
    await using rig = await DaemonRig.start();
    await rig.attached({ create: { name: "work" }, env: { SSH_AUTH_SOCK: "/tmp/ssh-1/agent.1", DISPLAY: "localhost:10.0" } });
    const link = join(rig.home.paths.state, "links", "1", "SSH_AUTH_SOCK");
    expect(rig.keeper.pane(1).request.env).toMatchObject({ SSH_AUTH_SOCK: link, DISPLAY: "localhost:10.0" });
    expect(readlinkSync(link)).toBe("/tmp/ssh-1/agent.1");
    const later = await rig.attached({ target: "work", env: { SSH_AUTH_SOCK: "/tmp/ssh-2/agent.2", DISPLAY: "localhost:11.0" } });
    await later.command("split");
    expect(readlinkSync(link)).toBe("/tmp/ssh-2/agent.2");
    expect(rig.keeper.pane(2).request.env).toMatchObject({ SSH_AUTH_SOCK: link, DISPLAY: "localhost:11.0" });
    // a client in a pane of the session has the link itself
    await rig.attached({ target: "work", env: { SSH_AUTH_SOCK: link } });
    expect(readlinkSync(link)).toBe("/tmp/ssh-2/agent.2");
  });

  test("is the one that came over ssh, for sessions whose clients brought none", async () => {
    await using rig = await DaemonRig.start();
    const socket = join(rig.home.path, "agent.sock");
    using listener = Bun.listen({ unix: socket, socket: { data() {} } });
    expect(followAgent(paneAgentLink(rig.home.paths), socket)).toBe(true);
    const client = await rig.attached({ create: { name: "work" }, env: {} });
    expect(rig.keeper.pane(1).request.env.SSH_AUTH_SOCK).toBe(paneAgentLink(rig.home.paths));
    listener.stop(true);
    rmSync(socket, { force: true });
    await client.command("split");
    expect(rig.keeper.pane(2).request.env.SSH_AUTH_SOCK).not.toBe(paneAgentLink(rig.home.paths));
  });

  test("is followed by each session on its own, and its links go with it", async () => {
    await using rig = await DaemonRig.start();
    const one = await rig.attached({ create: { name: "one" }, env: { SSH_AUTH_SOCK: "/a" } });
    await rig.attached({ create: { name: "two" }, env: { SSH_AUTH_SOCK: "/b" } });
    const link = (session: number) => join(rig.home.paths.state, "links", String(session), "SSH_AUTH_SOCK");
    expect([readlinkSync(link(1)), readlinkSync(link(2))]).toEqual(["/a", "/b"]);
    await one.command("kill", { target: "two" });
    await rig.settle();
    expect([existsSync(join(link(2), "..")), readlinkSync(link(1))]).toEqual([false, "/a"]);
  });

  test("is nothing that a path could be made of: values and names of any kind do no harm", async () => {
    await using rig = await DaemonRig.start();
    const env = { "../x": "/a", "A B": "/b", LIST: "/a:/b", EMPTY: "", RELATIVE: "x/y" };
    await rig.attached({ create: { name: "work" }, env });
    expect(rig.keeper.pane(1).request.env).toMatchObject(env);
    expect(existsSync(join(rig.home.paths.state, "links"))).toBe(false);
  });
});
