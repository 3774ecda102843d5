/** What must hold of every model, whatever was done to it. */
import { panesOf } from "../../src/server/model/layout.ts";
import type { Model } from "../../src/server/model/model.ts";
import { checkLayout } from "./layout-checks.ts";

/** @throws Error that says what does not hang together. */
export function checkModel(model: Model): void {
  const fail = (what: string): never => {
    throw new Error(`${what}: ${JSON.stringify(model.export())}`);
  };
  const windowsSeen = new Set<number>();
  const panesSeen = new Set<number>();
  const names = new Set<string>();
  for (const [id, session] of model.sessions) {
    if (session.id !== id) fail(`session ${id} is listed under another number`);
    if (session.windows.length === 0) fail(`session ${id} has no window`);
    if (names.has(session.name)) fail(`two sessions are called ${session.name}`);
    names.add(session.name);
    if (!session.windows.includes(session.active)) fail(`session ${id}: its active window is not its own`);
    if (new Set(session.recent).size !== session.recent.length) fail(`session ${id}: recent windows repeat`);
    if (session.recent.some((w) => !session.windows.includes(w))) fail(`session ${id}: recent windows are not its own`);
    const indices = session.windows.map((w) => model.window(w).index);
    if (indices.some((index, i) => i > 0 && index <= indices[i - 1]!))
      fail(`session ${id}: indices ${indices} repeat or are out of order`);
    for (const w of session.windows) {
      if (windowsSeen.has(w)) fail(`window ${w} is in two sessions`);
      windowsSeen.add(w);
      const window = model.window(w);
      if (window.session !== id) fail(`window ${w} thinks that it is elsewhere`);
      const panes = panesOf(window.tree);
      checkLayout(window.tree, panes);
      for (const p of panes) {
        if (panesSeen.has(p)) fail(`pane ${p} is in two places`);
        panesSeen.add(p);
        if (model.pane(p).window !== w) fail(`pane ${p} thinks that it is elsewhere`);
      }
      if (!panes.includes(window.active)) fail(`window ${w}: its active pane is not its own`);
      if (window.zoomed !== undefined && !panes.includes(window.zoomed))
        fail(`window ${w}: its zoomed pane is not its own`);
      if (window.recent.some((p) => !panes.includes(p)) || new Set(window.recent).size !== window.recent.length)
        fail(`window ${w}: recent panes`);
    }
  }
  if (windowsSeen.size !== model.windows.size) fail("a window belongs to no session");
  if (panesSeen.size !== model.panes.size) fail("a pane is in no window");
  if (model.marked !== undefined && !model.panes.has(model.marked)) fail("the marked pane is gone");
}
