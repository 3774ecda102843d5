import { describe, expect, test } from "bun:test";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { EXIT, FugueError } from "../../../src/base/errors.ts";
import { tempFolder } from "../../support/temp-folder.ts";
import { noServer, run, session } from "./fake-host.ts";

const MADE = { new: { sessions: [{ id: 4, name: "work", window: 1, pane: 1, created: true }] } };

describe("fugue without a command", () => {
  test("shows the last session, or a new one", async () => {
    expect((await run([], { tty: true })).attached).toEqual([{ create: true }]);
  });

  test("needs a terminal, and is not nested by accident", async () => {
    expect(await run([])).toMatchObject(
      { status: EXIT.usage, stderr: "fugue: there is no terminal to show the session on (see: fugue --help)\n" }
    );
    const nested = await run([], { tty: true, env: { FUGUE_PANE: "3" } });
    expect(nested).toMatchObject({ status: EXIT.refused, attached: [] });
    expect(nested.stderr).toContain("unset FUGUE_PANE");
    // in a pane of another server there is nothing against it
    const env = { FUGUE_PANE: "3", FUGUE_SOCKET: "/elsewhere/fugue.sock" };
    expect((await run([], { tty: true, env })).attached).toHaveLength(1);
  });
});

describe("new", () => {
  test("-d makes a session in the background and prints its name", async () => {
    const outcome = await run(["new", "work", "-d", "--tag", "a", "--", "make", "-j2"], { results: MADE });
    expect(outcome).toMatchObject({ status: 0, stdout: "work\n", stderr: "", attached: [] });
    expect(outcome.calls).toMatchObject([{ command: "new", start: true, server: "local" }]);
    expect(outcome.calls[0]!.args).toMatchObject(
      { name: "work", dir: "/work/here", tag: ["a"], command: ["make", "-j2"], detached: true }
    );
    expect(outcome.calls[0]!.args.size).toBeUndefined();
  });

  test("shows the session, which begins with the size that its window has in the terminal", async () => {
    const outcome = await run(["new", "work", "-c", "sub"], { results: MADE, tty: true });
    expect(outcome.attached).toEqual([{ target: "work" }]);
    expect(outcome.calls[0]!.args).toMatchObject({ dir: "/work/here/sub", size: { cols: 100, rows: 29 } });
    expect(outcome.stdout).toBe("");
  });

  test("does not send this machine's folder to another one", async () => {
    const outcome = await run(["-s", "far", "new", "-d"], { results: MADE, servers: ["far"] });
    expect(outcome.calls[0]!.args.dir).toBeUndefined();
  });

  test("--on several servers makes a session on each, and links those of the others to the first", async () => {
    const ls = { sessions: [{ windows: [{ panes: [{ id: 1 }] }] }] };
    const results = { ...MADE, ls, status: { status: [{ id: "b".repeat(32) }] } };
    const outcome = await run(["new", "work", "--on", "a", "--on", "b", "-d"], { results, servers: ["a", "b"] });
    expect(outcome).toMatchObject({ status: 0, stdout: "a:work\n" });
    expect(outcome.calls.filter(({ command }) => command === "new").map(({ server }) => server)).toEqual(["a", "b"]);
    expect(outcome.calls.find(({ command }) => command === "pane link")).toMatchObject({ server: "a", args: { target: "%1", pane: 1, name: "b" } });
  });

  test("--on several servers, one of which fails, leaves nothing behind, and says which", async () => {
    const made = (_args: object, server: string) => {
      if (server === "b") throw new FugueError("failed", "session 'work' exists already");
      return MADE.new;
    };
    const outcome = await run(["new", "work", "--on", "a", "--on", "b", "-d"], { results: { new: made }, servers: ["a", "b"] });
    expect(outcome).toMatchObject({ status: 1, stdout: "", stderr: "fugue: b: session 'work' exists already\n" });
    expect(outcome.calls.filter(({ command }) => command !== "new")).toMatchObject([{ command: "kill", server: "a", args: { target: "work" } }]);
  });

  test("in a pane, or without a terminal, wants -d", async () => {
    expect(await run(["new"], { results: MADE })).toMatchObject({ status: EXIT.usage, calls: [] });
    expect(
      await run(["new"], { results: MADE, tty: true, env: { FUGUE_PANE: "1" } })
    ).toMatchObject({ status: EXIT.refused, calls: [] });
    expect(await run(["new", "--json"], { results: MADE, tty: true })).toMatchObject({ status: EXIT.usage, calls: [] });
  });
});

