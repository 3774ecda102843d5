/** How the programs of panes that are gone ended: the last ones, for who asks later, or asks the next daemon. */
import type { PaneExit } from "../../keeper/protocol.ts";

const MOST_EXITS = 256;

interface Ended extends PaneExit {
  /** Name of the session that the pane was in. */
  readonly session?: string;
}

export class Exits {
  private exits = new Map<number, Ended>();

  /** @param save keeps them where a restarted daemon finds them */
  constructor(private readonly save: (bytes: Uint8Array) => void) {}

  /** Takes over what an earlier daemon saved; what is unreadable is dropped. */
  load(bytes: Uint8Array | undefined): void {
    if (!bytes) return;
    try {
      this.exits = new Map(JSON.parse(new TextDecoder().decode(bytes)) as [number, Ended][]);
    } catch {
      this.exits.clear();
    }
  }

  note(pane: number, exit: PaneExit, session?: string): void {
    this.exits.delete(pane);
    this.exits.set(pane, { ...exit, ...(session !== undefined && { session }) });
    if (this.exits.size > MOST_EXITS) this.exits.delete(this.exits.keys().next().value!);
    this.save(new TextEncoder().encode(JSON.stringify([...this.exits])));
  }

  /** The exit of the pane `%ID`, or the last one in the session of that name. */
  of(target: string): { pane: number; exit: PaneExit } | undefined {
    const found = [...this.exits].findLast(([pane, { session }]) => `%${pane}` === target || session === target);
    return found && { pane: found[0], exit: { code: found[1].code, signal: found[1].signal } };
  }
}
