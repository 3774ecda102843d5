import { describe, expect, test } from "bun:test";
import { EXIT, FugueError } from "../../../src/base/errors.ts";
import type { Follow } from "../../../src/commands/context.ts";
import { noServer, run, session } from "./fake-host.ts";

const SESSIONS = { results: { ls: { sessions: [session("work")] } } };

describe("wrong command lines", () => {
  test.each<[argv: string[], status: number, message: string]>([
    [["wnidow", "new"], EXIT.usage, "there is no command 'wnidow' (did you mean 'window'?)"],
    [["window", "nwe"], EXIT.usage, "'window' has no command 'nwe' (did you mean 'new'?)"],
    [
      ["window"], EXIT.usage,
      "'window' needs a command (one of: new, select, next, previous, last, move, swap, rotate, rename, kill, find, ls, build)",
    ],
    [["--jsno", "ls"], EXIT.usage, "there is no option --jsno before a command (did you mean '--json'?)"],
    [["-d"], EXIT.usage, "there is no option -d before a command (see: fugue --help)"],
    [["ls", "--tre"], EXIT.usage, "'ls' has no option --tre (did you mean '--tree'?)"],
    [["ls", "a", "b"], EXIT.usage, "unexpected word 'b' (see: fugue ls --help)"],
    [["pane", "rename", "work", "x"], EXIT.usage, "unexpected word 'x' (what it is for is named with -t TARGET)"],
    [["sync", "work"], EXIT.usage, "on|off|toggle can't be 'work' (what it is for is named with -t TARGET)"],
    [["sync", "of"], EXIT.usage, "on|off|toggle can't be 'of' (did you mean 'off'?)"],
    [["kill"], EXIT.usage, "'kill' needs TARGET (see: fugue kill --help)"],
    [
      ["send", "work", "a", "b"], EXIT.usage,
      "more than one TEXT: 'b' (put quotes around the whole text, or give --keys for keys)",
    ],
    [["send", "work", "--keys", "Entr"], EXIT.usage, "\"Entr\" is not a key (did you mean Enter?)"],
    [["wait", "work"], EXIT.usage, "one of --text, --exit, --idle, --agent is needed"],
    [
      ["wait", "work", "--idle", "5"], EXIT.usage,
      "'5' is not a duration (write a number with a unit: 500ms, 10s, 5m, 8h, 2d)",
    ],
    [["new", "a.b"], EXIT.usage, "session name 'a.b' holds one of : / . % (use letters, digits, '_' and '-')"],
    [
      ["window", "new", "work", "vim"], EXIT.usage,
      "unexpected word 'vim' (put -- before the program: fugue window new -- vim)",
    ],
    [["attach", "work:2.1"], EXIT.usage, "'work:2.1' is not a target (did you mean 'work/2.1'?)"],
    [["-s"], EXIT.usage, "-s needs a value (see: fugue --help)"],
    [["--addr=unix:///x", "-s", "a", "ls"], EXIT.usage, "--addr and --server don't go together (give one of them)"],
    [["copy-mode"], EXIT.usage, "'copy-mode' works at a key or the prompt inside of fugue only (see: fugue keys)"],
    [["logs", "-f", "--json"], EXIT.usage, "--follow and --json don't go together"],
    [
      ["serve", "--listen", "ssh://x"], EXIT.usage,
      "a server can't listen on ssh://x (ssh reaches its own socket: nothing has to listen)",
    ],
    [["completions", "tcsh"], EXIT.usage, "SHELL can't be 'tcsh' (choose from: bash, zsh, fish)"],
    [["help", "window", "nwe"], EXIT.usage, "'window' has no command 'nwe' (did you mean 'new'?)"],
  ])("%j", async (argv, status, message) => {
    const outcome = await run(argv, SESSIONS);
    expect(outcome.stderr).toBe(`fugue: ${message}\n`);
    expect(outcome.status).toBe(status);
    expect(outcome.stdout.replace(/^\{.*\}\n$/, "")).toBe("");
    expect(outcome.calls.filter(({ command }) => command !== "ls")).toEqual([]);
  });

  test("an error is one line, and holds no control characters", async () => {
    const outcome = await run(["\u001b[31mx\ny"]);
    expect(outcome.stderr).toBe("fugue: there is no command '\ufffd[31mx\ufffdy' (see: fugue --help)\n");
  });
});

