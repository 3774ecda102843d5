/** `pane signal`: a signal to the program in a pane. */
import { constants } from "node:os";
import { FugueError } from "../base/errors.ts";
import { suggestion } from "../base/names.ts";
import { serverCommand } from "./command.ts";
import { cell } from "./text-table.ts";

/** The number of a signal such as `TERM`, `SIGTERM` or `15`. @throws FugueError `usage` */
export function signalNumber(text: string): number {
  const signals: Readonly<Record<string, number>> = constants.signals;
  const name = `SIG${text.toUpperCase().replace(/^SIG/, "")}`;
  const number = Object.hasOwn(signals, name) ? signals[name]! : /^\d{1,2}$/.test(text) ? Number(text) : 0;
  if (number >= 1 && number <= 64) return number;
  const names = Object.keys(signals).map((known) => known.slice(3));
  throw new FugueError("usage", `'${cell(text, 60)}' is no signal`, suggestion(text, names, "signals"));
}

export const paneSignal = serverCommand({
  name: "pane signal",
  summary: "Send a signal to the program in a pane",
  group: "pane",
  effect: "destroy",
  args: {
    target: { type: "target", positional: true, required: true, value: "TARGET", complete: "target", help: "pane" },
    signal: {
      type: "string", positional: true, required: true, value: "SIGNAL", help: "name or number: TERM, INT, HUP, 9",
    },
  },
  mcp: { name: "signal_pane", description: "Sends a signal to the program of a pane, such as INT or TERM." },
  result: { "panes[].id": "integer: its id" },
  check: (args) => void signalNumber(args.signal),
  run(ctx, args) {
    const { id } = ctx.find.pane(args.target);
    ctx.panes.signal(id, signalNumber(args.signal));
    return { panes: [{ id }] };
  },
});
