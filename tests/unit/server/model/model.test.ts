import { describe, expect, test } from "bun:test";
import { FugueError } from "../../../../src/base/errors.ts";
import { panesOf, splitPane, type Node } from "../../../../src/server/model/layout.ts";
import { Model } from "../../../../src/server/model/model.ts";
import type { ModelState } from "../../../../src/server/model/state.ts";
import { between, fuzzRounds, pick } from "../../../support/fuzz.ts";
import { checkModel } from "../../../support/model-checks.ts";
import { codeThrownBy, thrownBy } from "../../../support/thrown.ts";

const SPEC = { command: [], cwd: "/", env: {} };
const SIZE = { cols: 80, rows: 24, now: 1000 };

function session(model: Model, name?: string) {
  return model.newSession({ ...SIZE, name }, SPEC);
}

function split(model: Model, beside: number) {
  return model.newPane(model.pane(beside).window, 1000, SPEC, (tree, pane) => splitPane(tree, beside, pane, "row"));
}

/** One session of three windows (indices 0, 1, 2); the first window has three panes. */
function sample() {
  const model = new Model();
  const { session: work, window: first, pane } = session(model, "work");
  const second = model.newWindow(work.id, { ...SIZE, name: "two" }, SPEC);
  const third = model.newWindow(work.id, { ...SIZE, name: "three" }, SPEC);
  const b = split(model, pane.id);
  const c = split(model, b.id);
  return { model, work, first, second: second.window, third: third.window, a: pane.id, b: b.id, c: c.id };
}

describe("new sessions", () => {
  test("have one window and one pane, and the name they were given", () => {
    const model = new Model();
    const made = session(model, "work");
    checkModel(model);
    expect([made.session.name, made.window.index, made.window.active]).toEqual(["work", 0, made.pane.id]);
    expect(made.session.active).toBe(made.window.id);
    expect(made.window.named).toBeFalse();
  });

  test("without a name get the lowest number that is free", () => {
    const model = new Model();
    const names = [session(model), session(model), session(model)].map((s) => s.session.name);
    expect(names).toEqual(["0", "1", "2"]);
    model.removePane(model.sessionNamed("1").windows.flatMap((w) => panesOf(model.window(w).tree))[0]!);
    expect(session(model).session.name).toBe("1");
  });

  test("with a taken or bad name are refused, and nothing is left of them", () => {
    const { model } = sample();
    const before = JSON.stringify(model.export());
    expect(thrownBy(() => session(model, "work"))).toMatchObject({
      code: "failed", hint: expect.stringContaining("new --attach"),
    });
    expect(codeThrownBy(() => session(model, "a:b"))).toBe("usage");
    expect(codeThrownBy(() => model.newSession({ ...SIZE, name: "ok", windowName: "a/b" }, SPEC))).toBe("usage");
    expect(JSON.stringify(model.export())).toBe(before);
  });
});

describe("new windows", () => {
  test("take the lowest free index from the base index on", () => {
    const model = new Model(1);
    const { session: work, window } = session(model, "work");
    expect(window.index).toBe(1);
    expect(model.newWindow(work.id, { ...SIZE, index: 3 }, SPEC).window.index).toBe(3);
    expect(model.newWindow(work.id, SIZE, SPEC).window.index).toBe(2);
    expect(work.windows.map((w) => model.window(w).index)).toEqual([1, 2, 3]);
    checkModel(model);
  });

  test("at a taken index, or with a name that no target could name, are refused", () => {
    const { model, work } = sample();
    const before = JSON.stringify(model.export());
    expect(codeThrownBy(() => model.newWindow(work.id, { ...SIZE, index: 1 }, SPEC))).toBe("failed");
    for (const name of ["a/b", "", "-x", "a b", "x\u001b"]) {
      expect(codeThrownBy(() => model.newWindow(work.id, { ...SIZE, name }, SPEC))).toBe("usage");
      expect(codeThrownBy(
        () => model.breakPane(panesOf(model.window(work.windows[0]!).tree)[0]!, { session: work.id, name }),
      )).toBe("usage");
    }
    expect(JSON.stringify(model.export())).toBe(before);
  });

  test("don't take the place of the active one", () => {
    const { work, first } = sample();
    expect(work.active).toBe(first.id);
  });
});