describe("command lines of tmux", () => {
  test.each([
    [["new-session", "-s", "work", "-d"], "'new-session' is a command of tmux (write: fugue new work -d)"],
    [["split-window", "-h"], "'split-window' is a command of tmux (write: fugue split --right)"],
    [
      ["send-keys", "-t", "work", "ls -l", "Enter"],
      "'send-keys' is a command of tmux (write: fugue send work --enter -- 'ls -l')",
    ],
    [["splitw", "-h"], "'splitw' is a command of tmux (write: fugue split --right)"],
    [["has", "-t", "work"], "'has' is a command of tmux (write: fugue ls work)"],
    [["kill-server"], "'kill-server' is a command of tmux (write: fugue stop)"],
    [["list-commands"], "'list-commands' is a command of tmux (write: fugue --help)"],
    [
      ["display-popup"],
      "'display-popup' is a command of tmux: fugue has no popups (start the program in a pane: split -- CMD)",
    ],
    [
      ["run-shell", "x"],
      "'run-shell' is a command of tmux: commands of fugue don't run shells (start a program in a pane: split -- CMD)",
    ],
    [
      ["send", "-t", "work", "ls", "Enter"],
      "more than one TEXT: 'Enter' (as tmux has it? then write: fugue send work --enter -- ls)",
    ],
    [["new", "-x", "80", "-y", "24"], "'new' has no option -x (as tmux has it? then write: fugue new --size 80x24)"],
  ])("%j is answered with ours", async (argv, message) => {
    const outcome = await run(argv);
    expect(outcome.stderr).toBe(`fugue: ${message}\n`);
    expect(outcome.status).toBe(EXIT.usage);
  });

  test("new -s work: -s names a server here", async () => {
    const outcome = await run(["new", "-s", "work"]);
    expect(outcome.stderr).toBe(
      "fugue: no server is named 'work' (-s names a server; did you mean 'fugue new work'?)\n"
    );
    expect(outcome.status).toBe(EXIT.noTarget);
  });
});

