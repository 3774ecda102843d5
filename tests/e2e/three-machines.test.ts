/** Three machines behind three real sshds in one view: seen, used, shown in one window; one goes away and comes back. */
import { expect } from "bun:test";
import { E2eHome } from "../support/e2e-home.ts";
import { isAlive, kill } from "../support/e2e-processes.ts";
import { testIf } from "../support/e2e-test.ts";
import { startFarSshd } from "../support/far-machine.ts";
import { noSshd, SSH_USER, sshHome, type TestSshd } from "../support/sshd.ts";

const NAMES = ["ann", "bob", "cid"] as const;
type Name = (typeof NAMES)[number];

/** The near machine, and three others in its configuration. */
class Machines implements AsyncDisposable {
  readonly near = new E2eHome();
  private readonly ssh = sshHome();
  readonly far = {} as Record<Name, E2eHome>;
  readonly sshd = {} as Record<Name, TestSshd>;
  /** The pane of each that is shown. */
  readonly panes: Partial<Record<Name, string>> = {};

  static async start(): Promise<Machines> {
    const machines = new Machines();
    const lines: string[] = [];
    for (const name of NAMES) {
      const far = (machines.far[name] = new E2eHome());
      const sshd = (machines.sshd[name] = await startFarSshd(far, machines.ssh));
      lines.push(`[servers.${name}]`, `addr = "ssh://${SSH_USER}@127.0.0.1:${sshd.port}"`, `ssh_config = "${machines.ssh.config}"`);
    }
    machines.near.configure(`${lines.join("\n")}\n`);
    return machines;
  }

  /** What a machine's own user sees of its pane. */
  captured(name: Name): Promise<string> {
    return this.far[name].fugue("capture", this.panes[name]!);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.near.cli(["tunnel", "stop", "--all"]);
    for (const { pid, command } of this.near.processes()) if (command.includes("--role=tunnel") && isAlive(pid)) kill(pid);
    await this.near[Symbol.asyncDispose]();
    for (const name of NAMES) await this.far[name][Symbol.asyncDispose]();
    for (const name of NAMES) await this.sshd[name][Symbol.asyncDispose]();
    this.ssh[Symbol.dispose]();
  }
}

testIf(noSshd(), "three machines behind three sshds: one view, one window; one dies, the others go on, and it revives", async () => {
  await using machines = await Machines.start();
  const { near, far, sshd } = machines;
  for (const name of NAMES) await far[name].fugue("new", "-d", `old-${name}`);

  // all are seen, and a session that is made on one of them appears
  await using tree = near.tui(["-a"], { cols: 120, rows: 40 });
  await tree.waitForBar("●●●●");
  for (const name of NAMES) {
    await near.fugue("-s", name, "new", "-d", `new-${name}`);
    await tree.waitFor(`new-${name}`);
    expect(tree.shows(`old-${name}`)).toBe(true);
    expect((await far[name].json("ls")).sessions.map((session: { name: string }) => session.name).sort()).toEqual([`new-${name}`, `old-${name}`]);
  }
  tree.close();
  await tree.ended();

  // one window with a pane of each
  for (const name of NAMES) {
    const { sessions: [made] } = await far[name].json("new", "-d", "ops", "--", "sh", "-c", `echo here-is-${name}; exec sh`);
    machines.panes[name] = `%${made.pane}`;
  }
  for (const name of ["bob", "cid"]) await near.fugue("-s", "ann", "link", "--in", "ops", `${name}:ops`);
  await using window = near.tui(["-a", "attach", "ann:ops"], { cols: 120, rows: 40 });
  for (const name of NAMES) await window.waitFor(`here-is-${name}`);
  await window.waitForBar("●●●●");
  const typeAt = async (name: Name, text: string, isThere = true) => {
    const { x, y } = window.find(`here-is-${name}`)!;
    window.click(x, y);
    window.line(`echo ${text}-$((40+2))`);
    if (isThere) await window.waitFor(`${text}-42`);
  };
  for (const name of NAMES) {
    await typeAt(name, `to-${name}`);
    expect(await machines.captured(name)).toContain(`to-${name}-42`);
  }
  for (const name of NAMES) for (const other of NAMES) if (other !== name) expect(await machines.captured(name)).not.toContain(`to-${other}`);

  // one of them goes away: its pane stays, the others go on
  sshd.bob.signal("SIGKILL");
  await window.waitUntil("bob to be away", () => /●●[◐✗]●|●[◐✗]●●|●●●[◐✗]/.test(window.bar), 20_000);
  expect(window.shows("to-bob-42")).toBe(true);
  await typeAt("ann", "still-ann");
  await typeAt("cid", "still-cid");
  await typeAt("bob", "waits", false);

  // and comes back: what was typed meanwhile arrives once
  await sshd.bob.restart();
  await window.waitFor("waits-42", 30_000);
  await window.waitForBar("●●●●");
  window.line("echo again-$((40+2))");
  await window.waitFor("again-42");
  const text = await machines.captured("bob");
  expect([text.split("waits-42").length - 1, text.split("again-42").length - 1]).toEqual([1, 1]);
}, 120_000);