describe("split --on", () => {
  const FAR = {
    ...MADE, ls: { sessions: [{ windows: [{ panes: [{ id: 1 }] }] }] }, status: { status: [{ id: "b".repeat(32) }] },
    "pane link": { panes: [{ id: 9, target: "build/0.1" }] },
  };

  test("starts there what was asked for, by the name that was given", async () => {
    const outcome = await run(["split", "build", "--on", "far", "-p", "claude", "-n", "help"], { results: FAR, servers: ["far"] });
    expect(outcome).toMatchObject({ status: 0, stderr: "" });
    expect(outcome.calls.find(({ command }) => command === "new")).toMatchObject({ server: "far", args: { preset: "claude" } });
    expect(outcome.calls.find(({ command }) => command === "pane rename")).toMatchObject({ server: "far", args: { target: "%1", name: "help" } });
    expect(outcome.calls.at(-1)).toMatchObject({ command: "pane link", server: "local", args: { target: "build", pane: 1 } });
  });

  test("leaves no program behind if there is no place for its pane", async () => {
    const noRoom = () => {
      throw new FugueError("failed", "no room for another pane here");
    };
    const outcome = await run(["split", "build", "--on", "far"], { results: { ...FAR, "pane link": noRoom }, servers: ["far"] });
    expect(outcome).toMatchObject({ status: 1, stderr: "fugue: no room for another pane here\n" });
    expect(outcome.calls.at(-1)).toMatchObject({ command: "kill", server: "far", args: { target: "%1" } });
  });
});

test("attach passes its target and options on", async () => {
  const outcome = await run(["attach", "far:work/2", "-rd"], { tty: true, servers: ["far"] });
  expect(outcome.attached).toEqual([{ target: "far:work/2", readOnly: true, detachOthers: true }]);
  expect(
    (await run(["attach", "-t", "work"], { tty: true })).attached
  ).toMatchObject([{ target: "work", readOnly: false }]);
  expect((await run(["attach"])).status).toBe(EXIT.usage);
});

describe("stop", () => {
  /** A server that answers until it is stopped. */
  function server() {
    let running = true;
    return {
      status: () => (running ? { status: [{ sessions: 3 }] } : noServer()),
      stop: () => {
        running = false;
        return { stopped: [{ sessions: 3 }] };
      },
    };
  }

  test("asks on a terminal, naming what ends", async () => {
    const outcome = await run(["stop"], { results: server(), tty: true, answer: "y", env: { FUGUE_HOME: "/nowhere" } });
    expect(outcome.stderr).toBe("This ends the server 'local': 3 sessions and every program in them. Go on? [y/N] ");
    expect(outcome.calls.map(({ command }) => command)).toEqual(["status", "stop"]);
    expect(outcome.status).toBe(0);
  });

  test.each(["", "n", "yep", undefined])("the answer %p stops nothing", async (answer) => {
    const outcome = await run(["stop"], { results: server(), tty: true, answer });
    expect(outcome.calls.map(({ command }) => command)).toEqual(["status"]);
    expect(outcome).toMatchObject({ status: 1, stdout: "" });
  });

  test("without a terminal --yes is needed", async () => {
    expect(await run(["stop"], { results: server() })).toMatchObject({
      status: EXIT.refused,
      stderr: "fugue: nobody can be asked here (give --yes to end everything without a question)\n",
    });
    const outcome = await run(["stop", "-y", "--json"], { results: server(), env: { FUGUE_HOME: "/nowhere" } });
    expect(JSON.parse(outcome.stdout)).toEqual({ version: 1, stopped: [{ server: "local", sessions: 3 }], errors: [] });
  });

  test("where nothing runs says so", async () => {
    expect((await run(["stop", "-y"], { results: { status: noServer } })).status).toBe(EXIT.noServer);
  });
});

