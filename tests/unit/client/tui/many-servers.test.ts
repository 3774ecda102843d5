/** One view over several daemons: links, dimming, switching, and a server that goes away. */
import { describe, expect, test } from "bun:test";
import { seededRandom } from "../../../../src/base/random.ts";
import { Servers } from "../../../../src/client/tui/servers.ts";
import { Tui, type TuiEnd } from "../../../../src/client/tui/tui.ts";
import type { OuterTerminal } from "../../../../src/client/tty/terminal.ts";
import { defaultConfig } from "../../../../src/config/config.ts";
import type { Duplex } from "../../../../src/transport/duplex.ts";
import { screenText } from "../../../support/cells.ts";
import { DaemonRig } from "../../../support/daemon-rig.ts";
import { FakeDaemon } from "../../../support/fake-daemon.ts";
import { FakeTerminal } from "../../../support/tui-rig.ts";
import { settle, VirtualClock } from "../../../support/virtual-clock.ts";

const HELLO = { client: 6000, kind: "tui", name: "test", pid: 1, release: "0" } as const;
const NAMES = ["alpha", "beta"] as const;

/** A TUI over two daemons, each with the session `work`. Both have clocks of their own, moved together. */
class Many implements AsyncDisposable {
  readonly terminal: FakeTerminal;
  readonly tui: Tui;
  readonly down = new Set<string>();
  readonly duplexes = new Map<string, Duplex>();
  ended: TuiEnd | undefined;

  private constructor(readonly rigs: Record<string, DaemonRig>, cols: number, rows: number) {
    this.terminal = new FakeTerminal(cols, rows);
    const doors = NAMES.map((name) => ({
      name, dial: async () => {
        if (this.down.has(name)) throw new Error(`${name} is down`);
        const duplex = rigs[name]!.dial();
        this.duplexes.set(name, duplex);
        return { duplex };
      },
    }));
    const servers = new Servers(doors, HELLO, rigs.alpha!.clock, seededRandom(1));
    this.tui = new Tui(this.terminal as unknown as OuterTerminal, servers, rigs.alpha!.clock, defaultConfig(), { TERM: "xterm-256color" }, { target: "work" });
  }

  static async start(cols = 60, rows = 12): Promise<Many> {
    const rigs: Record<string, DaemonRig> = {};
    for (const name of NAMES) {
      rigs[name] = await DaemonRig.start({}, name === "alpha" ? "a".repeat(32) : "b".repeat(32));
      const client = await rigs[name].client("cli");
      await client.command("new", { name: "work", detached: true, size: { cols: 60, rows: 11 } });
    }
    const many = new Many(rigs, cols, rows);
    const opening = many.tui.open();
    await many.pass(10);
    await opening;
    void many.tui.run().then((end) => (many.ended = end));
    many.tui.servers.startOthers();
    await many.pass(100);
    return many;
  }

  /** Time passes for all; commands that are loaded lazily get the real time that they need. */
  async pass(ms: number): Promise<void> {
    for (const step of [0, ms, 0]) {
      for (const rig of Object.values(this.rigs)) await rig.pass(step);
      await Bun.sleep(1);
    }
  }

  get screen(): string {
    return screenText(this.terminal.emulator).join("\n");
  }

  async until(what: string, test: () => boolean): Promise<void> {
    for (let n = 0; n < 100 && !test(); n++) await this.pass(50);
    if (!test()) throw new Error(`never: ${what}\n${this.screen}`);
  }

  type(text: string): void {
    this.terminal.handlers!.data(new TextEncoder().encode(text));
  }

  /** Runs a command line as at the prompt. */
  async run(line: string): Promise<void> {
    let done = false;
    void this.tui.actions.runLine(line).then(() => (done = true));
    await this.until(line, () => done);
  }

  /** What the programs of a daemon's pane were typed. */
  typed(name: string, pane = 1): string {
    return this.rigs[name]!.keeper.pane(pane).written;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.ended) this.tui.finish({ status: 0 });
    for (const rig of Object.values(this.rigs)) await rig[Symbol.asyncDispose]();
  }
}

async function linked(cols?: number, rows?: number): Promise<Many> {
  const many = await Many.start(cols, rows);
  await many.run("link beta:work --right");
  await many.until("the link is there", () => many.tui.view?.leaves.length === 2);
  return many;
}