describe("which server", () => {
  const far = {
    servers: ["far", "other"],
    results: { ls: (_: unknown, server: string) => ({ sessions: [session(`on-${server}`)] }) },
  };

  test("what stands before the colon of a target", async () => {
    const outcome = await run(["kill", "far:work/2"], far);
    expect(outcome.calls).toEqual([{ command: "kill", args: { target: "work/2" }, start: false, server: "far" }]);
  });

  test("of a list of targets each server gets its own; two different targets must be of one server", async () => {
    const waits = await run(["wait", "far:a", "far:%2", "--exit"], far);
    expect(waits.calls[0]).toMatchObject({ server: "far", args: { target: ["a", "%2"] } });
    const mixed = await run(["pane", "swap", "far:%1", "--with", "%2"], far);
    expect([mixed.status, mixed.stderr]).toEqual(
      [EXIT.usage, "fugue: the targets are those of several servers ('pane swap' runs on one server at a time)\n"]
    );
  });

  test("--server, wherever it stands, and it may say the same as the target", async () => {
    for (const argv of [
      ["-s", "far", "capture", "a"], ["capture", "a", "--server=far"], ["capture", "far:a", "-sfar"],
    ]) {
      expect((await run(argv, far)).calls[0]).toMatchObject({ command: "capture", server: "far" });
    }
  });

  test("a flag that contradicts a target is a mistake", async () => {
    const outcome = await run(["-s", "other", "kill", "far:work"], far);
    expect([outcome.status, outcome.stderr]).toEqual(
      [EXIT.usage, "fugue: --server other contradicts the target 'far:' (name the server once)\n"]
    );
    expect((await run(["--addr", "unix:///x", "kill", "far:work"], far)).status).toBe(EXIT.usage);
  });

  test("an unknown one is answered with what there is, or with the window that was meant", async () => {
    expect((await run(["kill", "fra:work"], far)).stderr).toBe(
      "fugue: no server is named 'fra' (did you mean 'far'?)\n"
    );
    expect((await run(["-s", "nowhere", "ls"], far)).stderr).toBe(
      "fugue: no server is named 'nowhere' (servers: local, far, other)\n"
    );
    const meant = await run(["kill", "work:2"], SESSIONS);
    expect([meant.status, meant.stderr]).toEqual(
      [EXIT.noTarget, "fugue: no server is named 'work' (did you mean 'work/2'?)\n"]
    );
    expect((await run(["attach", "work:2"], { ...SESSIONS, tty: true })).stderr).toContain("did you mean 'work/2'?");
    const down = await run(["kill", "work:2"], { results: { ls: noServer } });
    expect(down.stderr).toBe("fugue: no server is named 'work' (servers: local)\n");
  });

  test("several are asked together, and what one can't say does not hide the others", async () => {
    const both = await run(["-s", "far", "-s", "local", "ls"], far);
    expect(both.stdout.split("\n").map((line) => line.split(/ +/).slice(0, 2))).toEqual(
      [["SERVER", "NAME"], ["far", "on-far"], ["local", "on-local"], [""]]
    );
    const half = {
      ...far,
      results: {
        ls: (_: unknown, server: string) => (server === "far" ? noServer() : { sessions: [session("here")] }),
      },
    };
    const partly = await run(["-s", "far", "-s", "local", "ls", "--json"], half);
    expect(partly.status).toBe(EXIT.failed);
    expect(JSON.parse(partly.stdout)).toMatchObject({
      sessions: [{ server: "local", name: "here" }],
      errors: [{ server: "far", code: "noServer", message: "no server is running", hint: "start one with: fugue new" }],
    });
    const none = await run(["-s", "far", "-s", "other", "ls"], { ...far, results: { ls: noServer } });
    expect([none.status, none.stderr.split("\n").length]).toEqual([EXIT.noServer, 3]);
  });

  test("a view of several begins with the one of the target", async () => {
    for (const flags of [["-a"], ["-s", "local", "-s", "far"]]) {
      expect((await run([...flags, "attach", "far:work"], far)).stderr).not.toContain("contradicts");
    }
    expect((await run(["-s", "local", "attach", "far:work"], far)).stderr).toContain("contradicts");
  });

  test("several are not asked to change something", async () => {
    const outcome = await run(["-s", "far", "-s", "local", "kill", "work"], far);
    expect([outcome.status, outcome.calls]).toEqual([EXIT.usage, []]);
  });

  test("--all-servers contradicts a target, and is not sent what changes something without a tag", async () => {
    const contradicted = await run(["-a", "kill", "far:work"], far);
    expect([contradicted.status, contradicted.calls, contradicted.stderr]).toEqual(
      [EXIT.usage, [], "fugue: --all-servers contradicts the target 'far:' (name the server once)\n"]
    );
    for (const argv of [["kill", "work"], ["split"], ["stop", "--yes"], ["new", "-d"]]) {
      expect(await run(["-a", ...argv], far)).toMatchObject({ status: EXIT.usage, calls: [] });
    }
    const send = await run(["send", "-a", "work", "x"], far);
    expect([send.status, send.calls]).toEqual([EXIT.usage, []]);
    expect(send.stderr).toContain("'send' with --all-servers needs --tag (such as: fugue send -a --tag worker)");
    expect((await run(["send", "work", "--tag", "t", "x"], far)).status).toBe(EXIT.usage);
    // with one server as well
    for (const argv of [["send", "-a", "work", "x"], ["-a", "kill", "work"], ["-a", "stop", "--yes"]]) expect((await run(argv)).status).toBe(EXIT.usage);
  });

  test("attach shows the session of its target, with others in the background", async () => {
    for (const flags of [["-a"], ["-s", "local", "-s", "far"]]) {
      const outcome = await run([...flags, "attach", "far:work"], { ...far, tty: true });
      expect([outcome.stderr, outcome.attached]).toMatchObject(["", [{ target: "far:work" }]]);
    }
    expect((await run(["-s", "other", "attach", "far:work"], { ...far, tty: true })).status).toBe(EXIT.usage);
  });

  test("what is ended must be named, not only its server", async () => {
    const outcome = await run(["kill", "far:"], far);
    expect(outcome).toMatchObject({ status: EXIT.usage, calls: [], stderr: "fugue: 'far:' names a server and nothing on it (write far:SESSION, or far:%PANE)\n" });
    expect((await run(["ls", "far:"], far)).calls).toMatchObject([{ server: "far" }]);
  });

  test("folders are not those of this machine", async () => {
    expect((await run(["split", "-c", "x"], far)).calls[0]!.args).toMatchObject({ dir: "/work/here/x" });
    expect((await run(["-s", "far", "split", "-c", "x"], far)).status).toBe(EXIT.usage);
    expect((await run(["-s", "far", "split", "-c", "/x"], far)).calls[0]!.args).toMatchObject({ dir: "/x" });
  });
});