describe("discover", () => {
  const discovered = [{ name: "gpu\u001b[31m", addresses: ["192.0.2.7", "fd00::7"], port: 9999 }];

  test("lists who answered, and says that nobody is trusted", async () => {
    const { stdout, stderr } = await run(["discover"], { discovered });
    expect(stdout).toBe("gpu\ufffd[31m  tls://192.0.2.7:9999\n");
    expect(stderr).toContain("none of them is trusted");
    expect(JSON.parse((await run(["discover", "--json"], { discovered })).stdout).found[0].addresses).toEqual(["tls://192.0.2.7:9999", "tls://[fd00::7]:9999"]);
  });

  test("says how servers make themselves heard if nobody answered", async () => {
    expect((await run(["discover"])).stderr).toContain("--advertise");
  });
});

describe("serve", () => {
  test("checks the addresses and passes them on", async () => {
    const outcome = await run(["serve", "-d", "--listen", "unix:///run/x", "--listen", "unix://~/y"]);
    expect(outcome.served).toEqual([{ detach: true, advertise: false, listen: ["unix:///run/x", "unix:///home/user/y"] }]);
    expect(outcome.stderr).toBe("ok the server is running\n");
    expect((await run(["serve", "--listen", "/run/x"])).stderr).toContain("write unix:///run/x");
  });
});

describe("config", () => {
  test("path follows the environment and --config", async () => {
    expect((await run(["config", "path"])).stdout).toBe("/home/user/.config/fugue/config.toml\n");
    expect((await run(["config", "path"], { env: { XDG_CONFIG_HOME: "/x" } })).stdout).toBe("/x/fugue/config.toml\n");
    expect((await run(["--config", "c.toml", "config", "path"])).stdout).toBe("/work/here/c.toml\n");
  });

  test("check lists mistakes on standard output and ends with 1", async () => {
    using folder = tempFolder();
    writeFileSync(
      join(folder.path, "c.toml"), "[options]\nmouze = true\n[keys]\nx = \"pane kil\"\ny = \"split-window -h\"\n",
    );
    const outcome = await run(["config", "check", "c.toml"], { cwd: folder.path });
    expect(outcome.status).toBe(1);
    expect(outcome.stdout.replaceAll(`${folder.path}/`, "").split("\n")).toEqual([
      "c.toml:2: options.mouze: unknown option (did you mean 'mouse'?)",
      "c.toml:4: keys.x: 'pane' has no command 'kil' (did you mean 'kill'?)", "",
    ]);
    const json = JSON.parse((await run(["config", "check", "c.toml", "--json"], { cwd: folder.path })).stdout);
    expect(
      json.problems.map(({ line, key }: { line: number; key: string }) => [line, key])
    ).toEqual([[2, "options.mouze"], [4, "keys.x"]]);
  });

  test("check says on standard error that all is well, and misses a file that was named", async () => {
    using folder = tempFolder();
    writeFileSync(join(folder.path, "c.toml"), "");
    expect(await run(["config", "check", "c.toml"], { cwd: folder.path })).toMatchObject({ status: 0, stdout: "" });
    expect((await run(["config", "check", "none.toml"], { cwd: folder.path })).status).toBe(1);
    expect((await run(["config", "check"], { env: { HOME: folder.path } })).status).toBe(0);
  });

  test("show prints what can be read back", async () => {
    using folder = tempFolder();
    writeFileSync(join(folder.path, "c.toml"), "[options]\nmouse = false\n");
    const outcome = await run(["--config", "c.toml", "config", "show"], { cwd: folder.path });
    expect(outcome.stdout).toContain("\nmouse = false\n");
    expect(Bun.TOML.parse(outcome.stdout)).toMatchObject({ options: { mouse: false } });
  });

  test("import-tmux prints the configuration, and on standard error what is left out", async () => {
    using folder = tempFolder();
    mkdirSync(join(folder.path, ".config"));
    writeFileSync(join(folder.path, ".tmux.conf"), [
      "set -g prefix C-a", "bind | split-window -h -c \"#{pane_current_path}\"", "bind r source-file ~/.tmux.conf",
      "bind y run-shell 'x'", "bind z send-keys -X cancel",
    ].join("\n"));
    const outcome = await run(["config", "import-tmux"], { env: { HOME: folder.path } });
    const toml = Bun.TOML.parse(outcome.stdout) as { options: object; keys: Record<string, string> };
    expect(toml.options).toEqual({ prefix: "C-a" });
    expect(toml.keys["|"]).toContain("split-window -h");
    expect(Object.keys(toml.keys)).not.toContain("y");
    expect(outcome.stderr).toContain("line 4: bind y run-shell 'x'");
    expect(outcome.stderr).toContain("line 5: bind z send-keys -X cancel: -X of tmux's send-keys has no counterpart");
    expect(outcome.stderr).not.toContain("split-window");
    const piped = await run(["config", "import-tmux", "-"], { stdin: "set -g mouse off\n" });
    expect(Bun.TOML.parse(piped.stdout)).toEqual({ options: { mouse: false } });
    expect((await run(["config", "import-tmux"], { env: { HOME: "/nowhere" } })).status).toBe(EXIT.failed);
  });
});

