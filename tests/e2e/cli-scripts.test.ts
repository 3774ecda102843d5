/** The command line for scripts: send, capture, wait, buffers; cursors that lead from one to the next. */
import { expect } from "bun:test";
import { E2eHome } from "../support/e2e-home.ts";
import { executable } from "../support/e2e-executable.ts";
import { test } from "../support/e2e-test.ts";

/** A session `work` with a shell at its prompt. */
async function withShell(home: E2eHome): Promise<void> {
  await home.fugue("new", "work", "-d");
  await home.fugue("wait", "work", "--text", "\\$", "--timeout", "10s");
}

test("send types a text as it is, wait --since sees only what came after", async () => {
  await using home = new E2eHome();
  await withShell(home);
  const first = await home.fugue("send", "work", "--enter", "echo result-$((40+2))");
  expect(first).toMatch(/^\S+$/);
  expect(
    await home.fugue("wait", "work", "--text", "^result-\\d+", "--since", first, "--timeout", "10s"),
  ).toBe("result-42");
  const second = (await home.json("send", "work", "--enter", "true")).panes[0].cursor;
  // the result from before is on the screen, but not after the second cursor
  const late = await home.cli(["wait", "work", "--text", "^result-", "--since", second, "--timeout", "150ms"]);
  expect(late).toMatchObject({ status: 124, stdout: "" });
  expect(late.stderr).toContain("timed out");
  expect(await home.fugue("wait", "work", "--text", "^result-")).toBe("result-42");
});

test("names of keys are text unless --keys is given; standard input is -", async () => {
  await using home = new E2eHome();
  await home.fugue("new", "work", "-d", "--", "sh", "-c", "stty raw -echo; echo READY; exec cat -v");
  await home.fugue("wait", "work", "--text", "READY", "--timeout", "10s");
  await home.fugue("send", "work", "Enter");
  await home.fugue("send", "work", "--keys", "C-c", "Up", "M-x", "Enter", "F5", "a");
  await home.cli(["send", "work", "-"], { stdin: "from-stdin\n" });
  await home.fugue("send", "work", "--paste", "pasted");
  await home.fugue("wait", "work", "--text", "pasted", "--timeout", "10s");
  // a line feed is sent as it is: only Enter is Enter
  expect(
    (await home.fugue("capture", "work")).split("\n").map((line) => line.trim()),
  ).toEqual(["READY", "Enter^C^[[A^[x^M^[[15~afrom-stdin", "pasted"]);
});

test("a large text on standard input arrives whole before send ends", async () => {
  await using home = new E2eHome();
  const size = 300_000;
  await home.fugue(
    "new", "work", "-d", "--", "sh", "-c", `stty raw -echo; echo READY; head -c ${size} | cksum; exec cat`,
  );
  await home.fugue("wait", "work", "--text", "READY", "--timeout", "10s");
  const text = "0123456789".repeat(size / 10);
  expect((await home.cli(["send", "work", "-"], { stdin: text })).status).toBe(0);
  const sum = (await home.run(["cksum"], { stdin: text })).stdout.trim();
  await home.fugue("wait", "work", "--text", sum, "--timeout", "10s");
});