describe("removing", () => {
  test("a pane leaves the others its room", () => {
    const { model, first, a, b, c } = sample();
    expect(model.removePane(b)).toEqual({});
    expect(panesOf(first.tree)).toEqual([a, c]);
    checkModel(model);
  });

  test("the last pane takes its window with it, the last window its session", () => {
    const { model, work, first, second, third } = sample();
    expect(model.removePane(second.active)).toEqual({ window: second });
    expect(model.removePane(third.active)).toEqual({ window: third });
    for (const pane of panesOf(first.tree).slice(1)) model.removePane(pane);
    expect(model.removePane(panesOf(first.tree)[0]!)).toEqual({ window: first, session: work });
    expect([model.sessions.size, model.windows.size, model.panes.size]).toEqual([0, 0, 0]);
  });

  test("what is gone already is nothing", () => {
    const { model } = sample();
    expect(model.removePane(999)).toEqual({});
  });

  test("the active pane passes on to the one used before it", () => {
    const { model, first, a, b, c } = sample();
    for (const pane of [a, b, c]) model.focus(pane, 2000);
    model.removePane(c);
    expect(first.active).toBe(b);
    model.removePane(b);
    expect(first.active).toBe(a);
  });

  test("the active window passes on to the one used before it, else to the first", () => {
    const { model, work, first, second, third } = sample();
    for (const window of [third, first, second]) model.focus(window.active, 2000);
    model.removePane(second.active);
    expect(work.active).toBe(first.id);
    checkModel(model);
    const other = sample();
    for (const pane of panesOf(other.first.tree)) other.model.removePane(pane);
    expect(other.work.active).toBe(other.second.id);
  });

  test("a zoomed window shows all of its panes again when one of them goes", () => {
    const { model, first, b } = sample();
    first.zoomed = panesOf(first.tree).find((pane) => pane !== b)!;
    model.removePane(b);
    expect(first.zoomed).toBeUndefined();
    checkModel(model);
  });

  test("a zoomed or marked pane is neither any more", () => {
    const { model, first, b } = sample();
    first.zoomed = b;
    model.marked = b;
    model.removePane(b);
    expect([first.zoomed, model.marked]).toEqual<unknown>([undefined, undefined]);
  });

  test("numbers are never used again, also after a restart", () => {
    const { model, work, c } = sample();
    const seen = new Set([...model.panes.keys()]);
    model.removePane(c);
    const again = new Model();
    again.import(JSON.parse(JSON.stringify(model.export())));
    const { pane, window } = again.newWindow(work.id, SIZE, SPEC);
    expect(seen.has(pane.id)).toBeFalse();
    expect(model.windows.has(window.id)).toBeFalse();
    expect(pane.id).toBeGreaterThan(c);
  });
});

describe("finding", () => {
  test("names what is there if something is not", () => {
    const { model, work } = sample();
    expect(thrownBy(() => model.sessionNamed("wrok")).hint).toBe("did you mean 'work'?");
    expect(thrownBy(() => new Model().sessionNamed("x")).hint).toContain("fugue new");
    expect(thrownBy(() => model.windowNamed(work, "9")).hint).toContain("0 (shell), 1 (two), 2 (three)");
    for (const run of [() => model.session(99), () => model.window(99), () => model.pane(99)])
      expect(codeThrownBy(run)).toBe("noTarget");
  });

  test("takes a window's index before a name that looks like it, and its id last", () => {
    const { model, work, second, third } = sample();
    model.renameWindow(third.id, "1", true);
    expect(model.windowNamed(work, "1")).toBe(second);
    expect(model.windowNamed(work, "two")).toBe(second);
    model.renameWindow(third.id, "two", true);
    const ambiguous = thrownBy(() => model.windowNamed(work, "two"));
    expect([ambiguous.code, ambiguous.message]).toEqual(["noTarget", "'two' is the name of 2 windows of session 'work'"]);
    expect(ambiguous.hint).toContain("1 (two), 2 (two)");
    expect(model.windowNamed(work, `@${third.id}`)).toBe(third);
  });
});