describe("keys", () => {
  test("are the default ones with the user's changes", async () => {
    using folder = tempFolder();
    writeFileSync(join(folder.path, "c.toml"), [
      "[options]", "prefix = \"C-a\"", "[keys]", "\"|\" = \"split --right\"", "d = false", "[keys.root]",
      "M-x = \"window new\"",
    ].join("\n"));
    const { stdout } = await run(["--config", "c.toml", "keys"], { cwd: folder.path });
    const lines = stdout.split("\n").map((line) => line.replace(/ {2,}/g, "  "));
    expect(lines).toContain("C-a n  Show the next window");
    expect(lines).toContain("C-a Up  repeats  Go to the pane above");
    expect(lines).toContain("C-a |  split --right");
    expect(lines).toContain("M-x  window new");
    expect(lines.some((line) => line.startsWith("C-a d "))).toBe(false);
  });
});

describe("buffer save", () => {
  const results = { "buffer show": { buffers: [{ name: "b", text: "secret\n" }] } };

  test("writes a private file, or adds to it", async () => {
    using folder = tempFolder();
    expect(
      await run(["buffer", "save", "out"], { results, cwd: folder.path })
    ).toMatchObject({ status: 0, stdout: "" });
    await run(["buffer", "save", "-a", "out"], { results, cwd: folder.path });
    const path = join(folder.path, "out");
    expect(readFileSync(path, "utf8")).toBe("secret\nsecret\n");
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect((await run(["buffer", "save", "no/such"], { results, cwd: folder.path })).status).toBe(EXIT.failed);
  });

  test("- is standard output", async () => {
    expect((await run(["buffer", "save", "-"], { results })).stdout).toBe("secret\n");
  });
});