describe("a link", () => {
  test("shows the other server's pane, takes what is typed, and is removed without ending it", async () => {
    await using many = await linked();
    many.rigs.beta!.keeper.print(1, "from beta");
    await many.until("its screen", () => many.screen.includes("from beta"));
    many.type("to beta");
    await many.pass(100);
    expect([many.typed("beta"), many.typed("alpha")]).toEqual(["to beta", ""]);
    await many.run("pane kill");
    await many.until("the link is gone", () => many.tui.view?.leaves.length === 1);
    expect(many.rigs.beta!.keeper.panes.size).toBe(1);
    expect(many.rigs.beta!.daemon.model.panes.size).toBe(1);
  });

  test("shows the last screen while its server is away, keeps what is typed, and delivers it once", async () => {
    await using many = await linked();
    many.rigs.beta!.keeper.print(1, "from beta");
    await many.until("its screen", () => many.screen.includes("from beta"));
    many.down.add("beta");
    many.duplexes.get("beta")!.close(true);
    await many.pass(3000);
    expect(many.screen).toContain("from beta");
    const leaf = many.tui.view!.panes.find(({ link }) => link)!.id;
    expect(many.tui.routes.routeOf(leaf)?.link.state).toBe("reconnecting");
    many.type("while away");
    await many.pass(500);
    many.down.delete("beta");
    await many.until("it is back", () => many.typed("beta") !== "");
    await many.pass(2000);
    expect(many.typed("beta")).toBe("while away");
    many.rigs.beta!.keeper.print(1, "\r\nstill beta");
    await many.until("it revives", () => many.screen.includes("still beta"));
  });

  test("of a pane that ends says so, and survives its own daemon's journal", async () => {
    await using many = await linked();
    many.rigs.beta!.keeper.end(1);
    await many.until("a placeholder", () => many.screen.includes("this pane has ended"));
    const state = JSON.parse(JSON.stringify(many.rigs.alpha!.daemon.model.export()));
    expect(state.panes.filter((pane: { link?: object }) => pane.link)).toMatchObject([{ link: { server: "b".repeat(32), pane: 1, name: "beta" } }]);
  });

  test("is no target of commands that want a program", async () => {
    await using many = await linked();
    const link = many.tui.view!.panes.find((pane) => pane.link)!.id;
    const client = await many.rigs.alpha!.client("cli");
    for (const [name, args] of [["send", { text: ["x"] }], ["pane respawn", { kill: true }], ["pane rename", { name: "x" }]] as const) {
      expect((await client.command(name, { target: `%${link}`, ...args })).error).toMatchObject({ hint: "name the pane itself: beta:%1" });
    }
    expect([...many.rigs.alpha!.daemon.panes.keys()]).toEqual([1]);
  });
});

