/** The tree of five servers with a thousand sessions each: from a key, or a new list, to the cells that are painted. */
import { systemClock } from "../../../src/base/clock.ts";
import { panelTheme } from "../../../src/client/ui/panel-line.ts";
import { SessionTree } from "../../../src/client/ui/session-tree.ts";
import { openVirtualScreen } from "../../../src/client/ui/virtual-screen.ts";
import type { KeyInput } from "../../../src/protocol/input.ts";
import { PLAIN } from "../../../src/terminal/grid.ts";
import { sessionLists } from "../../support/session-lists.ts";
import type { Case, Context } from "../support/bench.ts";
import { atMost, type Row } from "../support/result.ts";
import { median, percentile } from "../support/statistics.ts";

const SIZE = { cols: 200, rows: 50 };

async function run({ quick }: Context): Promise<Row[]> {
  const host = { changed() {}, close() {} };
  const context = { screen: await openVirtualScreen(), host, clock: systemClock, theme: panelTheme(PLAIN) };
  const tree = new SessionTree(context, { choose() {}, kill() {}, rename() {}, create() {} });
  const lists = sessionLists(5, 1000);
  tree.setSessions(lists);
  const times = (count: number, act: (n: number) => void) => Array.from({ length: quick ? Math.ceil(count / 10) : count }, (_, n) => {
    const began = systemClock.now();
    act(n);
    tree.place(SIZE.cols, SIZE.rows);
    tree.draw();
    return systemClock.now() - began;
  });
  const key = (name: string): void => tree.input({ kind: "key", key: { name, mods: 0 } } as KeyInput);
  key("Home");
  const moves = times(500, () => key("Down"));
  const changes = times(50, (n) => tree.setSessions(lists.map((list, i) => (i === n % 5 ? { ...list, sessions: [...list.sessions] } : list))));
  tree.input({ kind: "text", text: "/" });
  const filters = times(50, (n) => tree.input(n % 5 === 4 ? { kind: "key", key: { name: "u", mods: 4 } } as KeyInput : { kind: "text", text: "work"[n % 5]! }));
  tree.dispose();
  const row = (what: string, values: number[], p: number, bound?: number): Row => ({
    bench: "tree", what, unit: "ms", values: { fugue: p === 50 ? median(values) : percentile(values, p) },
    ...(bound !== undefined && { required: atMost(bound, "ms") }), note: "5 servers with 1,000 sessions each, 200x50",
  });
  return [
    row("a key moves the selection, p50", moves, 50, 16), row("the same, p99", moves, 99),
    row("a letter of the filter, p50", filters, 50), row("a server's list changed, p50", changes, 50),
  ];
}

export const tree: Case = { name: "tree", about: "the tree of 5,000 sessions on 5 servers, from key to cells", run };
