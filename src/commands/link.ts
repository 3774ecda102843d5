/** `link`: shows a pane of another server in a window of this one. */
import { FugueError } from "../base/errors.ts";
import { SIDES, sideOf, SIZE } from "./arguments.ts";
import { cliCommand, tuiCommand } from "./command.ts";
import { findFarPane } from "./far-pane.ts";
import { jsonDocument } from "./json.ts";
import { splitTarget } from "./target.ts";

const SUMMARY = "Show a pane of another server in a window";
const DETAILS = `The pane stays where it is: the window only shows it, and what is typed there goes to it. Closing the
link ends nothing. Who looks at the window sees the pane if connected to its server as well, else a line that names it.`;
const FAR = { type: "string", positional: true, value: "SERVER:TARGET", complete: "target", help: "the pane to show: SERVER:%PANE, or SERVER:SESSION[/WINDOW[.PANE]]" } as const;

export const linkInShell = cliCommand({
  name: "link",
  summary: SUMMARY,
  details: DETAILS,
  group: "pane",
  effect: "write",
  args: {
    pane: { ...FAR, required: true },
    in: { type: "target", value: "TARGET", complete: "target", help: "pane beside which it is put; default: the current one" },
    ...SIDES,
    size: SIZE,
  },
  result: { "panes[].id": "integer: id of the link in the window", "panes[].target": "string: it as SESSION/WINDOW.PANE" },
  check: (args) => void sideOf(args),
  async run(ctx, args) {
    const { server } = splitTarget(args.pane);
    if (server === undefined) throw new FugueError("usage", `'${args.pane}' names no server`, "write SERVER:%PANE");
    const far = await findFarPane(args.pane, (command, values) => ctx.call(command, values, { server }));
    const { pane: _pane, in: beside, ...place } = args;
    const { server: own = ctx.selected[0]!, local: target } = splitTarget(beside);
    const result = (await ctx.call("pane link", { ...place, ...far, target }, { server: own })) as { panes: object[] };
    if (ctx.json) ctx.stdout(jsonDocument({ panes: result.panes.map((pane) => ({ server: own, ...pane })) }));
    return 0;
  },
});

export const linkInTui = tuiCommand({
  name: "link",
  summary: SUMMARY,
  details: DETAILS,
  group: "pane",
  effect: "write",
  args: { pane: FAR, ...SIDES },
  check: (args) => void sideOf(args),
  run: (ctx, args) => ctx.link(args.pane, sideOf(args)),
});

export const paneClaim = tuiCommand({
  name: "pane claim",
  summary: "Give the pane behind a link the size that the link has here",
  details: `A link shows a part of a larger pane, and blanks around a smaller one. A claimed pane follows the size of the
link; its own window then shows a part of it. The claim ends with the link, with this terminal, or with: pane claim off.`,
  group: "pane",
  effect: "write",
  args: { state: { type: "choice", positional: true, choices: ["on", "off", "toggle"], value: "on|off|toggle", help: "default: toggle" } },
  run: (ctx, args) => ctx.claimSize(args.state === undefined || args.state === "toggle" ? "toggle" : args.state === "on"),
});

export const syncLinks = tuiCommand({
  name: "sync-links",
  summary: "Let synchronised input reach panes of other servers as well",
  details: "For this terminal only, and only while the window's own synchronised input is on.",
  group: "pane",
  effect: "write",
  args: { state: { type: "choice", positional: true, choices: ["on", "off", "toggle"], value: "on|off|toggle", help: "default: toggle" } },
  run: (ctx, args) => ctx.synchronizeLinks(args.state === undefined || args.state === "toggle" ? "toggle" : args.state === "on"),
});
