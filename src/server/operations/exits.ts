/** How the programs of panes that are gone ended: the last ones, for who asks later, or asks the next daemon. */
import type { PaneExit } from "../../keeper/protocol.ts";

const MOST_EXITS = 256;

export class Exits {
  private exits = new Map<number, PaneExit>();

  /** @param save keeps them where a restarted daemon finds them */
  constructor(private readonly save: (bytes: Uint8Array) => void) {}

  /** Takes over what an earlier daemon saved; what is unreadable is dropped. */
  load(bytes: Uint8Array | undefined): void {
    if (!bytes) return;
    try {
      this.exits = new Map(JSON.parse(new TextDecoder().decode(bytes)) as [number, PaneExit][]);
    } catch {
      this.exits.clear();
    }
  }

  note(pane: number, exit: PaneExit): void {
    this.exits.delete(pane);
    this.exits.set(pane, exit);
    if (this.exits.size > MOST_EXITS) this.exits.delete(this.exits.keys().next().value!);
    this.save(new TextEncoder().encode(JSON.stringify([...this.exits])));
  }

  of(pane: number): PaneExit | undefined {
    return this.exits.get(pane);
  }
}