describe("several servers at once", () => {
  /** A server `dead` that fails, others that answer with panes. */
  const setup = (...nothing: string[]) => {
    const panes = (args: { target?: string | string[] }, server: string) => {
      if (server === "dead") throw new FugueError("noServer", "no server is running");
      if (nothing.includes(server)) return { panes: [] };
      const targets = [args.target ?? "work/0.0"].flat();
      return { panes: targets.map((target, i) => ({ id: i + 1, target, line: `on-${server}`, cursor: "c1", lines: [`text of ${server}`] })) };
    };
    return { servers: ["far", "dead"], results: { send: panes, wait: panes, capture: panes } };
  };

  test("send by tag reaches every server, and says where it failed", async () => {
    const outcome = await run(["send", "-a", "--tag", "worker", "make", "--enter"], setup());
    expect(outcome.calls).toMatchObject(["local", "far", "dead"].map((server) => (
      { server, command: "send", args: { tag: "worker", text: ["make"], enter: true } }
    )));
    expect(outcome).toMatchObject({
      status: EXIT.noServer, stdout: "local  work/0.0  c1\nfar    work/0.0  c1\n", stderr: "fugue: dead: no server is running\n",
    });
    const json = JSON.parse((await run(["send", "-a", "--tag", "worker", "x", "--json"], setup())).stdout);
    expect(json).toMatchObject({ panes: [{ server: "local" }, { server: "far" }], errors: [{ server: "dead", code: "noServer" }] });
  });

  test("a server with two names is told once, and shown once, under its first name", async () => {
    const twins = { ...setup(), servers: ["far", "twin"], identities: { far: "1", twin: "1" } };
    const sent = await run(["send", "-a", "--tag", "worker", "x"], twins);
    expect(sent.calls.map(({ server }) => server)).toEqual(["local", "far"]);
    expect(sent).toMatchObject({ status: 0, stdout: "local  work/0.0  c1\nfar    work/0.0  c1\n", stderr: "fugue: twin: is the same server as far\n" });
    const listed = await run(["ls", "-a"], { ...twins, results: { ls: { sessions: [session("work")] } } });
    expect(listed.stdout.split("\n").map((line) => line.split(/ +/)[0])).toEqual(["SERVER", "local", "far", ""]);
    expect(listed).toMatchObject({ status: 0, stderr: "fugue: twin: is the same server as far\n" });
  });

  test("a server without the tag is no failure, none anywhere is", async () => {
    const some = await run(["-s", "local", "-s", "far", "send", "--tag", "t", "x"], setup("far"));
    expect(some).toMatchObject({ status: 0, stdout: "local  work/0.0  c1\n", stderr: "" });
    const none = await run(["-s", "local", "-s", "far", "send", "--tag", "t", "x"], setup("far", "local"));
    expect(none).toMatchObject({ status: EXIT.noTarget, stderr: "fugue: no session has the tag 't' (see the tags with: fugue ls -a)\n" });
    expect((await run(["send", "--tag", "t", "x"], setup("local"))).status).toBe(EXIT.noTarget);
  });

  test("wait asks each server for its own targets, and says which one it is about", async () => {
    const outcome = await run(["wait", "far:a", "b", "far:%2", "--text", "x"], setup());
    expect(outcome.calls.map(({ server, args }) => [server, args.target])).toEqual([["far", ["a", "%2"]], ["local", ["b"]]]);
    expect(outcome).toMatchObject({ status: 0, stdout: "far:a on-far\nfar:%2 on-far\nlocal:b on-local\n" });
  });

  test("wait: a server that fails is an error of its targets; with --any it is none of the others'", async () => {
    const all = await run(["wait", "far:a", "dead:b", "--text", "x"], setup());
    expect(all).toMatchObject({ status: EXIT.noServer, stdout: "far:a on-far\n", stderr: "fugue: dead: no server is running\n" });
    const any = await run(["wait", "dead:b", "far:a", "--any", "--text", "x"], setup());
    expect(any).toMatchObject({ status: 0, stdout: "far:a on-far\n" });
    const none = await run(["wait", "dead:b", "dead:c", "--any", "--text", "x"], setup());
    expect(none).toMatchObject({ status: EXIT.noServer, stdout: "" });
  });

  test("wait --any gives the others up once one has answered", async () => {
    const late = new Promise(() => {});
    const results = { wait: (_: unknown, server: string) => (server === "far" ? late : { panes: [{ id: 1, target: "a", line: "x" }] }) };
    const outcome = await run(["wait", "far:b", "local:a", "--any", "--text", "x"], { servers: ["far"], results });
    expect(outcome).toMatchObject({ status: 0, stdout: "local:a x\n", stderr: "" });
  });

  test("capture is run for each target, with a line that names it", async () => {
    const outcome = await run(["capture", "far:x", "y", "--history", "3"], setup());
    expect(outcome.calls.map(({ server, args }) => [server, args.target, args.history])).toEqual([["far", "x", "3"], ["local", "y", "3"]]);
    expect(outcome.stdout).toBe("== far:x\ntext of far\n== local:y\ntext of local\n");
    expect((await run(["capture", "far:x"], setup())).stdout).toBe("text of far\n");
    const all = await run(["capture", "-a", "x"], setup());
    expect(all).toMatchObject({ status: 0, stdout: "== local:x\ntext of local\n== far:x\ntext of far\n", stderr: "fugue: dead:x: no server is running\n" });
    const json = JSON.parse((await run(["capture", "far:x", "dead:y", "--json"], setup())).stdout);
    expect(json).toMatchObject({ panes: [{ server: "far", lines: ["text of far"] }], errors: [{ server: "dead", target: "dead:y" }] });
  });

  test("events are lines of JSON with their server, connections among them; kinds choose", async () => {
    const events = (request: Follow) => {
      request.connection("far", "connected", undefined);
      request.told("far", { notices: [{ time: 5, kind: "session", event: "renamed", session: { id: 1, name: "a\u001b" }, before: "b" }], dropped: 3 });
      request.connection("far", "lost", new FugueError("timeout", "nothing is heard"));
    };
    const outcome = await run(["-a", "events"], { ...setup(), events });
    expect(outcome.followed).toMatchObject([{ servers: ["local", "far", "dead"], kinds: [] }]);
    const lines = outcome.stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
    expect(lines.map(({ version, server, kind, event }) => [version, server, kind, event])).toEqual([
      [1, "far", "connection", "connected"], [1, "far", "session", "renamed"], [1, "far", "dropped", "dropped"], [1, "far", "connection", "lost"],
    ]);
    expect(lines[1]).toEqual({ version: 1, server: "far", time: 5, kind: "session", event: "renamed", session: { id: 1, name: "a\u001b" }, before: "b" });
    expect(lines[2].count).toBe(3);
    expect(lines[3].error).toEqual({ code: "timeout", message: "nothing is heard", hint: null });
    expect(outcome.stdout).not.toContain("\u001b");
    const some = await run(["events", "far:work/2", "--kind", "pane"], { ...setup(), events });
    expect(some.followed).toMatchObject([{ servers: ["far"], target: "work/2", kinds: ["pane"] }]);
    expect(some.stdout).not.toContain("connection");
    expect((await run(["events", "--kind", "bells"], setup())).status).toBe(EXIT.usage);
  });

  test("ls --cached asks nobody", async () => {
    const known = { servers: ["far"], lastKnown: { far: [session("old")] } };
    const outcome = await run(["ls", "-a", "--cached"], known);
    expect(outcome.calls).toEqual([]);
    expect(outcome.stdout.split("\n")[1]).toMatch(/^far +old /);
    expect(outcome).toMatchObject({ status: 0, stderr: "fugue: local: nothing was seen of it yet\n" });
    expect(JSON.parse((await run(["ls", "far:old", "--cached", "--json"], known)).stdout).sessions).toMatchObject([{ server: "far", name: "old" }]);
  });

  test("lists say of which server each row is, also if only one has answered", async () => {
    const results = {
      "pane ls": (_: unknown, server: string) => (server === "dead" ? noServer() : { panes: [{ id: 1, target: "work/0.0", program: "sh", cwd: "/", title: "" }] }),
    };
    const outcome = await run(["-a", "pane", "ls"], { servers: ["dead"], results });
    expect(outcome).toMatchObject({ status: 0, stdout: "local  work/0.0  %1  sh  /\n" });
  });

  test("new SERVER:NAME makes it there; paths of another machine must be whole", async () => {
    const results = { new: { sessions: [{ id: 1, name: "work", window: 1, pane: 1, created: true }] } };
    const far = { servers: ["far"], results };
    expect((await run(["new", "far:work", "-d"], far)).calls).toMatchObject([{ server: "far", args: { name: "work" } }]);
    expect((await run(["new", "fra:work", "-d"], far)).stderr).toBe("fugue: no server is named 'fra' (did you mean 'far'?)\n");
    expect((await run(["new", "far:work", "-s", "local", "-d"], far)).status).toBe(EXIT.usage);
    expect((await run(["new", "far:work", "-d", "-c", "x"], far)).status).toBe(EXIT.usage);
    expect((await run(["new", "far:work"], { ...far, tty: true })).attached).toMatchObject([{ target: "far:work" }]);
  });

  test("state purge is for the server of its target", async () => {
    const outcome = await run(["state", "purge", "far:work"], { servers: ["far"], results: { "state purge": { purged: [{ panes: 1 }] } } });
    expect(outcome.calls).toMatchObject([{ command: "state purge", server: "far", args: { target: "work" } }]);
  });
});