describe("the size of a linked pane", () => {
  const sizeOf = (many: Many) => {
    const { cols, rows } = many.rigs.beta!.keeper.pane(1);
    return `${cols}x${rows}`;
  };
  const linksOf = (many: Many) => many.tui.view!.leaves.filter(({ pane }) => many.tui.routes.targetOf(pane));
  const linkSize = (many: Many) => {
    const { cols, rows } = linksOf(many)[0]!;
    return `${cols}x${rows}`;
  };

  test("is its own until it is claimed, follows the link then, and is its own again when that is given up", async () => {
    await using many = await linked();
    const own = sizeOf(many);
    expect(own).not.toBe(linkSize(many));
    await many.run("pane resize --left 4");
    expect(many.screen).toContain("the link is resized, beta:%1 is not");
    expect(sizeOf(many)).toBe(own);
    many.type("\x02J");
    await many.until("the link's size", () => sizeOf(many) === linkSize(many));
    await many.run("pane resize --left 5");
    await many.until("it follows", () => sizeOf(many) === linkSize(many));
    await many.run("pane claim off");
    await many.until("its own size", () => sizeOf(many) === own);
  });

  test("is kept in a window out of sight, and given up with the link", async () => {
    await using many = await linked();
    const own = sizeOf(many);
    const link = many.tui.focus.pane;
    await many.run("pane claim on");
    await many.until("the link's size", () => sizeOf(many) === linkSize(many));
    const claimed = sizeOf(many);
    await many.run("window new");
    await many.pass(200);
    expect(sizeOf(many)).toBe(claimed);
    await many.run(`pane kill %${link}`);
    await many.run("window select /0");
    await many.until("its own size", () => sizeOf(many) === own);
  });

  test("is given up with the connection, and claimed again after it", async () => {
    await using many = await linked();
    const own = sizeOf(many);
    await many.run("pane claim on");
    await many.until("the link's size", () => sizeOf(many) === linkSize(many));
    many.down.add("beta");
    many.duplexes.get("beta")!.close(true);
    await many.until("its own size", () => sizeOf(many) === own);
    many.down.delete("beta");
    await many.until("the link's again", () => sizeOf(many) === linkSize(many));
  });

  test("is, of several links to it, that of the one which was claimed last", async () => {
    await using many = await linked();
    await many.run("link beta:work --right");
    await many.run("pane resize --left 5");
    await many.until("two widths", () => new Set(linksOf(many).map(({ cols }) => cols)).size === 2);
    const links = linksOf(many);
    for (const { pane, cols, rows } of [...links, links[0]!]) {
      await many.run(`pane select %${pane}`);
      await many.run("pane claim on");
      await many.until("the size of this link", () => sizeOf(many) === `${cols}x${rows}`);
    }
  });

  test("cannot be claimed of a server that is not open here", async () => {
    await using many = await linked();
    many.tui.servers.remove("beta");
    await many.until("a placeholder", () => many.screen.includes("not connected to this server"));
    await many.run("pane claim on");
    expect(many.screen).toContain("not connected to the server of beta:%1");
  });

  test("cannot be claimed of a pane that is no link", async () => {
    await using many = await Many.start();
    await many.run("pane claim");
    expect(many.screen).toContain("this is no link");
  });
});

describe("two links to one pane", () => {
  test("both show it, whichever came later, also in another window", async () => {
    await using many = await linked();
    many.rigs.beta!.keeper.print(1, "from beta");
    await many.until("its screen", () => many.screen.includes("from beta"));
    await many.run("link beta:work --down");
    await many.until("shown twice", () => many.screen.split("from beta").length === 3);
    many.rigs.beta!.keeper.print(1, "\r\nmore");
    await many.until("both follow", () => many.screen.split("more").length === 3);
    await many.run("window new");
    await many.run("link beta:work --right");
    await many.until("shown in the new window", () => many.tui.view!.windows.length === 2 && many.screen.includes("from beta"));
  });
});

describe("synchronised input", () => {
  test("reaches all links, wherever the window's own pane lies between them", async () => {
    await using many = await linked();
    await many.run("link beta:work --right");
    await many.run("sync on");
    await many.run("sync-links on");
    many.type("x");
    await many.pass(100);
    // both links lead to the same pane: it gets what is typed once
    expect([many.typed("alpha"), many.typed("beta")]).toEqual(["x", "x"]);
  });

  test("reaches other servers only if this client's user said so", async () => {
    await using many = await linked();
    await many.run("sync on");
    await many.pass(100);
    many.type("a");
    await many.pass(100);
    expect([many.typed("alpha"), many.typed("beta")]).toEqual(["", "a"]);
    await many.run("sync-links on");
    many.type("b");
    await many.pass(100);
    expect([many.typed("alpha"), many.typed("beta")]).toEqual(["b", "ab"]);
  });
});

