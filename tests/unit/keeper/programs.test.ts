/** Programs of a real keeper: how they are started, and how signals reach them. */
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { TO_KEEPER, jsonPayload } from "../../../src/keeper/protocol.ts";
import { keeperRig, shell } from "../../support/keeper-rig.ts";
import { waitUntil } from "../../support/wait-until.ts";

/** Output without the terminal's own changes of it. */
const RAW = "stty raw -echo";

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return readFileSync(`/proc/${pid}/stat`, "latin1").split(") ")[1]![0] !== "Z";
  } catch {
    return false;
  }
}

describe("signals", () => {
  test("reach a program once each", async () => {
    await using rig = await keeperRig();
    const daemon = await rig.connect();
    const heard = await daemon.run(
      1, `${RAW}; trap 'printf "<u>"' USR1; trap 'exit 4' TERM; printf ready; while true; do sleep 0.01; done`,
    );
    await waitUntil("the start", () => heard.text === "ready", () => heard.log);
    const count = () => heard.text.split("<u>").length - 1;
    for (let n = 1; n <= 3; n++) {
      daemon.send(TO_KEEPER.kill, 1, 10);
      await waitUntil("the signal", () => count() >= n, () => heard.text);
      await Bun.sleep(30);
      expect(count()).toBe(n);
    }
    daemon.send(TO_KEEPER.kill, 1, 15);
    await waitUntil("the exit", () => heard.exit !== undefined);
    expect(heard.exit).toEqual({ code: 4, signal: null });
  });

  test("reach the program in front, which is not the shell's own group", async () => {
    await using rig = await keeperRig();
    const daemon = await rig.connect();
    const bash = Bun.which("bash");
    if (!bash) return console.log("SKIPPED: there is no bash");
    await daemon.spawn(1, { ...shell(""), argv: [bash, "--norc", "-i"] });
    daemon.attach(1, 0, 1 << 20);
    const heard = daemon.pane(1);
    daemon.type(
      1, 1, 1, "PS1='> '; sh -c 'trap \"echo got''it; exit\" INT; echo wait\"\"ing; while true; do sleep 0.01; done'\n",
    );
    await waitUntil("the program", () => heard.text.includes("waiting"), () => heard.text);
    daemon.send(TO_KEEPER.kill, 1, 2);
    await waitUntil("the signal", () => heard.text.includes("gotit"), () => heard.text);
    daemon.send(TO_KEEPER.kill, 1, 9);
    await waitUntil("the end", () => heard.exit !== undefined);
  });

  test("to a program that has ended reach nobody else", async () => {
    await using rig = await keeperRig();
    const daemon = await rig.connect();
    const heard = await daemon.run(1, "exit 0");
    await waitUntil("the exit", () => heard.exit !== undefined);
    const sent: [number, unknown][] = [];
    const real = process.kill;
    process.kill = ((pid: number, signal: number) => (sent.push([pid, signal]), true)) as never;
    try {
      daemon.send(TO_KEEPER.kill, 1, 9);
      await Bun.sleep(30);
    } finally {
      process.kill = real;
    }
    // its number may be somebody else's by now
    expect(sent).toEqual([]);
  });
});