describe("renaming", () => {
  test("a window of the user's name no longer follows its program", () => {
    const { model, first } = sample();
    model.renameWindow(first.id, "vim", false);
    expect(first).toMatchObject({ name: "vim", named: false });
    model.renameWindow(first.id, "mine", true);
    model.renameWindow(first.id, "less", false);
    expect(first).toMatchObject({ name: "mine", named: true });
    expect(codeThrownBy(() => model.renameWindow(first.id, "a.b", true))).toBe("usage");
  });

  test("a session to a taken name is refused, to its own is nothing", () => {
    const { model, work } = sample();
    session(model, "play");
    expect(codeThrownBy(() => model.renameSession(work.id, "play"))).toBe("failed");
    expect(codeThrownBy(() => model.renameSession(work.id, "work"))).toBeUndefined();
    model.renameSession(work.id, "other");
    expect(model.sessionNamed("other")).toBe(work);
  });
});

describe("moving windows", () => {
  const indices = (model: Model, id: number) => model.session(id).windows.map(
    (w) => `${w}:${model.window(w).index}`,
  ).join(" ");

  test("to a free index keeps which one is active, and the order by index", () => {
    const { model, work, first, second, third } = sample();
    for (const w of [third, second, first]) model.focus(w.active, 2000);
    expect(model.moveWindow(first.id, work.id, 7, false)).toEqual({ session: undefined });
    expect(indices(model, work.id)).toBe(`${second.id}:1 ${third.id}:2 ${first.id}:7`);
    expect(work.active).toBe(first.id);
    expect(work.recent).toEqual([first.id, second.id, third.id]);
    checkModel(model);
  });

  test("to a taken index is refused, or swaps", () => {
    const { model, work, first, third } = sample();
    model.focus(first.active, 2000);
    const before = JSON.stringify(model.export());
    expect(thrownBy(() => model.moveWindow(first.id, work.id, 2, false)).hint).toContain("--swap");
    expect(JSON.stringify(model.export())).toBe(before);
    model.moveWindow(first.id, work.id, 2, true);
    expect([first.index, third.index, work.active]).toEqual([2, 0, first.id]);
    checkModel(model);
  });

  test("to where it is changes nothing", () => {
    const { model, work, second } = sample();
    const before = JSON.stringify(model.export());
    model.moveWindow(second.id, work.id, 1, true);
    expect(JSON.stringify(model.export())).toBe(before);
  });

  test("to another session takes its panes along and chooses another active window here", () => {
    const { model, work, first, second } = sample();
    const { session: play, window: there } = session(model, "play");
    model.focus(first.active, 2000);
    model.moveWindow(first.id, play.id, 4, false);
    expect([first.session, first.index, work.active, play.active]).toEqual([play.id, 4, second.id, there.id]);
    expect(model.sessionOf(first.active)).toBe(play);
    checkModel(model);
  });

  test("the last one to another session ends its session, unless it is swapped for another", () => {
    const { model, work, second } = sample();
    const { session: play, window: there } = session(model, "play");
    model.moveWindow(there.id, work.id, 1, true);
    expect([there.session, second.session, second.index]).toEqual([work.id, play.id, 0]);
    checkModel(model);
    expect(model.moveWindow(second.id, work.id, 9, false).session).toBe(play);
    expect(model.sessions.has(play.id)).toBeFalse();
    checkModel(model);
  });

  test("renumbering closes the gaps in order", () => {
    const { model, work, first, second, third } = sample();
    model.moveWindow(first.id, work.id, 9, false);
    model.renumber(work.id);
    expect([second.index, third.index, first.index]).toEqual([0, 1, 2]);
    checkModel(model);
  });
});