describe("logs", () => {
  test("prints the lines of all processes", async () => {
    using folder = tempFolder();
    mkdirSync(join(folder.path, "logs"));
    writeFileSync(
      join(folder.path, "logs", "daemon.log"),
      "{\"time\":\"T\",\"level\":\"info\",\"scope\":\"a\",\"event\":\"hello\"}\n",
    );
    const env = { FUGUE_HOME: folder.path };
    expect((await run(["logs"], { env })).stdout).toBe("T info daemon/a hello\n");
    expect(
      JSON.parse((await run(["logs", "--json"], { env })).stdout).logs
    ).toMatchObject([{ from: "daemon", event: "hello", facts: {} }]);
    expect(await run(["logs"], { env: { FUGUE_HOME: "/nowhere" } })).toMatchObject(
      { status: 0, stdout: "", stderr: "there are no logs in /nowhere/logs\n" }
    );
  });
});

describe("doctor", () => {
  const env = { FUGUE_HOME: "/nowhere", LANG: "C.UTF-8", TERM: "xterm", PATH: "/nowhere" };
  const status = { status: [{
    release: "0.1.0", keeper: { pid: 1, startedAt: 0, restarts: 0, lastExit: null }, daemon: { pid: 2, startedAt: 5 },
  }] };

  test("finds that all is well", async () => {
    const outcome = await run(["doctor"], { env, tty: true, results: { status } });
    expect(outcome.stdout.split("\n").filter((line) => line !== "" && !line.startsWith("ok "))).toEqual([]);
    expect(outcome).toMatchObject({ status: 0, stderr: "ok all is well\n" });
  });

  test("a server that is not there is no fault; one that does not answer is", async () => {
    expect((await run(["doctor"], { env, tty: true, results: { status: noServer } })).status).toBe(0);
    const broken = () => {
      throw new FugueError("closed", "the connection was lost", "try again");
    };
    const outcome = await run(["doctor", "--json"], { env, results: { status: broken } });
    expect(outcome.status).toBe(1);
    const { checks } = JSON.parse(outcome.stdout) as {
      checks: { name: string; state: string; text: string; hint?: string }[],
    };
    expect(checks.find(({ name }) => name === "daemon")).toEqual(
      { name: "daemon", state: "fail", text: "the connection was lost", hint: "try again" }
    );
  });

  test("restarts and another release are worth a look", async () => {
    const odd = { status: [
      { ...status.status[0]!, release: "0.0.9", keeper: { pid: 1, startedAt: 0, restarts: 2, lastExit: "SIGKILL" } },
    ] };
    const { stdout, stderr } = await run(["doctor"], { env, tty: true, results: { status: odd } });
    expect(stdout).toContain("the server is 0.0.9, this is 0.1.0");
    expect(stdout).toContain("restarted 2 times (last: SIGKILL)");
    expect(stderr).toBe("! nothing is broken, 2 to look at\n");
  });
});

describe("completions", () => {
  test.each(["bash", "zsh", "fish"])("prints the script for %s", async (shell) => {
    const outcome = await run(["completions", shell]);
    expect(outcome.status).toBe(0);
    expect(outcome.stdout).toContain(`${shell} completion for fugue`);
  });

  test("live names come from a hidden command", async () => {
    const results = {
      ls: { sessions: [session("work"), session("a\tb")] },
      "buffer ls": { buffers: [{ name: "b0", sample: "x\u001b" }] },
      clients: { clients: [{ id: 3, name: "xterm", session: "work" }] },
    };
    const names = async (kind: string) => (await run(["__complete", kind], { results, servers: ["far"] })).stdout;
    expect(await names("session")).toBe("work\t1 windows\n");
    expect((await names("target")).split("\n").slice(0, 2)).toEqual(
      ["work\tsession, 1 windows", "work/0\twindow shell"]
    );
    expect(await names("buffer")).toBe("b0\tx\ufffd\n");
    expect(await names("client")).toBe("3\twork on xterm\n");
    expect(await names("server")).toBe("local\tserver\nfar\tserver\n");
    expect(await names("frob")).toBe("");
  });

  test("the hidden command is quiet when there is no server", async () => {
    const outcome = await run(["__complete", "session"], { results: { ls: noServer } });
    expect(outcome).toMatchObject({ status: 0, stdout: "", stderr: "" });
  });
});