describe("another server", () => {
  test("comes to the front with its session, and equal names never mix", async () => {
    await using many = await Many.start();
    many.type("one");
    await many.pass(100);
    const showing = many.tui.front.show("beta", "work");
    await many.pass(100);
    await showing;
    many.type("two");
    await many.pass(100);
    expect([many.typed("alpha"), many.typed("beta")]).toEqual(["one", "two"]);
    const attached = Object.values(many.rigs).map(({ daemon }) => [...daemon.clients].filter((client) => client.attached).length);
    expect(attached).toEqual([0, 1]);
  });

  test("never shows what another server's pane of the same number showed, nor its copy mode", async () => {
    await using many = await Many.start();
    many.rigs.alpha!.keeper.print(1, "text of alpha");
    await many.until("alpha's screen", () => many.screen.includes("text of alpha"));
    await many.run("copy-mode");
    await many.until("copy mode", () => many.tui.copyModes.active(1));
    const showing = many.tui.front.show("beta", "work");
    await many.until("beta's view", () => many.tui.view !== undefined && many.tui.link.name === "beta");
    expect(many.tui.copyModes.active(1)).toBeFalse();
    expect(many.screen).not.toContain("text of alpha");
    await many.pass(100);
    await showing;
    many.type("q");
    await many.pass(100);
    expect(many.typed("beta")).toBe("q");
  });

  test("brings what was copied along, unless something newer was copied there", async () => {
    await using many = await Many.start();
    many.rigs.alpha!.keeper.print(1, "secret\r");
    await many.until("alpha's screen", () => many.screen.includes("secret"));
    await many.run("copy-mode");
    await many.until("copy mode", () => many.tui.copyModes.active(1));
    many.type("\x00\x05\x1bw");
    await many.until("it is copied", () => !many.tui.copyModes.active(1) && many.screen.includes("copied"));
    const showing = many.tui.front.show("beta", "work");
    await many.pass(100);
    await showing;
    await many.run("paste");
    await many.until("it arrives", () => many.typed("beta") === "secret");
    await many.pass(1000);
    const client = await many.rigs.beta!.client("cli");
    await client.command("buffer set", { text: "newer" });
    await many.run("paste");
    await many.until("the newer one", () => many.typed("beta") === "secretnewer");
    expect(many.typed("alpha")).toBe("");
  });

  test("learns the colours of the terminal", async () => {
    await using many = await Many.start();
    many.type("\x1b]11;rgb:1212/3434/5656\x1b\\");
    const showing = many.tui.front.show("beta", "work");
    await many.pass(100);
    await showing;
    await many.pass(100);
    many.rigs.beta!.keeper.print(1, "\x1b]11;?\x1b\\");
    await many.until("an answer", () => many.typed("beta").includes("1212/3434/5656"));
  });

  test("or the same one: a session that comes to the front has all of its picture", async () => {
    await using many = await Many.start();
    const client = await many.rigs.alpha!.client("cli");
    await client.command("new", { name: "second", detached: true, size: { cols: 60, rows: 11 } });
    many.rigs.alpha!.keeper.print(2, "text of the second");
    await many.pass(100);
    const showing = many.tui.front.show("alpha", "second");
    await many.pass(100);
    await showing;
    await many.until("all of it", () => many.screen.includes("text of the second"));
  });

  test("that refuses leaves the pictures of the one before going on", async () => {
    await using many = await Many.start();
    many.rigs.alpha!.keeper.print(1, "one");
    await many.until("its screen", () => many.screen.includes("one"));
    const showing = many.tui.front.show("beta", "nowhere").catch((error: Error) => error.message);
    many.rigs.alpha!.keeper.print(1, " two");
    await many.pass(100);
    expect(await showing).toContain("nowhere");
    many.rigs.alpha!.keeper.print(1, " three");
    await many.until("nothing is missing", () => many.screen.includes("one two three"));
  });

  test("that has no such session leaves everything as it was", async () => {
    await using many = await Many.start();
    const showing = many.tui.front.show("beta", "nowhere").catch((error: Error) => error.message);
    await many.pass(100);
    expect(await showing).toContain("nowhere");
    many.type("still alpha");
    await many.pass(100);
    expect(many.typed("alpha")).toBe("still alpha");
  });
});

test("each link is a client of its own, also one that was removed and added again", async () => {
  const clients: number[] = [];
  const daemon = new FakeDaemon();
  const clock = new VirtualClock();
  daemon.handle = (end, message) => {
    if (message.name === "clientHello") clients.push(message.body.client);
    FakeDaemon.prototype.handle.call(daemon, end, message);
  };
  const door = (name: string) => ({ name, dial: async () => ({ duplex: await daemon.dial() }) });
  const servers = new Servers([door("one"), door("twin")], HELLO, clock, seededRandom(1));
  for (const link of servers.all()) link.start();
  await settle();
  servers.remove("twin");
  servers.add(door("twin")).start();
  await settle();
  expect(clients.length).toBe(3);
  expect(new Set(clients).size).toBe(3);
  expect(clients[0]).toBe(HELLO.client);
  servers.end();
  await settle();
  expect(clock.timers).toBe(0);
});