describe("moving panes", () => {
  const right = (beside: number) => (tree: Node, pane: number) => splitPane(tree, beside, pane, "column");

  test("into another window", () => {
    const { model, first, second, b } = sample();
    first.zoomed = b;
    second.zoomed = second.active;
    expect(model.movePane(b, second.id, right(second.active))).toEqual({});
    expect(panesOf(second.tree)).toEqual([second.active, b]);
    expect([model.pane(b).window, first.zoomed, second.zoomed]).toEqual<unknown>([second.id, undefined, undefined]);
    checkModel(model);
  });

  test("the last one of a window ends the window, and of a session the session", () => {
    const { model, second, a } = sample();
    const gone = second.active;
    expect(model.movePane(gone, model.pane(a).window, right(a))).toMatchObject({ window: second });
    const { session: play, window, pane } = session(model, "play");
    expect(model.movePane(pane.id, model.pane(a).window, right(a))).toEqual({ window, session: play });
    checkModel(model);
  });

  test("within its window changes its place only", () => {
    const { model, first, a, c } = sample();
    model.movePane(a, first.id, right(c));
    expect(panesOf(first.tree)).toEqual([first.tree.kind === "row" ? panesOf(first.tree)[0]! : 0, c, a]);
    checkModel(model);
  });

  test("where there is no room changes nothing", () => {
    const { model, first, second, b } = sample();
    model.resizeWindow(second.id, 80, 1);
    const before = JSON.stringify(model.export());
    expect(codeThrownBy(() => model.movePane(b, second.id, right(second.active)))).toBe("failed");
    expect(codeThrownBy(() => model.movePane(second.active, second.id, right(second.active)))).toBe("failed");
    expect(JSON.stringify(model.export())).toBe(before);
    expect(first.tree.cols).toBe(80);
  });

  test("out into a window of its own", () => {
    const { model, work, first, b } = sample();
    const made = model.breakPane(b, { session: work.id, name: "own" });
    expect(made).toMatchObject({ index: 3, name: "own", named: true, active: b, cols: first.cols });
    expect(codeThrownBy(() => model.breakPane(b, { session: work.id }))).toBe("failed");
    checkModel(model);
  });

  test("out to an index that is taken is refused", () => {
    const { model, work, b } = sample();
    const before = JSON.stringify(model.export());
    expect(codeThrownBy(() => model.breakPane(b, { session: work.id, index: 1 }))).toBe("failed");
    expect(JSON.stringify(model.export())).toBe(before);
  });
});

describe("looking at a pane", () => {
  test("makes it and its window the ones to begin with, and clears alerts", () => {
    const { model, work, first, second, b } = sample();
    second.bell = true;
    second.activity = true;
    model.focus(b, 2000);
    model.focus(second.active, 3000);
    expect(work).toMatchObject({ active: second.id, recent: [second.id, first.id], usedAt: 3000 });
    expect([first.active, second.bell, second.activity]).toEqual<unknown>([b, undefined, undefined]);
  });

  test("ends the zoom of another one, not its own", () => {
    const { model, first, a, b } = sample();
    first.zoomed = b;
    model.focus(b, 2000);
    expect(first.zoomed).toBe(b);
    model.focus(a, 2000);
    expect(first.zoomed).toBeUndefined();
  });
});

describe("a state that was saved", () => {
  test("comes back as it was, through JSON", () => {
    const { model, first, b } = sample();
    model.focus(b, 2000);
    first.zoomed = b;
    model.marked = b;
    model.renameWindow(first.id, "mine", true);
    const text = JSON.stringify(model.export());
    const again = new Model();
    again.import(JSON.parse(text));
    expect(JSON.stringify(again.export())).toBe(text);
    checkModel(again);
  });

  test("with entries that hang together with nothing is made whole", () => {
    const { model, work, first, second, third, a } = sample();
    const state = JSON.parse(JSON.stringify(model.export())) as ModelState;
    state.panes.push({ ...state.panes[0]!, id: 50, window: 777 });
    state.windows.push({ ...state.windows[0]!, id: 51, session: 778 });
    state.sessions.push({ ...state.sessions[0]!, id: 52, name: "empty", windows: [999] });
    state.panes = state.panes.filter((p) => p.id !== second.active && p.id !== a);
    state.marked = a;
    state.sessions[0]!.active = 999;
    state.sessions[0]!.recent = [999, third.id];
    state.windows[0]!.active = a;
    state.windows[0]!.zoomed = a;
    const again = new Model();
    again.import(state);
    checkModel(again);
    expect([...again.sessions.keys()]).toEqual([work.id]);
    expect([...again.windows.keys()]).toEqual([first.id, third.id]);
    expect(panesOf(again.window(first.id).tree)).not.toContain(a);
  });

  test("whose counters lie below its numbers never gives a number twice", () => {
    const { model } = sample();
    const state = JSON.parse(JSON.stringify(model.export())) as ModelState;
    state.next = { session: 1, window: 1, pane: 1 };
    const again = new Model();
    again.import(state);
    const before = new Set(again.panes.keys());
    const made = again.newSession({ ...SIZE, name: "new" }, SPEC);
    expect(before.has(made.pane.id)).toBeFalse();
    checkModel(again);
  });
});

