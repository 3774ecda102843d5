import { describe, expect, test } from "bun:test";
import { ClientFocus } from "../../../../src/server/model/focus.ts";
import { splitPane } from "../../../../src/server/model/layout.ts";
import { Model } from "../../../../src/server/model/model.ts";

const SPEC = { command: [], cwd: "/", env: {} };
const SIZE = { cols: 80, rows: 24, now: 1 };

function sample() {
  const model = new Model();
  const { session: work, window: one, pane: a } = model.newSession({ ...SIZE, name: "work" }, SPEC);
  const { window: two, pane: c } = model.newWindow(work.id, SIZE, SPEC);
  const b = model.newPane(one.id, 1, SPEC, (tree, pane) => splitPane(tree, a.id, pane, "row"));
  const { session: play, pane: d } = model.newSession({ ...SIZE, name: "play" }, SPEC);
  const focus = new ClientFocus(model);
  focus.lookAt(a.id);
  return { model, focus, work, play, one, two, a: a.id, b: b.id, c: c.id, d: d.id };
}

describe("a client's focus", () => {
  test("is its own: what others and scripts look at does not move it", () => {
    const { model, focus, one, two, a, b, c } = sample();
    const other = new ClientFocus(model);
    other.lookAt(c);
    model.focus(b, 2);
    expect([focus.window, focus.pane, other.window, other.pane]).toEqual([one.id, a, two.id, c]);
  });

  test("remembers the pane of each window and the window of each session", () => {
    const { model, focus, work, play, one, b, c, d } = sample();
    focus.lookAt(b);
    focus.lookAt(c);
    focus.lookAt(d);
    model.focus(c, 3);
    expect([focus.session, focus.lastSession]).toEqual([play.id, work.id]);
    focus.setSession(work.id);
    expect([focus.pane, focus.paneIn(one.id), focus.lastSession]).toEqual([c, b, play.id]);
  });

  test("knows the window before the current one", () => {
    const { focus, one, two, a, c } = sample();
    expect(focus.lastWindow).toBeUndefined();
    focus.lookAt(c);
    expect(focus.lastWindow).toBe(one.id);
    focus.lookAt(a);
    expect(focus.lastWindow).toBe(two.id);
    focus.lookAt(a);
    expect(focus.lastWindow).toBe(two.id);
  });

  test("falls back to the session's choice when its window is gone", () => {
    const { model, focus, one, two, a, b, c } = sample();
    model.focus(c, 2);
    model.removePane(a);
    expect(focus.pane).toBe(b);
    model.removePane(b);
    expect([focus.window, focus.pane]).toEqual([two.id, c]);
    expect(focus.lastWindow).toBeUndefined();
    expect(model.windows.has(one.id)).toBeFalse();
  });

  test("falls back to the window's choice when its pane is gone or was moved away", () => {
    const { model, focus, one, two, a, b, c } = sample();
    focus.lookAt(b);
    model.movePane(b, two.id, (tree, pane) => splitPane(tree, c, pane, "row"));
    expect([focus.window, focus.pane]).toEqual([one.id, a]);
    focus.lookAt(b);
    expect([focus.window, focus.pane]).toEqual([two.id, b]);
  });

  test("says when its session is gone", () => {
    const { model, focus, a, b, c } = sample();
    expect(focus.valid).toBeTrue();
    for (const pane of [a, b, c]) model.removePane(pane);
    expect(focus.valid).toBeFalse();
    expect(new ClientFocus(model).valid).toBeFalse();
  });

  test("follows its window into another session only when told", () => {
    const { model, focus, work, play, one, two, a } = sample();
    model.moveWindow(one.id, play.id, 5, false);
    expect([focus.session, focus.window]).toEqual([work.id, two.id]);
    focus.lookAt(a);
    expect([focus.session, focus.window]).toEqual([play.id, one.id]);
  });
});