test("few servers are dialled at a time, and one that hangs holds the others up only for a moment", async () => {
  const daemon = new FakeDaemon();
  const clock = new VirtualClock();
  const dialled: string[] = [];
  const door = (name: string, hangs: boolean) => ({
    name, dial: async () => {
      dialled.push(name);
      return { duplex: await (hangs ? new Promise<never>(() => {}) : daemon.dial()) };
    },
  });
  const doors = [door("front", false), door("dead", true), door("deaf", true), door("quick", false), door("swift", false)];
  const servers = new Servers(doors, HELLO, clock, seededRandom(1), 1);
  servers.startOthers();
  await settle();
  expect(dialled).toEqual(["dead"]);
  await clock.advanceAsync(250);
  expect(dialled).toEqual(["dead", "deaf"]);
  await clock.advanceAsync(250);
  await settle();
  expect(dialled).toEqual(["dead", "deaf", "quick", "swift"]);
  servers.end();
  await settle();
  expect(clock.timers).toBe(0);
});

test("what the hearts of several servers tell in one moment is shown once, and asks no server for anything", async () => {
  await using many = await Many.start();
  const { tui } = many;
  let [shown, asked] = [0, 0];
  const { actions, screen } = tui;
  const [serversChanged, changed] = [actions.serversChanged.bind(actions), screen.changed.bind(screen)];
  actions.serversChanged = (link) => {
    if (link) asked++;
    serversChanged(link);
  };
  screen.changed = () => {
    shown++;
    changed();
  };
  for (let n = 0; n < 50; n++) tui.lifeChanged();
  await many.pass(10);
  expect({ shown, asked }).toEqual({ shown: 1, asked: 0 });
});

describe("a target with a server", () => {
  test("at the prompt goes to that server, and never to the pane of the same number here", async () => {
    await using many = await Many.start();
    await many.run("kill beta:%1");
    await many.until("beta's pane is gone", () => many.rigs.beta!.daemon.model.panes.size === 0);
    expect(many.rigs.alpha!.daemon.model.panes.size).toBe(1);
    await many.run("kill gamma:%1");
    expect(many.screen).toContain("no server 'gamma' is open here");
    await many.run("pane swap alpha:%1 --with beta:%1");
    expect(many.screen).toContain("the targets are those of several servers");
    expect(many.rigs.alpha!.daemon.model.panes.size).toBe(1);
  });

  test("that is selected brings its server to the front", async () => {
    await using many = await Many.start();
    await many.run("session select beta:work");
    await many.until("beta", () => many.tui.link.name === "beta" && many.tui.view !== undefined);
    await many.run("rename alpha:work home");
    expect([...many.rigs.alpha!.daemon.model.sessions.values()].map(({ name }) => name)).toEqual(["home"]);
    expect([...many.rigs.beta!.daemon.model.sessions.values()].map(({ name }) => name)).toEqual(["work"]);
  });
});