test("every change is told once it is complete", () => {
  const { model, work, first, a, b } = sample();
  let told = 0;
  model.changed.on(() => {
    told++;
    checkModel(model);
  });
  const changes = [
    () => model.renameSession(work.id, "new"), () => model.renameWindow(
      first.id, "x", true,
    ), () => model.resizeWindow(first.id, 90, 30),
    () => model.focus(b, 5), () => model.setTree(
      first.id, first.tree,
    ), () => model.renumber(work.id), () => model.moveWindow(first.id, work.id, 8, false),
    () => model.breakPane(
      b, { session: work.id },
    ), () => model.removePane(a), () => model.newWindow(work.id, SIZE, SPEC), () => session(model, "s"),
  ];
  for (const change of changes) {
    const before = told;
    change();
    expect(told).toBeGreaterThan(before);
  }
});

test("whatever is done, everything hangs together, and what is refused changes nothing", () => {
  fuzzRounds("model", 400, 700, (random) => {
    const model = new Model(random.integer(2));
    session(model);
    const used = { sessions: new Set<number>(), windows: new Set<number>(), panes: new Set<number>() };
    const fresh = (kind: keyof typeof used, id: number) => {
      if (used[kind].has(id)) throw new Error(`number ${id} of ${kind} was used again`);
      used[kind].add(id);
    };
    const place = (beside: number) => (tree: Node, pane: number) => splitPane(
      tree, beside, pane, pick(random, ["row", "column"] as const),
    );
    const anyPane = () => pick(random, [...model.panes.keys()]);
    const anyWindow = () => pick(random, [...model.windows.keys()]);
    const anySession = () => pick(random, [...model.sessions.keys()]);
    const actions: (() => unknown)[] = [
      () => fresh("sessions", session(model, random.integer(3) ? undefined : pick(random, ["a", "b"])).session.id),
      () => fresh(
        "windows",
        model.newWindow(
          anySession(), { ...SIZE, index: random.integer(2) ? undefined : random.integer(6) }, SPEC,
        ).window.id,
      ),
      () => fresh("panes", split(model, anyPane()).id), () => fresh("panes", split(model, anyPane()).id),
      () => model.removePane(anyPane()), () => model.focus(anyPane(), 1),
      () => {
        const beside = anyPane();
        const pane = anyPane();
        if (pane !== beside) model.movePane(pane, model.pane(beside).window, place(beside));
      },
      () => model.breakPane(
        anyPane(), { session: anySession(), index: random.integer(2) ? undefined : random.integer(6) },
      ),
      () => model.moveWindow(anyWindow(), anySession(), random.integer(6), random.integer(2) === 0),
      () => model.renumber(anySession()), () => model.resizeWindow(
        anyWindow(), between(random, 1, 100), between(random, 1, 40),
      ),
      () => void (model.marked = anyPane()), () => void (model.window(model.pane(anyPane()).window).zoomed = undefined),
      () => model.import(JSON.parse(JSON.stringify(model.export()))),
    ];
    for (let n = 0; n < 60 && model.panes.size > 0; n++) {
      const before = JSON.stringify(model.export());
      try {
        pick(random, actions)();
      } catch (error) {
        if (!(error instanceof FugueError) || error.code === "internal") throw error;
        expect(JSON.stringify(model.export())).toBe(before);
      }
      checkModel(model);
    }
  });
});