describe("global options", () => {
  test("values of a command's own options and the program are left alone", async () => {
    const outcome = await run(["window", "new", "-n", "--json", "--", "ls", "-s", "--help"]);
    expect(outcome.calls[0]!.args).toMatchObject({ name: "--json", command: ["ls", "-s", "--help"] });
    expect(outcome.selections[0]!.servers).toEqual([]);
  });

  test("the configuration and the address come with the environment", async () => {
    const outcome = await run(["--config", "c.toml", "--addr", "unix:///x", "ls"], { ...SESSIONS, cwd: "/a" });
    expect(outcome.selections[0]).toMatchObject(
      { addr: "unix:///x", env: { FUGUE_CONFIG: "/a/c.toml", FUGUE_ADDR: "unix:///x" } }
    );
  });

  test("-V and --version print the release, whatever else is there", async () => {
    for (const argv of [["-V"], ["--version"], ["ls", "-V"], ["version"]]) {
      expect(await run(argv)).toMatchObject({ status: 0, stdout: "fugue 0.1.0\n", stderr: "" });
    }
  });
});

describe("results of a server", () => {
  test("are text on standard output", async () => {
    const outcome = await run(["ls"], SESSIONS);
    expect(outcome).toMatchObject({ status: 0, stderr: "" });
    expect(outcome.stdout).toMatch(/^NAME  WINDOWS  ATTACHED  AGE +TAGS\nwork  1        0         \w+\n$/);
  });

  test("an error of the server is one line with its hint and its exit status", async () => {
    const refuse = () => {
      throw new FugueError("noTarget", "no session 'wrk'", "did you mean 'work'?");
    };
    const outcome = await run(["kill", "wrk"], { results: { kill: refuse } });
    expect(outcome).toMatchObject(
      { status: EXIT.noTarget, stdout: "", stderr: "fugue: no session 'wrk' (did you mean 'work'?)\n" }
    );
  });

  test("wait --exit ends with the program's status", async () => {
    const result = { panes: [{ id: 1, exit: { code: 42, signal: null } }] };
    expect(
      await run(["wait", "work", "--exit"], { results: { wait: result } })
    ).toMatchObject({ status: 42, stdout: "42\n" });
  });

  test("wait that takes too long ends with 124", async () => {
    const late = () => {
      throw new FugueError("timeout", "timed out");
    };
    expect(
      await run(["wait", "work", "--exit"], { results: { wait: late } })
    ).toMatchObject({ status: 124, stderr: "fugue: timed out\n" });
  });

  test("send prints the cursor that wait takes", async () => {
    const outcome = await run(
      ["send", "work", "ls", "--enter"], { results: { send: { panes: [{ id: 1, cursor: "c7" }] } } },
    );
    expect(outcome).toMatchObject({ status: 0, stdout: "c7\n" });
  });

  test("send - reads standard input", async () => {
    expect(
      (await run(["send", "work", "-"], { stdin: "two\nlines" })).calls[0]!.args
    ).toMatchObject({ text: ["two\nlines"] });
  });

  test("a buffer goes to a file exactly as it is, and to a terminal without its control characters", async () => {
    const results = { "buffer show": { buffers: [{ name: "b", text: "a\u001b[2Jb" }] } };
    expect((await run(["buffer", "show"], { results })).stdout).toBe("a\u001b[2Jb");
    expect((await run(["buffer", "show"], { results, tty: true })).stdout).toBe("a\ufffd[2Jb\n");
  });

  test("whatever a command renders, a terminal gets colours at most", async () => {
    const results = { capture: { panes: [{ lines: ["\u001b[31mred\u001b[m \u001b]0;x\u0007"] }] } };
    expect(
      (await run(["capture", "--styled"], { results, tty: true })).stdout
    ).toBe("\u001b[31mred\u001b[m \ufffd]0;x\ufffd\n");
  });

  test("no command but new starts a daemon", async () => {
    for (const argv of [["ls"], ["split"], ["capture"], ["stop", "--yes"], ["status"]]) {
      const outcome = await run(
        argv, { results: { ls: noServer, split: noServer, capture: noServer, status: noServer } },
      );
      expect(outcome.status, argv.join(" ")).toBe(EXIT.noServer);
      expect(outcome.calls.every(({ start }) => !start)).toBe(true);
    }
  });
});