describe("the tree", () => {
  async function tree(many: Many): Promise<void> {
    await many.run("tree");
    await many.until("both servers", () => many.screen.includes("beta") && many.screen.split("work").length > 2);
  }

  test("shows a far pane live, and leaves it alone once it is closed", async () => {
    await using many = await Many.start(80, 26);
    await tree(many);
    many.type("\t");
    many.type("j");
    many.rigs.beta!.keeper.print(1, "first of beta");
    await many.until("its screen", () => many.screen.includes("first of beta"));
    many.rigs.beta!.keeper.print(1, " and more");
    await many.until("it is live", () => many.screen.includes("first of beta and more"));
    many.type("p");
    await many.until("no preview", () => !many.screen.includes("first of beta"));
    many.type("p");
    await many.until("again", () => many.screen.includes("first of beta and more"));
    many.type("q");
    await many.pass(200);
    const [viewer] = [...many.rigs.beta!.daemon.clients].filter(({ hello }) => hello?.kind === "tui");
    expect(viewer!.outbox.shows(many.rigs.beta!.daemon.panes.get(1)!)).toBeFalse();
  });

  test("removes a link with x, and ends the far pane only with X", async () => {
    await using many = await linked(80, 26);
    await many.run("link beta:work --down");
    await many.until("two links", () => many.tui.view?.leaves.length === 3);
    await many.run("tree --windows");
    await many.until("the window", () => many.screen.includes("3 panes"));
    many.type("l");
    await many.until("the links", () => many.screen.match(/\d: .*link to beta:%1/g)?.length === 2);
    many.type("j");
    many.type("j");
    many.type("x");
    await many.until("a question", () => many.screen.includes("remove the link to beta:%1?"));
    many.type("y");
    await many.until("one link", () => many.tui.view?.leaves.length === 2);
    expect(many.rigs.beta!.daemon.model.panes.size).toBe(1);
    await many.until("one link in the tree", () => many.screen.match(/\d: .*link to beta:%1/g)?.length === 1);
    many.type("X");
    await many.until("a question", () => many.screen.includes("kill the pane beta:%1 itself"));
    many.type("y");
    await many.until("beta's pane is gone", () => many.rigs.beta!.daemon.model.panes.size === 0);
  });

  test("is one also when the session in front is ended from it", async () => {
    await using many = await Many.start(80, 26);
    await tree(many);
    many.type("x");
    await many.until("a question", () => many.screen.includes("kill session work on alpha?"));
    many.type("y");
    await many.until("the session is gone", () => many.rigs.alpha!.daemon.model.sessions.size === 0);
    await many.pass(300);
    expect(many.tui.screen.overlays.length).toBe(1);
    expect(many.tui.view).toBeUndefined();
    expect(many.screen).toContain("session alpha:work has ended");
  });

  test("renames and kills, says on which server, also where a link is chosen", async () => {
    await using many = await Many.start(80, 26);
    many.type("\x02j");
    await many.until("the tree", () => many.screen.includes("sessions (2)"));
    many.type("\tj,");
    await many.until("a question", () => many.screen.includes("rename session on beta: work"));
    many.type("-2\r");
    await many.until("a new name", () => many.screen.includes("work-2"));
    many.type("x");
    await many.until("a question", () => many.screen.includes("kill session work-2 on beta?"));
    many.type("y");
    await many.until("the session is gone", () => many.rigs.beta!.daemon.model.sessions.size === 0);
    expect(many.rigs.alpha!.daemon.model.sessions.size).toBe(1);
  });

  test("shows a server of two names once, and says so", async () => {
    await using many = await Many.start(80, 26);
    many.tui.servers.add({ name: "twin", dial: async () => ({ duplex: many.rigs.beta!.dial() }) }).start();
    await many.until("it is said", () => many.screen.includes("twin is the same server as beta: it is shown once"));
    await tree(many);
    await many.until("the reason", () => many.screen.includes("the same server as beta"));
    expect(many.screen.match(/▸ work/g)?.length).toBe(2);
    many.type("q");
    await many.until("two marks for three names", () => / ●● /.test(many.screen));
  });

  test("follows servers that come and go; the one in front goes when another comes to the front", async () => {
    await using many = await Many.start(80, 26);
    await many.run("link beta:work --right");
    await tree(many);
    many.tui.servers.remove("beta");
    await many.until("beta is gone", () => !/● beta/.test(many.screen) && !/●●/.test(many.screen));
    many.tui.servers.add({ name: "other", dial: async () => ({ duplex: many.rigs.beta!.dial() }) }).start();
    await many.until("it came", () => /● other/.test(many.screen));
    many.type("q");
    many.tui.servers.remove("alpha");
    await many.pass(100);
    expect(many.tui.servers.names()).toEqual(["alpha", "other"]);
    const showing = many.tui.front.show("other", "work");
    await many.pass(100);
    await showing;
    expect(many.tui.servers.names()).toEqual(["other"]);
    many.type("x");
    await many.pass(100);
    expect(many.typed("beta")).toBe("x");
  });
});