describe("spawning", () => {
  test("is idempotent by pane", async () => {
    await using rig = await keeperRig();
    const daemon = await rig.connect();
    const pid = await daemon.spawn(1, shell("sleep 100"));
    expect(await daemon.spawn(1, shell("echo other"))).toBe(pid);
    expect(await (await rig.connect()).spawn(1, shell("echo other"))).toBe(pid);
    expect(alive(pid)).toBeTrue();
  });

  test("of what does not exist, or where nothing is, is an error and leaves no pane", async () => {
    await using rig = await keeperRig();
    const daemon = await rig.connect();
    await expect(daemon.spawn(
      1, { ...shell(""), argv: ["/no/such/program"] },
    )).rejects.toThrow(/no\/such\/program.*ENOENT/);
    await expect(daemon.spawn(2, { ...shell("true"), cwd: "/no/such/folder" })).rejects.toThrow();
    await expect(daemon.spawn(3, { ...shell(""), argv: [] })).rejects.toThrow();
    expect((await rig.connect()).welcome!.panes).toEqual([]);
  });

  test("gives the program its size, its name, its environment and nothing of ours", async () => {
    await using rig = await keeperRig();
    const daemon = await rig.connect();
    await daemon.spawn(
      1,
      {
        ...shell(`${RAW}; stty size; echo "$0 $A"; env | grep -c .; pwd; ls /proc/self/fd | wc -l`, 91, 33),
        argv0: "-sh", env: { PATH: process.env["PATH"]!, A: "é b" },
      },
    );
    daemon.attach(1, 0, 10_000);
    const heard = daemon.pane(1);
    await waitUntil("the exit", () => heard.exit !== undefined, () => heard.text);
    const [size, name, , cwd, files] = new TextDecoder().decode(new Uint8Array([...heard.text].map(
      (c) => c.charCodeAt(0),
    ))).split("\n");
    expect([size, cwd]).toEqual(["33 91", "/"]);
    expect(name).toContain("é b");
    // standard input, output, error and the folder that ls reads: no master of another pane, no socket
    expect(Number(files)).toBe(4);
  });

  test("of a hundred panes at once gives each its own terminal and output", async () => {
    await using rig = await keeperRig();
    const daemon = await rig.connect();
    const ids = Array.from({ length: 100 }, (_, i) => i + 1);
    for (const id of ids)
      daemon.send(
        TO_KEEPER.spawn, id, 0,
        new TextEncoder().encode(JSON.stringify(shell(`${RAW}; printf "%s:" pane${id}; tty; read x; printf bye${id}`))),
      );
    await waitUntil("all to start", () => ids.every((id) => daemon.spawned.has(id)));
    for (const id of ids) daemon.attach(id, 0, 10_000);
    await waitUntil(
      "all to print", () => ids.every((id) => daemon.pane(id).text.includes("/dev/")),
      () => ids.filter((id) => !daemon.pane(id).text.includes("/dev/")),
    );
    for (const id of ids) daemon.type(id, 1, 1, "\n");
    await waitUntil(
      "all to end", () => ids.every((id) => daemon.pane(id).exit !== undefined),
      () => ids.filter((id) => !daemon.pane(id).exit),
    );
    const terminals = new Set<string>();
    for (const id of ids) {
      const match = new RegExp(`^pane${id}:(/dev/\\S+)\\s+bye${id}$`).exec(daemon.pane(id).text);
      expect([id, match !== null]).toEqual([id, true]);
      terminals.add(match![1]!);
    }
    expect(terminals.size).toBe(100);
  }, 60_000);

  test("right after a pane was closed gives the new one a terminal of its own, not the old one", async () => {
    await using rig = await keeperRig();
    const daemon = await rig.connect();
    for (let n = 0; n < 40; n++) {
      const [old, fresh] = [2 * n + 1, 2 * n + 2];
      const heard = await daemon.run(old, "yes", 1 << 20);
      await waitUntil("the flood", () => heard.bytes > 0);
      daemon.send(TO_KEEPER.close, old);
      // in the same turn, as when a program is replaced
      daemon.send(TO_KEEPER.spawn, fresh, 0, jsonPayload(shell(n % 2 ? "echo fresh" : "echo fresh; sleep 100")));
      daemon.attach(fresh, 0, 1 << 20);
      const own = daemon.pane(fresh);
      await waitUntil("its own output", () => own.text.includes("fresh"), () => own.text.slice(0, 50));
      expect(own.text.replace(/\r\n$/, "")).toBe("fresh");
    }
  });

  test("and closing a pane gives its terminal and its files back", async () => {
    await using rig = await keeperRig();
    const daemon = await rig.connect();
    const files = () => Number(new TextDecoder().decode(
      Bun.spawnSync(["sh", "-c", `ls /proc/${process.pid}/fd | wc -l`]).stdout,
    ));
    await daemon.sync();
    const before = files();
    const pids: number[] = [];
    for (let id = 1; id <= 20; id++) pids.push(await daemon.spawn(id, shell("sleep 100")));
    expect(files()).toBeGreaterThan(before);
    for (let id = 1; id <= 20; id++) daemon.send(TO_KEEPER.close, id);
    await waitUntil("the files", () => files() <= before, () => [files(), before]);
    await waitUntil("the programs to be hung up", () => !pids.some(alive));
  });
});