test("capture prints the screen, history, styles, lines as they were written, and JSON", async () => {
  await using home = new E2eHome();
  const long = "x".repeat(100);
  const styles = "printf '\\033[1;31mred\\033[0m plain \\033[38;2;1;2;3;4:3mrgb\\033[0m\\n'";
  const script = `seq 1 100; ${styles}; echo ${long}; printf end`;
  await home.fugue("new", "work", "-d", "--size", "40x10", "--", "sh", "-c", `${script}; exec cat`);
  await home.fugue("wait", "work", "--text", "end", "--timeout", "10s");
  const screen = (await home.fugue("capture", "work")).split("\n");
  expect(screen).toEqual(
    ["96", "97", "98", "99", "100", "red plain rgb", "x".repeat(40), "x".repeat(40), "x".repeat(20), "end"],
  );
  expect((await home.fugue("capture", "work", "--join")).split("\n").slice(-3)).toEqual(["red plain rgb", long, "end"]);
  expect((await home.fugue("capture", "work", "--history", "3")).split("\n")[0]).toBe("93");
  expect((await home.fugue("capture", "work", "--history", "all")).split("\n")).toEqual(
    [...Array.from({ length: 100 }, (_, i) => String(i + 1)), ...screen.slice(5)],
  );
  const styled = await home.fugue("capture", "work", "--styled");
  expect(styled).toMatch(/\x1b\[(0;)?1;31mred\x1b\[0?m plain \x1b\[(0;)?4:3;38;2;1;2;3mrgb\x1b\[0?m/);
  const { panes, errors } = await home.json("capture", "work");
  expect(errors).toEqual([]);
  expect(panes[0]).toMatchObject(
    { server: "local", cols: 40, rows: 10, lines: screen, position: { x: 3, y: 9, visible: true } },
  );
});

test("wait: any, all, exit with the program's status, idle, and time that is up", async () => {
  // the panes stay, so that a wait that comes late hears of the end as well
  await using home = new E2eHome({ config: '[options]\nremain-on-exit = "on"\n' });
  await home.fugue("new", "work", "-d", "--", "sh", "-c", "read x; exit 7");
  const first = (await home.json("ls")).sessions[0].windows[0].panes[0].id;
  // by its number: its place is another one once the first has gone
  const pane = `%${(await home.json("split", "work", "--right", "--", "sh", "-c", "read x; kill -TERM $$")).panes[0].id}`;
  const exits = Promise.all([
    home.cli(["wait", "work/0.0", "--exit", "--timeout", "20s"]),
    home.cli(["wait", pane, "--exit", "--timeout", "20s"]),
    home.cli(["wait", "work/0.0", pane, "--exit", "--any", "--json", "--timeout", "20s"]),
    home.cli(["wait", "work/0.0", pane, "--exit", "--all", "--timeout", "20s"]),
  ]);
  await home.waitUntil(
    "the waits to be there", () => home.processes().filter(({ command }) => / wait /.test(command)).length === 4,
  );
  // nothing tells that the server knows of them; most do by now
  await Bun.sleep(300);
  await home.fugue("send", "work/0.0", "--enter", "");
  await home.fugue("send", pane, "--enter", "");
  const [seven, term, any, all] = await exits;
  expect(seven).toMatchObject({ status: 7, stdout: "7\n" });
  expect(term).toMatchObject({ status: 143, stdout: "143\n" });
  expect(JSON.parse(any!.stdout).panes[0]).toMatchObject({ id: first, exit: { code: 7, signal: null } });
  expect(all!.status).toBe(7);
});

test("wait --exit comes too late for a session, and tells how it ended all the same", async () => {
  await using home = new E2eHome();
  await home.fugue("new", "other", "-d");
  await home.fugue("new", "build", "-d", "--", "sh", "-c", "exit 7");
  await home.waitUntil("its end", async () => (await home.json("ls")).sessions.length === 1);
  expect(await home.cli(["wait", "build", "--exit"])).toMatchObject({ status: 7, stdout: "7\n" });
  expect(await home.cli(["wait", "build", "--idle", "1s"])).toMatchObject({ status: 3 });
  expect(await home.cli(["wait", "nosuch", "--exit"])).toMatchObject({ status: 3 });
});

test("wait --idle comes back once nothing was printed for that long", async () => {
  await using home = new E2eHome();
  await home.fugue(
    "new", "work", "-d", "--", "sh", "-c", "for i in 1 2 3 4 5; do echo $i; sleep 0.1; done; echo done; exec cat",
  );
  await home.fugue("wait", "work", "--idle", "300ms", "--timeout", "20s");
  expect(await home.fugue("capture", "work")).toContain("done");
});

test("an interrupted wait ends with 130", async () => {
  await using home = new E2eHome();
  await withShell(home);
  const proc = Bun.spawn(
    [executable(), "wait", "work", "--text", "never"], { env: home.env, stdout: "pipe", stderr: "pipe" },
  );
  await home.waitUntil(
    "the wait to be connected",
    async () =>
      (await home.json("status")).status[0] !== undefined && home.processes().some(({ pid }) => pid === proc.pid),
  );
  await Bun.sleep(50);
  proc.kill("SIGINT");
  expect(await proc.exited).toBe(130);
});

test("buffers are set, listed, shown, saved, appended, pasted and deleted", async () => {
  await using home = new E2eHome();
  await home.fugue("new", "work", "-d", "--", "sh", "-c", "stty raw -echo; echo READY; exec cat -v");
  await home.fugue("wait", "work", "--text", "READY", "--timeout", "10s");
  await home.fugue("buffer", "set", "first text");
  await home.fugue("buffer", "set", "-b", "named", "second\ntext");
  expect((await home.cli(["buffer", "set", "-b", "piped", "-"], { stdin: "third\n" })).status).toBe(0);
  const { buffers } = await home.json("buffer", "ls");
  expect(
    buffers.map(({ name, bytes }: { name: string; bytes: number }) => [name, bytes]),
  ).toEqual([["piped", 6], ["named", 11], ["buffer0", 10]]);
  expect(await home.fugue("buffer", "show", "named")).toBe("second\ntext");
  const file = `${home.home}/saved`;
  await home.fugue("buffer", "save", "-b", "named", file);
  await home.fugue("buffer", "save", "-b", "buffer0", "--append", file);
  expect(home.read("saved")).toBe("second\ntextfirst text");
  expect(await home.fugue("buffer", "save", "-b", "buffer0", "-")).toBe("first text");
  await home.fugue("buffer", "paste", "work", "-b", "named", "--delete");
  await home.fugue("wait", "work", "--text", "second\\^Mtext|text", "--timeout", "10s");
  expect((await home.json("buffer", "ls")).buffers).toHaveLength(2);
  await home.fugue("buffer", "delete", "piped");
  await home.fugue("buffer", "set", "--file", file);
  expect(await home.fugue("buffer", "show")).toBe("second\ntextfirst text");
});

test("a whole script: make, send, wait, capture, check, end", async () => {
  await using home = new E2eHome();
  const script = home.write("script.sh", `set -e
fugue() { ${executable()} "$@"; }
fugue new build -d --size 100x40
fugue wait build --text '\\$' --timeout 10s >/dev/null
cursor=$(fugue send build --enter 'seq 3 | while read n; do echo step $n; done; echo finished-$((7*6))')
fugue wait build --text '^finished-42' --since "$cursor" --timeout 10s
fugue capture build --history all | grep -c '^step'
fugue kill build
fugue ls
`);
  const { status, stdout, stderr } = await home.run(["sh", script]);
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "build\nfinished-42\n3\n", stderr: "" });
});