describe("agents of several servers", () => {
  function report(many: Many, name: "alpha" | "beta", pane: number, state: "blocked" | "working" | "idle"): void {
    const { daemon } = many.rigs[name]!;
    // a process that is there, so that the agent is taken to be alive
    const reporting = Object.assign(daemon.panes.get(pane)!, { pid: process.pid });
    daemon.agents.report(reporting, { state }, "tool");
  }

  test("are counted in one line, without those of a server that is away", async () => {
    await using many = await Many.start();
    report(many, "alpha", 1, "working");
    report(many, "beta", 1, "blocked");
    await many.until("both counted", () => many.screen.includes("?1 ~1"));
    many.down.add("beta");
    many.duplexes.get("beta")!.close(true);
    await many.until("only alpha's", () => !many.screen.includes("?1") && many.screen.includes("~1"));
  });

  test("that wait are gone to with one key, the one that has waited longest first; nobody waits: that is said", async () => {
    await using many = await Many.start();
    await many.run("agent next");
    expect(many.screen).toContain("no agent waits for you on any server");
    await many.run("window new --detached");
    await many.until("a second window", () => many.rigs.alpha!.daemon.model.panes.size === 2);
    report(many, "beta", 1, "blocked");
    await many.pass(1000);
    report(many, "alpha", 2, "blocked");
    many.type("\x02g");
    await many.until("beta's waited longer", () => many.tui.link.name === "beta" && many.tui.view !== undefined);
    await many.pass(100);
    many.type("\x02g");
    await many.until("then alpha's", () => many.tui.link.name === "alpha" && many.tui.focus.pane === 2);
    report(many, "beta", 1, "idle");
    await many.pass(100);
    await many.run("agent next");
    expect(many.screen).toContain("only the agent before you waits on any server");
  });

  test("show in the title of a link and the mark of its window", async () => {
    await using many = await linked();
    report(many, "beta", 1, "blocked");
    await many.until("the window's mark", () => /0:\S+\?/.test(many.screen));
    many.tui.setConfig({ ...defaultConfig(), options: { ...defaultConfig().options, paneBorderStatus: "top" } });
    await many.until("the title", () => many.screen.includes("tool ?"));
  });
});

describe("while a command waits for the server in front, which is away", () => {
  async function away(): Promise<Many> {
    const many = await Many.start(80, 26);
    await many.run("split");
    many.down.add("alpha");
    many.duplexes.get("alpha")!.close(true);
    await many.until("it is noticed", () => many.screen.includes("reconnecting to alpha"));
    many.type("\x02o");
    await many.pass(10);
    many.type("typed");
    await many.until("what waits is counted", () => many.screen.includes("5 inputs wait"));
    return many;
  }

  test("the terminal can be left", async () => {
    await using many = await away();
    many.type("\x02d");
    await many.until("the end", () => many.ended !== undefined);
  });

  test("another server's session can be chosen and typed in; what was typed before is dropped, and said", async () => {
    await using many = await away();
    many.type("\x02s");
    await many.until("the tree", () => many.screen.includes("sessions (1)"));
    many.type("G\r");
    await many.until("beta in front", () => many.screen.includes("[beta:work]"));
    many.type("here");
    await many.until("it arrives", () => many.typed("beta") === "here");
    expect(many.tui.messages.all.map(({ text }) => text)).toContain("what was typed for the server that is away is dropped");
    many.down.delete("alpha");
    await many.until("alpha again", () => many.tui.servers.find("alpha")!.connected);
    await many.pass(500);
    expect([many.typed("alpha"), many.typed("beta"), many.tui.link.name]).toEqual(["", "here", "beta"]);
    many.type("still");
    await many.until("typing goes on", () => many.typed("beta") === "herestill");
  });

  test("what is held can be discarded; other keys wait, in their order, until it is back", async () => {
    await using many = await away();
    many.type("\x02\x7f");
    await many.until("it is said", () => many.screen.includes("5 inputs discarded"));
    many.type("\x02cls\x02");
    many.down.delete("alpha");
    await many.until("a window more", () => many.tui.view!.windows.length === 2);
    many.type("n");
    await many.until("the prefix was held as well", () => many.tui.view!.windows[0]!.id === many.tui.view!.focus.window);
    expect([many.typed("alpha", 1), many.typed("alpha", 2), many.typed("alpha", 3)]).toEqual(["", "", "ls"]);
  });
});

test("quitting closes every connection at once, also one that hangs and one that never answered", async () => {
  await using many = await linked();
  let closed = 0;
  const hanging = { write() {}, listen() {}, close: () => void closed++, buffered: 0, alive: true } as unknown as Duplex;
  many.tui.servers.add({ name: "hangs", dial: async () => ({ duplex: hanging }) }).start();
  many.tui.servers.add({ name: "black", dial: () => new Promise(() => {}) }).start();
  await many.pass(100);
  const clients = () => Object.values(many.rigs).flatMap(({ daemon }) => [...daemon.clients].filter(({ hello }) => hello?.kind === "tui"));
  expect(clients().length).toBe(2);
  many.tui.finish({ status: 0 });
  await many.pass(0);
  expect(clients().length).toBe(0);
  expect(closed).toBeGreaterThan(0);
  expect([...many.tui.servers.all()].every(({ state }) => state === "ended")).toBeTrue();
});
