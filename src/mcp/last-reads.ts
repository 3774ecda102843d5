/** Where an agent's last read of each pane ended, so that `since: "last"` goes on from there. */
import { runOffer } from "./routing.ts";
import type { Offer, ToolCall, ToolResult } from "./tools.ts";

/** Panes whose last read is remembered; the one read longest ago is forgotten first. */
const MOST_PANES = 1000;

export class LastReads {
  /** Output cursors by server and target as the agent wrote them. */
  private readonly cursors = new Map<string, string>();

  /** Carries a call out. In one that reads a pane `last` is replaced by the cursor of the read before, if there is one. */
  async run(offer: Offer, call: ToolCall): Promise<ToolResult> {
    if (offer.command.name !== "capture") return runOffer(offer, call);
    const { since, ...args } = call.args;
    const key = keyOf(call);
    const from = since === "last" ? this.cursors.get(key) : since;
    const result = await runOffer(offer, { ...call, args: from === undefined ? args : { ...args, since: from } });
    const [pane] = result.structured.panes as { cursor: string }[];
    if (pane) this.remember(key, pane.cursor);
    return result;
  }

  private remember(key: string, cursor: string): void {
    this.cursors.delete(key);
    this.cursors.set(key, cursor);
    for (const oldest of this.cursors.keys()) {
      if (this.cursors.size <= MOST_PANES) break;
      this.cursors.delete(oldest);
    }
  }
}

/** `SERVER:TARGET`, however the two were given. */
function keyOf({ args, servers }: ToolCall): string {
  const target = (args.target as string | undefined) ?? ".";
  return target.includes(":") ? target : `${(args.server as string | undefined) ?? servers.own}:${target}`;
}
